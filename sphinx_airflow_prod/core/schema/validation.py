"""Values against a JSON schema: every violation as data, in an author's words.

The verdict is that of ``jsonschema_rs``, which a test holds together with
Helm's.  Nothing is ever fetched: a ``$ref`` to another document allows
anything, and is listed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sphinx_airflow_prod.core.diagnostics import Code
from sphinx_airflow_prod.core.schema import words
from sphinx_airflow_prod.core.values.layout import Path, format_path

if TYPE_CHECKING:
    import jsonschema_rs


@dataclass(frozen=True)
class Violation:
    """One thing that a schema refuses: where, and why in words.

    ``path`` is the offending key or item; for a missing key, the path that it
    would have.  ``subject`` is the path that the message starts with.  For
    ``helm.unknown-key`` the message is left to the caller, who knows the
    neighbours.  ``expected`` holds the JSON types wanted, where it is the type
    that is wrong.  ``picks`` tells a value that is none of those allowed: it
    decides which branch of a schema was meant.
    """

    path: Path
    message: str
    code: Code = Code.SCHEMA
    subject: Path = ()
    expected: tuple[str, ...] = ()
    picks: bool = False

    def __str__(self) -> str:
        """``scheduler.replicas: expected integer, got string "two"``."""
        name = format_path(self.subject)
        return f"{name}: {self.message}" if name else self.message


class Validator:
    """One schema, compiled at its first use."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        import jsonschema_rs

        self.problem: str | None = None
        """Why the schema cannot be compiled, None if it can: then nothing is refused."""
        remote: list[str] = []
        local = _as_helm_takes_it(schema, _identifiers(schema), remote)
        self.remote_references = tuple(dict.fromkeys(remote))
        self._compiled: jsonschema_rs.Validator | None = None
        try:
            self._compiled = jsonschema_rs.validator_for(
                local,
                retriever=_fetch_nothing,
                # Patterns without look-around, in linear time: as Go's regexp has them.
                pattern_options=jsonschema_rs.RegexOptions(),
            )
        except (ValueError, jsonschema_rs.ReferencingError) as error:
            reason = str(error).partition("\n")[0]
            self.problem = f"values.schema.json cannot be used: {reason}"

    def check(self, values: Mapping[str, Any]) -> tuple[Violation, ...]:
        """Return every violation of *values*, in the order of the schema, each once."""
        if self._compiled is None:
            return ()
        found = (
            violation
            for error in self._compiled.iter_errors(values)
            for violation in _explain(error)
        )
        return tuple(dict.fromkeys(found))


def _fetch_nothing(uri: str) -> Any:
    raise ValueError(f"{uri} is not fetched")


def _identifiers(schema: Any) -> frozenset[str]:
    """Return the ``$id``s within a schema, which its ``$ref``s may name."""
    found: list[str] = []
    queue = [schema]
    for value in queue:
        if isinstance(value, Mapping):
            found += [
                value[key].rstrip("#") for key in ("$id", "id") if isinstance(value.get(key), str)
            ]
            queue.extend(value.values())
        elif isinstance(value, list):
            queue.extend(value)
    return frozenset(found)


def _as_helm_takes_it(value: Any, local: frozenset[str], remote: list[str]) -> Any:
    """Return a schema without what Helm does not check, and without references elsewhere.

    Helm takes ``contentEncoding`` and ``contentMediaType`` for comments; a
    ``$ref`` to another document, listed in *remote*, allows anything.
    """
    if isinstance(value, Mapping):
        dropped = {
            key
            for key in ("contentEncoding", "contentMediaType")
            if isinstance(value.get(key), str)
        }
        if value.get("format") == "idn-email":
            dropped.add("format")
        reference = value.get("$ref")
        if isinstance(reference, str) and _is_elsewhere(reference.partition("#")[0], local):
            remote.append(reference)
            dropped.add("$ref")
        changed = {
            key: _as_helm_takes_it(below, local, remote)
            for key, below in value.items()
            if key not in dropped
        }
        same = not dropped and all(changed[key] is value[key] for key in changed)
        return value if same else changed
    if isinstance(value, list):
        items = [_as_helm_takes_it(below, local, remote) for below in value]
        return value if all(new is old for new, old in zip(items, value, strict=True)) else items
    return value


def _is_elsewhere(base: str, local: frozenset[str]) -> bool:
    return bool(base) and base not in local and not any(name.endswith("/" + base) for name in local)


def _explain(error: jsonschema_rs.ValidationError) -> Iterator[Violation]:
    """Give the violations that one of the validator's errors stands for."""
    path: Path = tuple(error.instance_path)
    name = type(error.kind).__name__
    facts = error.kind.as_dict()
    match name:
        case "Type":
            expected = tuple(facts["types"])
            message = words.wrong_type(expected, error.instance)
            yield Violation(path, message, subject=path, expected=expected)
        case "Required":
            missing = str(facts["property"])
            yield Violation((*path, missing), f"the key '{missing}' is required", subject=path)
        case "AdditionalProperties" | "UnevaluatedProperties":
            for key in facts["unexpected"]:
                yield Violation((*path, str(key)), "", Code.UNKNOWN_KEY, subject=path)
        case "AnyOf" | "OneOfNotValid":
            yield from _explain_branches(error, path, facts["context"])
        case "PropertyNames":
            for inner in _explain(facts["error"]):
                key = inner.subject[-1] if inner.subject else facts["error"].instance
                yield Violation((*path, str(key)), f"the key '{key}' {inner.message}", subject=path)
        case _:
            message = words.broken_rule(name, facts, error.instance, error.message)
            yield Violation(path, message, subject=path, picks=name in ("Constant", "Enum"))


def _explain_branches(
    error: jsonschema_rs.ValidationError,
    path: Path,
    branches: list[list[jsonschema_rs.ValidationError]],
) -> Iterator[Violation]:
    """Explain the branch that comes nearest to what was written, or what all have in common."""
    told = [list(_explained(branch)) for branch in branches]
    fitting = [branch for branch in told if not any(_is_type_of(v, path) for v in branch)]
    if not fitting:
        expected = tuple(
            dict.fromkeys(kind for branch in told for v in branch for kind in v.expected)
        )
        message = words.wrong_type(expected, error.instance)
        yield Violation(path, message, subject=path, expected=expected)
        return
    missing = [branch[0].path[-1] for branch in fitting if len(branch) == 1 and _misses(branch[0])]
    if len(missing) == len(fitting) > 1:
        keys = words.listed([f"'{key}'" for key in dict.fromkeys(missing)], "or")
        yield Violation(path, f"one of the keys {keys} is required", subject=path)
        return
    at_path = [branch[0].message for branch in fitting if len(branch) == 1]
    if (
        len(fitting) > 1
        and len(at_path) == len(fitting)
        and all(branch[0].path == path for branch in fitting)
    ):
        message = " or ".join(dict.fromkeys(at_path))
        yield Violation(path, message, subject=path)
        return
    yield from min(fitting, key=_distance)


def _explained(branch: list[jsonschema_rs.ValidationError]) -> Iterator[Violation]:
    for error in branch:
        yield from _explain(error)


def _is_type_of(violation: Violation, path: Path) -> bool:
    return bool(violation.expected) and violation.path == path


def _misses(violation: Violation) -> bool:
    return violation.path[: len(violation.subject)] == violation.subject and (
        violation.path != violation.subject and violation.code is Code.SCHEMA
    )


def _distance(branch: list[Violation]) -> tuple[int, int, int]:
    """Return how far a branch is from what was written.

    A branch that wants another ``type: …`` was not meant; then fewer and
    deeper mistakes are nearer.
    """
    deepest = max((len(violation.path) for violation in branch), default=0)
    return sum(violation.picks for violation in branch), len(branch), -deepest
