"""What a process that runs Helm may take, and how Go behaves in it."""

from __future__ import annotations

MEMORY = 700 << 20
"""Bytes of data (``RLIMIT_DATA``): a template that repeats without end must not take the machine's
memory.  A render of a large chart needs less than half of it."""

SETTINGS = {
    # Go reads these when the process starts, and never later.  Collecting
    # garbage seldom, within the limit, and on one processor for each of the
    # several processes, halves the time of a render.
    "GOGC": "800",
    "GOMEMLIMIT": "450MiB",
    "GOMAXPROCS": "1",
    # Dates in templates are local ones.
    "TZ": "UTC",
}
"""Environment variables of such a process."""
