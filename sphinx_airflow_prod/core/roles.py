"""The roles: what may be named in prose, declared once, and read from a document.

Sphinx' domains, the readers of Sybil and the reference page derive from
:data:`ROLES`, as they do from :mod:`.grammar` for directives.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from sphinx_airflow_prod.core.diagnostics import Code, Diagnostic, Span
from sphinx_airflow_prod.core.selectors import Selector, parse_selectors
from sphinx_airflow_prod.core.valuepaths import Path, parse_value_path, split_chart


@dataclass(frozen=True)
class RoleSpec:
    """A role: its full name, what it is for, and what may stand in it.

    ``syntax`` has one line for each form; ``takes_title`` tells whether
    ``title <target>`` is one of them.
    """

    name: str
    summary: str
    syntax: tuple[str, ...]
    takes_title: bool = False

    @property
    def domain(self) -> str:
        """The Sphinx domain that the role lives in."""
        return self.name.partition(":")[0]


VALUE = RoleSpec(
    "helm:value",
    "Names a value of the chart, which must exist; links to its row of ``helm:parameters``, "
    "where there is one.",
    ("path", "key:path", "title <path>"),
    takes_title=True,
)
DEFAULT = RoleSpec(
    "helm:default",
    "Inserts the chart's default of a value, as it is when the page is built.",
    ("path", "key:path"),
)
RESOURCE = RoleSpec(
    "helm:resource",
    "Names a resource, which must be rendered: by the chart's defaults, or by the example named.",
    ("Kind/name", "key:Kind/name", "Kind/name <example>"),
    takes_title=True,
)
OPTION = RoleSpec(
    "airflow:option",
    "Names an option of Airflow, which must exist; links to its row of ``airflow:options``, where "
    "there is one.",
    ("section.option", "title <section.option>"),
    takes_title=True,
)
ENV = RoleSpec(
    "airflow:env",
    "Names the environment variable of an option of Airflow; links likewise.",
    ("AIRFLOW__SECTION__OPTION", "section.option", "title <section.option>"),
    takes_title=True,
)
EXECUTOR = RoleSpec(
    "airflow:executor",
    "Names an executor, which Airflow or one of the providers read must have.",
    ("name", "module.Class"),
)

ROLES: Mapping[str, RoleSpec] = {
    spec.name: spec for spec in (VALUE, DEFAULT, RESOURCE, OPTION, ENV, EXECUTOR)
}
"""Every role by its full name."""

RoleKey = tuple[str, str, int, int]
"""What names a use of a role within a site: document, file, line and column."""


@dataclass(frozen=True)
class RawRole:
    """A role as an adapter found it: its full name, and its text, unread.

    ``span`` is where the markup begins, ``text_span`` where its text does, and
    ``target_span`` where what stands in ``<…>`` does (else the same).
    """

    name: str
    document: str
    span: Span
    text: str
    text_span: Span
    target_span: Span


@dataclass(frozen=True)
class Role:
    """One use of a role, read.

    ``shown`` is what the page shows, for ``helm:default`` what stands in its
    place until the default is known.  ``target`` is what is named, as it was
    written: the path of a value, a resource, an option, an executor; ``span``
    where the markup begins and ``target_span`` where that name does.  ``chart``
    is a key of ``helm_charts``, ``None`` for the default; ``path`` is that of a
    value, ``selector`` a resource, ``example`` the one that has to render it.
    ``problem`` is what cannot be read.
    """

    name: str
    document: str
    span: Span
    shown: str
    is_titled: bool
    target: str
    target_span: Span
    chart: str | None = None
    path: Path = ()
    path_offsets: tuple[int, ...] = ()
    selector: Selector | None = None
    example: str | None = None
    example_span: Span | None = None
    problem: Diagnostic | None = None

    @property
    def key(self) -> RoleKey:
        """Document, file, line and column: a role that is parsed twice has the same key."""
        return (self.document, self.span.path, self.span.line, self.span.column)

    @property
    def is_about_airflow(self) -> bool:
        """Whether Airflow decides, and not a chart."""
        return self.name.startswith("airflow:")

    def span_of_step(self, number: int) -> Span:
        """Return where the *number*-th step of the path stands, from 0."""
        offset = self.path_offsets[number] if number < len(self.path_offsets) else 0
        return replace(self.target_span, column=self.target_span.column + offset)


@dataclass(frozen=True)
class RoleLine:
    """The roles that begin on one line of a file, as one document has them: one test."""

    document: str
    span: Span
    roles: tuple[Role, ...]

    @property
    def key(self) -> tuple[str, str, int, str]:
        """Document, file, line, and that it is about roles."""
        return (self.document, self.span.path, self.span.line, "roles")


def lines_of(roles: Iterable[Role]) -> list[RoleLine]:
    """Return *roles* by line, in the order of their first ones."""
    found: dict[tuple[str, str, int], list[Role]] = {}
    for role in roles:
        found.setdefault((role.document, role.span.path, role.span.line), []).append(role)
    return [RoleLine(one[0].document, one[0].span, tuple(one)) for one in found.values()]


_TITLED = re.compile(r"(?P<title>.+?)\s*<(?P<target>[^<>]*)>", re.DOTALL)
_OPTION = re.compile(r"(?:\[(?P<bracketed>[^\[\]]+)\]\s*|(?P<section>\S+)\.)(?P<name>[^\s.\[\]]+)")


def read_role(raw: RawRole) -> Role:
    """Read a role; whatever is wrong with its text becomes the problem of the role."""
    spec = ROLES[raw.name]
    text = " ".join(raw.text.split())
    titled = _TITLED.fullmatch(text) if spec.takes_title else None
    shown, target = (titled["title"], titled["target"].strip()) if titled else (text, text)
    span = raw.target_span if titled else raw.text_span
    role = Role(raw.name, raw.document, raw.span, shown, titled is not None, target, span)
    try:
        if not target:
            raise ValueError(f"nothing is named; write {_forms(spec)}")
        if spec is RESOURCE:
            return _resource(role, raw)
        if spec in (VALUE, DEFAULT):
            return _value(role)
        if spec is OPTION or (spec is ENV and not target.upper().startswith("AIRFLOW")):
            return _option(role, spec)
    except ValueError as error:
        problem = Diagnostic.of(Code.ROLE, f"{raw.name}: {error}", span)
        return replace(role, problem=problem)
    return role


def split_option(target: str) -> tuple[str, str] | None:
    """Return (section, option) of ``section.option`` or ``[section] option``, ``None`` of others.

    Names of sections may hold dots, those of options do not.
    """
    found = _OPTION.fullmatch(target)
    return ((found["bracketed"] or found["section"]).strip(), found["name"]) if found else None


def misspelt(name: str) -> str:
    """Return what to say of a role of our domains that does not exist."""
    near = difflib.get_close_matches(name.lower(), ROLES, 1)
    hint = f" (did you mean '{near[0]}'?)" if near else ""
    return f"unknown role '{name}'{hint}"


def _value(role: Role) -> Role:
    path = parse_value_path(role.target)
    shown = role.shown if role.is_titled else role.target[path.offsets[0] :]
    return replace(role, shown=shown, chart=path.chart, path=path.steps, path_offsets=path.offsets)


def _resource(role: Role, raw: RawRole) -> Role:
    """Read ``Kind/name <example>``: what stands before is the target here."""
    example = role.target if role.is_titled else None
    chart, start = split_chart(role.shown)
    written = role.shown[start:]
    selectors = parse_selectors(written)
    if len(selectors) != 1:
        raise ValueError("one resource is to be named, as in Deployment/airflow-scheduler")
    span = replace(raw.text_span, column=raw.text_span.column + start)
    return replace(
        role,
        shown=written,
        target=written,
        target_span=span,
        chart=chart,
        selector=selectors[0],
        example=example,
        example_span=raw.target_span,
    )


def _option(role: Role, spec: RoleSpec) -> Role:
    option = split_option(role.target)
    if option is None:
        raise ValueError(f"'{role.target}' names no option; write {_forms(spec)}")
    if role.is_titled:
        return role
    if spec is OPTION:
        return replace(role, shown=f"[{option[0]}] {option[1]}")
    # not needed by a build that reads no such role
    from sphinx_airflow_prod.airflow.options import variable

    return replace(role, shown=variable(*option))


def _forms(spec: RoleSpec) -> str:
    return " or ".join(f"`{form}`" for form in spec.syntax)
