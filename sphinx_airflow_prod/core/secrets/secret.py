"""A Secret as data: its entries, and the rules that Kubernetes has for all Secrets."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cmp_to_key
from pathlib import Path
from typing import Literal

from yaml.nodes import ScalarNode

from sphinx_airflow_prod.core.diagnostics import Span
from sphinx_airflow_prod.core.manifest_yaml import ManifestYamlError, compose, construct

DOCKER_CONFIG = ".dockerconfigjson"
DOCKER_TYPE = "kubernetes.io/dockerconfigjson"
TLS_TYPE = "kubernetes.io/tls"
TLS_KEYS = ("tls.crt", "tls.key")

MAX_SIZE = 1024 * 1024
"""The largest Secret that Kubernetes stores, in bytes of its values."""

REQUIRED_KEYS: Mapping[str, tuple[tuple[str, ...], bool]] = {
    DOCKER_TYPE: ((DOCKER_CONFIG,), True),
    "kubernetes.io/dockercfg": ((".dockercfg",), True),
    "kubernetes.io/basic-auth": (("username", "password"), False),
    "kubernetes.io/ssh-auth": (("ssh-privatekey",), True),
    TLS_TYPE: (TLS_KEYS, True),
}
"""Keys that a type wants, all of them or at least one (Kubernetes' "Types of Secret")."""


@dataclass(frozen=True)
class SecretProblem:
    """Something wrong with a Secret, said at its place.

    ``kind`` tells what was broken: ``command`` (how the command is written),
    ``manifest`` (how the manifest is), ``file`` (a file that cannot be read),
    ``secret`` (Kubernetes' own rules), ``consumed`` (it does not fit what the
    resources read) or ``decodes`` (base64 that says something else).
    """

    message: str
    span: Span
    kind: Literal["command", "manifest", "file", "secret", "consumed", "decodes"] = "command"


@dataclass(frozen=True)
class Entry:
    """One key of a Secret.

    ``value`` is its content in bytes or, where some of it is only known when
    the command runs (``$(…)``, ``$NAME``, ``<placeholder>``, a file of the
    reader's), a text that shows it.  ``span`` is where the key stands, or what
    it is made from; ``value_span`` where the value does.  ``encoded`` tells
    that the author wrote base64.
    """

    key: str
    value: bytes | str
    span: Span
    value_span: Span
    encoded: bool = False

    @property
    def symbolic(self) -> bool:
        """Whether the value is not known in full."""
        return isinstance(self.value, str)

    @property
    def base64(self) -> str:
        """The value as a manifest holds it; ``<base64 of …>`` where it is symbolic."""
        if isinstance(self.value, str):
            return self.value if self.encoded else f"<base64 of {self.value}>"
        return base64.b64encode(self.value).decode("ascii")


@dataclass(frozen=True)
class Secret:
    """A Secret that a document makes.

    ``namespace`` and ``type`` are empty where the author says nothing (the
    reader's current namespace; ``Opaque``).  ``entries`` go by their key, in
    the author's order.  ``span`` is where the name stands.  ``complete`` is
    False where there may be keys that could not be read, ``symbolic_name``
    True where the name holds a variable or a placeholder.  ``files`` are those
    that were read for it, from disk.
    """

    name: str
    namespace: str
    type: str
    entries: Mapping[str, Entry]
    span: Span
    complete: bool = True
    symbolic_name: bool = False
    symbolic_namespace: bool = False
    immutable: bool = False
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    files: tuple[Path, ...] = ()

    def manifest(self) -> str:
        """Return the Secret as YAML, as ``kubectl create secret … --dry-run=client -o yaml``.

        Values are base64; a symbolic one reads ``<base64 of …>``.  The
        ``creationTimestamp: null`` that kubectl before 1.34 prints is left out.
        """
        lines = ["apiVersion: v1"]
        if self.entries:
            lines.append("data:")
            data = {key: entry.base64 for key, entry in self.entries.items()}
            lines += _mapping(data)
        if self.immutable:
            lines.append("immutable: true")
        lines += ["kind: Secret", "metadata:"]
        for name, texts in (("annotations", self.annotations), ("labels", self.labels)):
            if texts:
                lines.append(f"  {name}:")
                lines += _mapping(texts, indent=4)
        lines.append(f"  name: {scalar(self.name)}")
        if self.namespace:
            lines.append(f"  namespace: {scalar(self.namespace)}")
        if self.type:
            lines.append(f"type: {scalar(self.type)}")
        return "\n".join(lines) + "\n"

    def decoded(self) -> dict[str, str | bytes]:
        """Return what the author gave as base64, decoded: text where it is UTF-8."""
        found: dict[str, str | bytes] = {}
        for key, entry in self.entries.items():
            if entry.encoded and isinstance(entry.value, bytes):
                try:
                    found[key] = entry.value.decode("utf-8")
                except UnicodeDecodeError:
                    found[key] = entry.value
        return found


def _mapping(texts: Mapping[str, str], indent: int = 2) -> list[str]:
    pad = " " * indent
    keys = sorted(texts, key=cmp_to_key(_natural))
    return [f"{pad}{scalar(key)}: {scalar(texts[key])}" for key in keys]


def _natural(a: str, b: str) -> int:
    """Compare keys as Go's YAML sorts them (``sorter.go``): digits as numbers, then letters.

    Of three keys that mix digits and letters that is no order at all (2 < 11 <
    1B < 2); kubectl then prints one or another, from run to run.
    """
    for index, (x, y) in enumerate(zip(a, b, strict=False)):
        if x == y:
            continue
        if x.isalpha() and y.isalpha():
            return -1 if x < y else 1
        if x.isalpha() or y.isalpha():
            return -1 if y.isalpha() else 1
        lead = ""
        if "0" in (x, y) and re.search(r"[1-9][0-9]*$", a[:index]):
            lead = "1"
        runs = [_DIGITS.match(text, index) for text in (a, b)]
        digits = [match[0] if match else "" for match in runs]
        numbers = [int(lead + run) if lead + run else 0 for run in digits]
        for one, other in (numbers, map(len, digits), map(ord, (x, y))):
            if one != other:
                return -1 if one < other else 1
    return len(a) - len(b)


_DIGITS = re.compile(r"[0-9]*")
_OTHER_TYPES = re.compile(
    r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)|<<|=|\d{4}-\d\d?-\d\d?(?:[Tt ].*)?"
)
"""Plain scalars that Go's YAML takes for a float, a merge key or a time."""


def scalar(text: str) -> str:
    """Return *text* as a YAML scalar, in the style in which Go's YAML writes it.

    Plain where that reads back the same, in double quotes where it would be a
    number, a truth or nothing, else in single quotes.
    """
    if not text or not text.isprintable():
        return json.dumps(text, ensure_ascii=not text.isprintable())
    try:
        node = compose(text)
    except ManifestYamlError:
        node = None
    if isinstance(node, ScalarNode) and node.value == text:
        if construct(node) == text and not _OTHER_TYPES.fullmatch(text):
            return text
        return json.dumps(text, ensure_ascii=False)
    return "'" + text.replace("'", "''") + "'"


_KEY = re.compile(r"[-._a-zA-Z0-9]+")
_SUBDOMAIN = re.compile(r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*")
_LABEL = re.compile(r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?")


def key_fault(key: str) -> str | None:
    """Return why *key* cannot be a key of a Secret (Kubernetes' ``IsConfigMapKey``), or None."""
    if not key:
        return "a key cannot be empty; give it a name"
    if key in {".", ".."} or key.startswith(".."):
        return f"{key!r} cannot be a key of a Secret: it must not be '.' nor start with '..'"
    if len(key) > 253:
        return f"the key has {len(key)} characters; at most 253 are allowed"
    if not _KEY.fullmatch(key):
        return (
            f"{key!r} cannot be a key of a Secret; use only letters, digits, '-', '_' and '.', "
            f"such as {_valid_key(key)!r}"
        )
    return None


def _valid_key(key: str) -> str:
    return re.sub(r"[^-._a-zA-Z0-9]+", "-", key).strip("-") or "key.name"


def name_fault(name: str) -> str | None:
    """Return why *name* cannot name a Secret (a DNS subdomain, RFC 1123), or None."""
    if _SUBDOMAIN.fullmatch(name) and len(name) <= 253:
        return None
    if len(name) > 253:
        return f"the name has {len(name)} characters; at most 253 are allowed"
    valid = re.sub(r"[^a-z0-9.]+", "-", name.lower()).strip("-.")
    hint = f", such as {valid!r}" if valid and _SUBDOMAIN.fullmatch(valid) else ""
    return (
        f"Kubernetes refuses the name {name!r}; use lower case letters, digits, '-' and '.', "
        f"with a letter or digit at both ends{hint}"
    )


def namespace_fault(namespace: str) -> str | None:
    """Return why *namespace* cannot name a namespace (a DNS label, RFC 1123), or None."""
    if _LABEL.fullmatch(namespace) and len(namespace) <= 63:
        return None
    return (
        f"Kubernetes refuses the namespace {namespace!r}; use lower case letters, digits and '-', "
        "with a letter or digit at both ends, at most 63 characters"
    )


def secret_faults(secret: Secret) -> list[SecretProblem]:
    """Return what Kubernetes' API server refuses about a Secret that was read in full.

    Its name and namespace, keys that its type wants, and the size of all values.
    """
    found: list[SecretProblem] = []
    if not secret.symbolic_name and (fault := name_fault(secret.name)):
        found.append(SecretProblem(fault, secret.span, "secret"))
    if secret.namespace and not secret.symbolic_namespace:
        fault = namespace_fault(secret.namespace)
        if fault:
            found.append(SecretProblem(fault, secret.span, "secret"))
    wanted, every = REQUIRED_KEYS.get(secret.type, ((), True))
    missing = [key for key in wanted if key not in secret.entries]
    if missing and secret.complete and (every or len(missing) == len(wanted)):
        keys = " and ".join(map(repr, missing)) if every else " or ".join(map(repr, wanted))
        message = f"a Secret of the type {secret.type} must have the key {keys}; add it"
        found.append(SecretProblem(message, secret.span, "secret"))
    size = sum(len(entry.value) for entry in secret.entries.values())
    if size > MAX_SIZE:
        message = f"the values are {size:,} bytes; Kubernetes stores at most {MAX_SIZE:,}"
        found.append(SecretProblem(message, secret.span, "secret"))
    return found
