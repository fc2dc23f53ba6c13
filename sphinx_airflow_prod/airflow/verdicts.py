"""What Airflow makes of the name of an option: knows it, follows it, or ignores it.

The order is that of ``AirflowConfigParser._resolve_deprecated_lookup`` and of
its lookups: the name itself, the old names that it follows, and then the list
of ``airflow config lint`` for what it follows no more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from fnmatch import fnmatchcase

from sphinx_airflow_prod.airflow.environment import FORMS
from sphinx_airflow_prod.airflow.options import (
    FALLBACK,
    OPEN_SECTIONS,
    WELL_KNOWN_PROVIDERS,
    Change,
    ConfigSchema,
    Option,
    Rename,
)
from sphinx_airflow_prod.airflow.problems import Kind, Part, Problem, error, warning
from sphinx_airflow_prod.core.schema.words import listed, nearest

TEAM_SEPARATOR = "="
"""Between a team and a section in the name of an ``airflow.cfg`` section."""


def split_team(section: str, schema: ConfigSchema) -> tuple[str, str]:
    """Return (team, section) of the name of an ``airflow.cfg`` section; no team is ``""``."""
    team, separator, base = section.rpartition(TEAM_SEPARATOR)
    return (team, base) if separator and schema.teams else ("", section)


def split_form(section: str, name: str, schema: ConfigSchema) -> tuple[str, str]:
    """Return (option, form) of a name in an ``airflow.cfg``; the exact name goes first."""
    if schema.option(section, name) is None and not _is_old(schema, section, name):
        for form in FORMS:
            bare = name.removesuffix(f"_{form}")
            if bare != name and (schema.option(section, bare) or _is_old(schema, section, bare)):
                return bare, form
    return name, ""


def option_meant(schema: ConfigSchema, section: str, name: str) -> Option | None:
    """Return the option that a name sets, through the renames that this version follows."""
    found = schema.option(section, name)
    if found is None:
        for rename in schema.renamed(section, name):
            found = found or schema.option(rename.section, rename.name)
    return found


def judge(
    schema: ConfigSchema, section: str, name: str, allow: Collection[str] = ()
) -> Iterator[Problem]:
    """Give what is wrong with a section and the name of an option in it, at no place.

    *name* may end in ``_cmd`` or ``_secret``; *section* may be a team's.
    *allow* is the setting ``airflow_config_allow``: sections, or
    ``section.option``, where ``*`` stands for anything.
    """
    if allowed(section, name, allow):
        return
    team, base = split_team(section, schema)
    bare, form = split_form(base, name, schema)
    if TEAM_SEPARATOR in section and not team:
        yield error(Kind.TEAM, _no_teams(schema, section), part=Part.SECTION)
        return
    option = schema.option(base, bare)
    if form and (base, bare) not in schema.sensitive and _is_fallback(option):
        yield _unknown_provider(base, name)
        return
    if form and (base, bare) not in schema.sensitive:
        message = (
            f"[{base}] {bare} is not sensitive, so {schema.label} ignores '{name}': only "
            f"sensitive options have _cmd and _secret forms. Set '{bare}' itself"
        )
        yield error(Kind.NOT_SENSITIVE, message)
    elif form and team:
        message = f"{schema.label} does not read '{name}' for a team; set '{bare}' itself"
        yield error(Kind.TEAM, message)
    yield from _judge(schema, base, bare)


def allowed(section: str, name: str, allow: Collection[str]) -> bool:
    """Whether the setting ``airflow_config_allow`` lets an option pass unchecked."""
    return any(fnmatchcase(section, a) or fnmatchcase(f"{section}.{name}", a) for a in allow)


def _judge(schema: ConfigSchema, section: str, name: str) -> Iterator[Problem]:
    option = schema.option(section, name)
    renames = tuple(schema.renamed(section, name))
    if renames:
        yield _renamed(schema, section, name, renames)
    elif option is not None:
        if option.deprecated:
            since = f" since {option.version_deprecated}" if option.version_deprecated else ""
            reason = f": {_clause(option.deprecation_reason)}" if option.deprecation_reason else ""
            yield warning(Kind.DEPRECATED, f"{option} is deprecated{since}{reason}")
    elif section in OPEN_SECTIONS and (
        section in schema.sections or section in WELL_KNOWN_PROVIDERS
    ):
        return
    elif (section, name) in schema.undescribed and _of_unknown_provider(schema, section):
        yield _unknown_provider(section, name)
    elif (section, name) in schema.undescribed:
        message = (
            f"[{section}] {name} is read by {schema.label}, but nothing describes it: it is no "
            "part of the public configuration"
        )
        yield warning(Kind.UNDESCRIBED, message)
    elif change := schema.gone.get((section, name)):
        yield _gone(schema, change)
    else:
        yield _unknown(schema, section, name)


def _is_old(schema: ConfigSchema, section: str, name: str) -> bool:
    """Whether a name is one that was renamed or removed; in whole sections, if known in the new."""
    for rename in schema.renamed(section, name):
        known = schema.option(rename.section, rename.name) is not None
        if known or (section, name) in {(r.old_section, r.old_name) for r in schema.renames}:
            return True
    return schema.gone.get((section, name)) is not None


def _renamed(schema: ConfigSchema, section: str, name: str, renames: tuple[Rename, ...]) -> Problem:
    """Tell of a rename whether this version reads the old name still."""
    targets = [r for r in renames if _is_read(schema, r)]
    since = listed(sorted({rename.since for rename in renames}), "and")
    if targets:
        names = listed([f"[{r.section}] {r.name}" for r in targets], "and")
        message = (
            f"[{section}] {name} was renamed to {names} in {since}; {schema.label} still reads "
            "the old name, where the new one is not set"
        )
        return warning(Kind.RENAMED, message)
    last = _current_name(schema, renames[0].section, renames[0].name)
    message = (
        f"[{section}] {name} was renamed in {since} and is [{last[0]}] {last[1]} by now; "
        f"{schema.label} does not read the old name"
    )
    return error(Kind.RENAMED, message)


def _is_read(schema: ConfigSchema, rename: Rename) -> bool:
    """Whether anything reads the new name: it is an option, or of a provider not known here."""
    if schema.option(rename.section, rename.name) is not None:
        return True
    return _of_unknown_provider(schema, rename.section)


def _of_unknown_provider(schema: ConfigSchema, section: str) -> bool:
    """Whether a section belongs to a provider whose own description is not at hand."""
    if section in schema.partial_sections:
        return True
    return section in WELL_KNOWN_PROVIDERS and section not in schema.sections


def _current_name(schema: ConfigSchema, section: str, name: str) -> tuple[str, str]:
    """Follow renames, and those of ``airflow config lint``, to a name that is an option."""
    for _ in range(5):
        following = next(schema.renamed(section, name), None)
        change = schema.gone.get((section, name))
        if schema.option(section, name) is not None:
            break
        if following is not None:
            section, name = following.section, following.name
        elif change is not None and change.renamed_to:
            section, name = change.renamed_to
        else:
            break
    return section, name


def _gone(schema: ConfigSchema, change: Change) -> Problem:
    """Tell of an entry of ``airflow config lint``; its list names one release for all."""
    old = f"[{change.section}] {change.name}"
    since = f" (Airflow's list of what changed since {change.since})" if change.since else ""
    if change.renamed_to:
        section, name = _current_name(schema, *change.renamed_to)
        message = (
            f"{old} was renamed to [{section}] {name}, and {schema.label} does not read the old "
            f"name{since}"
        )
        return error(Kind.RENAMED, message)
    advice = f": {_clause(change.suggestion)}" if change.suggestion else ""
    return error(Kind.REMOVED, f"{old} was removed, {schema.label} ignores it{since}{advice}")


def _unknown(schema: ConfigSchema, section: str, name: str) -> Problem:
    if section in schema.sections:
        return _unknown_option(schema, section, name)
    homes = schema.homes(name)
    if section.lower() in schema.sections:
        message = (
            f"{schema.label} has no section [{section}]; its names are written in lower case: "
            f"[{section.lower()}]"
        )
        return error(Kind.UNKNOWN_SECTION, message, part=Part.SECTION)
    if section in WELL_KNOWN_PROVIDERS:
        return _unknown_provider(section, name)
    old = {r.old_section for r in schema.renames} | {c.section for c in schema.changes}
    near = nearest(section, sorted({*schema.sections, *WELL_KNOWN_PROVIDERS}))
    if section in old and not homes:
        message = f"{schema.label} has no section [{section}] any more, and no option '{name}'"
        return error(Kind.UNKNOWN_OPTION, message)
    if near and section not in old:
        hint = f" (did you mean [{near}]?)"
    elif homes:
        hint = f"; '{name.lower()}' is an option of {_sections(homes)}"
    else:
        hint = "; if a provider or plugin reads it, add it to airflow_config_allow"
    message = f"{schema.label} has no section [{section}]{hint}"
    return error(Kind.UNKNOWN_SECTION, message, part=Part.SECTION)


def _unknown_option(schema: ConfigSchema, section: str, name: str) -> Problem:
    names = schema.sections[section]
    if name.lower() in names:
        message = (
            f"{schema.label} has no option '{name}' in [{section}]; names are written in lower "
            f"case: '{name.lower()}'"
        )
        return error(Kind.UNKNOWN_OPTION, message)
    homes = schema.homes(name)
    near = nearest(name, names)
    if homes:
        hint = f"; it is an option of {_sections(homes)}"
    elif near:
        hint = f" (did you mean '{near}'?)"
    else:
        hint = ""
    message = f"{schema.label} has no option '{name}' in [{section}]{hint}"
    if section in schema.partial_sections and not near and not homes:
        return _unknown_provider(section, name)
    return error(Kind.UNKNOWN_OPTION, message)


def _is_fallback(option: Option | None) -> bool:
    return option is not None and option.origin == FALLBACK


def _unknown_provider(section: str, name: str) -> Problem:
    """Tell of an option of which only a provider that is not known here could tell more."""
    provider = WELL_KNOWN_PROVIDERS.get(section)
    which = f"apache-airflow-providers-{provider}" if provider else "the section's provider"
    message = (
        f"[{section}] {name} is not checked: {which} is not known here. Add its wheel to "
        "airflow_config_source, or the section to airflow_config_allow"
    )
    return warning(Kind.UNKNOWN_PROVIDER, message)


def _no_teams(schema: ConfigSchema, section: str) -> str:
    base = section.rpartition(TEAM_SEPARATOR)[2]
    return f"{schema.label} has no options of single teams; write [{base}] instead of [{section}]"


def _sections(names: Collection[str]) -> str:
    return listed([f"[{name}]" for name in sorted(names)], "and")


def _clause(text: str) -> str:
    """Return the first sentence of a text, without its full stop."""
    return text.partition(". ")[0].strip().rstrip(".")
