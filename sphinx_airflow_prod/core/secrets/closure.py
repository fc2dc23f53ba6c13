"""Secrets and their consumers held together, both ways."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches, unified_diff

from sphinx_airflow_prod.core.secrets.references import Reference
from sphinx_airflow_prod.core.secrets.secret import (
    DOCKER_CONFIG,
    DOCKER_TYPE,
    Entry,
    Secret,
    SecretProblem,
)
from sphinx_airflow_prod.core.secrets.survey import Survey

_PLACEHOLDER = re.compile(r"<[^<>\n]+>|\.\.\.")


def unconsumed(secret: Secret, found: Survey) -> tuple[SecretProblem, ...]:
    """Return how *secret* does not fit what the resources of *found* read of it.

    It must not be one that the chart renders for the example as well; it must
    be named by some reference, in its namespace; each of its keys must
    be read, where all references name keys; it must have the keys that
    references need; a registry's credentials must have their type; and what
    becomes a variable must not end in a line break.
    """
    if found.provided.get(secret.name) is not None:
        message = (
            f"the chart renders the Secret {secret.name!r} for this example itself, and Helm "
            "refuses to install over one that is there; give yours another name, and name it "
            "in the values"
        )
        return (SecretProblem(message, secret.span, "consumed"),)
    if secret.symbolic_name:
        message = f"the name {secret.name!r} is not known; write the name that the values give"
        return (SecretProblem(message, secret.span, "consumed"),)
    references = found.by_name.get(secret.name, ())
    if not references:
        message = f"no resource of the example refers to the Secret {secret.name!r}"
        return (SecretProblem(message + _instead(secret.name, found), secret.span, "consumed"),)
    here = [reference for reference in references if _same_namespace(secret, reference, found)]
    if not here:
        wanted = references[0].namespace or found.namespace
        message = (
            f"the Secret {secret.name!r} is made in the namespace {secret.namespace!r}, but "
            f"{_resources(references)} in {wanted!r}; write --namespace {wanted}"
        )
        return (SecretProblem(message, secret.span, "consumed"),)
    return (*_keys(secret, here), *_pull(secret, here), *_line_breaks(secret, here))


def _same_namespace(secret: Secret, reference: Reference, found: Survey) -> bool:
    namespace = reference.namespace or found.namespace
    if not secret.namespace or secret.symbolic_namespace or not namespace:
        return True
    return secret.namespace == namespace


def _instead(name: str, found: Survey) -> str:
    """Say which Secrets the resources refer to that nobody makes, or the nearest of all."""
    open_ = [other for other in found.by_name if other not in found.provided]
    near = get_close_matches(name, open_, 1, 0.5)
    if near:
        return f"; did you mean {near[0]!r}?"
    if open_:
        listed = ", ".join(map(repr, sorted(open_)[:5]))
        return f"; those it refers to, and the chart does not render, are {listed}"
    return "; name it in the values, or leave it out"


def _keys(secret: Secret, references: list[Reference]) -> Iterable[SecretProblem]:
    """Give a problem for each key that is wanted and not there, or there and not wanted."""
    if not secret.complete:
        return
    wanted: dict[str, Reference] = {}
    for reference in references:
        for key in reference.keys or ():
            if not reference.optional and key not in secret.entries:
                wanted.setdefault(key, reference)
    read = {key for reference in references for key in reference.keys or ()}
    whole = any(reference.keys is None for reference in references)
    unread = [] if whole else [key for key in secret.entries if key not in read]
    for key, reference in wanted.items():
        if key == DOCKER_CONFIG and ".dockercfg" in secret.entries:
            unread = [other for other in unread if other != ".dockercfg"]
            continue
        message = f"{reference.resource} reads the key {key!r} of the Secret {secret.name!r}, "
        if unread:
            instead = get_close_matches(key, unread, 1, 0.0)[0]
            unread.remove(instead)
            message += f"which has {instead!r} instead, which nothing reads; rename that to {key!r}"
            yield SecretProblem(message, secret.entries[instead].span, "consumed")
        else:
            has = ", ".join(map(repr, secret.entries)) or "no key"
            message += f"which has {has}; add it ({reference.where})"
            yield SecretProblem(message, secret.span, "consumed")
    for key in unread:
        keys = ", ".join(map(repr, sorted(read)))
        message = (
            f"nothing reads the key {key!r} of the Secret {secret.name!r}; the resources read "
            f"{keys}: leave it out"
        )
        yield SecretProblem(message, secret.entries[key].span, "consumed")


def _pull(secret: Secret, references: list[Reference]) -> Iterable[SecretProblem]:
    """Give a problem where the kubelet passes over a registry's credentials for their type."""
    pulls = [reference for reference in references if reference.use == "pull"]
    types = (DOCKER_TYPE, "kubernetes.io/dockercfg")
    if pulls and secret.complete and secret.type not in types:
        message = (
            f"{pulls[0].resource} pulls images with {secret.name!r}, which has the type "
            f"{secret.type or 'Opaque'}; Kubernetes takes only {DOCKER_TYPE}: write "
            "'kubectl create secret docker-registry …'"
        )
        yield SecretProblem(message, secret.span, "consumed")


def _line_breaks(secret: Secret, references: list[Reference]) -> Iterable[SecretProblem]:
    """Give a problem for one-line values with a line break that become variables."""
    variables = [reference for reference in references if reference.use == "variable"]
    for key, entry in secret.entries.items():
        value = entry.value
        if not isinstance(value, bytes) or not value.endswith(b"\n") or b"\n" in value[:-1]:
            continue
        readers = [ref for ref in variables if ref.keys is None or key in ref.keys]
        if readers:
            message = (
                f"the value of {key!r} ends in a line break, which becomes part of the variable "
                f"that {readers[0].resource} makes of it; leave it out (printf instead of echo)"
            )
            yield SecretProblem(message, entry.value_span, "consumed")


@dataclass(frozen=True)
class Unmet:
    """A Secret that an example's resources need and that nobody makes.

    ``keys`` are those that are read by name, ``references`` who needs it;
    ``rendered_by_default`` tells that the chart makes it when left alone.
    ``message`` says all this with the command to write.
    """

    name: str
    keys: tuple[str, ...]
    references: tuple[Reference, ...]
    rendered_by_default: bool
    message: str


def unmet(example: Survey, baseline: Survey, created: Iterable[Secret]) -> tuple[Unmet, ...]:
    """Return the Secrets that *example* needs, by name, and that nobody makes.

    *baseline* is the survey of the chart's defaults, *created* the Secrets that
    the document makes.  What the defaults need and do not make either is not
    the example's fault; nor is what Kubernetes can do without (``optional``,
    tokens of service accounts), or a name that is a placeholder.
    """
    made = {secret.name for secret in created}
    missing: list[Unmet] = []
    for name, references in example.by_name.items():
        needed = tuple(reference for reference in references if not reference.optional)
        if not needed or name in made or name in example.provided or _PLACEHOLDER.search(name):
            continue
        by_default = name in baseline.provided
        if not by_default and any(not ref.optional for ref in baseline.by_name.get(name, ())):
            continue
        keys = tuple(dict.fromkeys(key for ref in needed for key in ref.keys or ()))
        missing.append(
            Unmet(name, keys, needed, by_default, _unmet(name, keys, needed, by_default, example))
        )
    return tuple(missing)


def _unmet(
    name: str, keys: tuple[str, ...], needed: tuple[Reference, ...], by_default: bool, found: Survey
) -> str:
    why = (
        "which the chart makes by default but not for this example"
        if by_default
        else "which neither the chart nor this document makes"
    )
    whose = "the key" if len(keys) == 1 else "the keys"
    part = f"{whose} {' and '.join(map(repr, keys))} of " if keys else ""
    verb = "need" if len({ref.resource for ref in needed}) > 1 else "needs"
    return (
        f"{_resources(needed)} {verb} {part}the Secret {name!r}, {why}; "
        f"show how to make it:\n{command(name, needed, found.namespace)}"
    )


def command(name: str, references: Iterable[Reference], namespace: str = "") -> str:
    """Return a ``kubectl create secret`` command for what *references* read of *name*."""
    listed = tuple(references)
    uses = {reference.use for reference in listed}
    keys = dict.fromkeys(key for reference in listed for key in reference.keys or ())
    kind, flags = "generic", [f"--from-literal={key}=<{key}>" for key in keys]
    if "pull" in uses:
        kind = "docker-registry"
        names = ("server", "username", "password")
        flags = [f"--docker-{part}=<{part}>" for part in names]
    elif uses == {"tls"}:
        kind, flags = "tls", ["--cert=<certificate>", "--key=<key>"]
    elif uses == {"file"}:
        flags = [f"--from-file={key}=<file>" for key in keys]
    where = f" --namespace {namespace}" if namespace else ""
    return " ".join([f"kubectl create secret {kind} {name}{where}", *(flags or ["…"])])


def _resources(references: Iterable[Reference]) -> str:
    """Return the first resources of *references*, and how many more there are."""
    names = list(dict.fromkeys(reference.resource for reference in references))
    if len(names) <= 2:
        return " and ".join(names)
    return f"{names[0]}, {names[1]} and {len(names) - 2} more"


def decodes_to(entry: Entry, text: str) -> SecretProblem | None:
    """Return how *entry* differs from the *text* that the document shows for it, or None.

    A line break at the very end does not count: a block of a document has none
    of its own.  A symbolic entry says nothing that could differ.
    """
    if isinstance(entry.value, str):
        return None
    try:
        decoded = entry.value.decode("utf-8")
    except UnicodeDecodeError:
        message = f"{entry.key!r} decodes to bytes that are no UTF-8 text; encode the text again"
        return SecretProblem(message, entry.value_span, "decodes")
    if decoded.removesuffix("\n") == text.removesuffix("\n"):
        return None
    message = f"{entry.key!r} decodes to something else than the text shown for it:"
    return SecretProblem("\n".join([message, *_diff(text, decoded)]), entry.value_span, "decodes")


MAX_DIFF = 20
"""Lines of a difference that are shown."""


def _diff(shown: str, decoded: str) -> list[str]:
    """Return a small unified diff; what is invisible but differs is made visible."""
    a, b = shown.removesuffix("\n").split("\n"), decoded.removesuffix("\n").split("\n")
    if [line.split() for line in a] == [line.split() for line in b] or any(
        not line.isprintable() for line in (*a, *b)
    ):
        a, b = [repr(line)[1:-1] for line in a], [repr(line)[1:-1] for line in b]
        a, b = (
            [line[: len(line.rstrip())] + "·" * (len(line) - len(line.rstrip())) for line in c]
            for c in (a, b)
        )
    lines = list(unified_diff(a, b, "shown", "decoded", n=1, lineterm=""))
    if len(lines) > MAX_DIFF:
        lines = [*lines[:MAX_DIFF], f"({len(lines) - MAX_DIFF} more lines)"]
    return lines
