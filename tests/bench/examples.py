"""Twenty-four different values examples, valid for the sample chart and for the official one."""

from __future__ import annotations

_TEMPLATES = (
    "postgresql:\n  enabled: false\ndata:\n  metadataConnection:\n    host: database-{n}",
    "pgbouncer:\n  enabled: true\n  maxClientConn: {n}00",
    "apiSecretKey: key-{n}",
    "redis:\n  enabled: false\ndata:\n  brokerUrl: redis://user:password@redis-{n}:6379/0",
    "uid: 4{n}000\ngid: 4{n}000",
    "securityContexts:\n  pod:\n    runAsUser: 5{n}000\n    fsGroup: 5{n}000",
)

EXAMPLES = tuple(template.format(n=number) for number in range(1, 5) for template in _TEMPLATES)
