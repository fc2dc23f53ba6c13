"""The reference table of Airflow's options: rows for sections, from its own schema.

Descriptions are those of the Airflow that the reader of the documentation has
installed, or names: nothing of them is part of this package.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sphinx_airflow_prod.airflow.options import (
    CORE,
    FALLBACK,
    OPEN_SECTIONS,
    WELL_KNOWN_PROVIDERS,
    ConfigSchema,
    Option,
    variable,
)
from sphinx_airflow_prod.core.descriptions import shortened
from sphinx_airflow_prod.core.schema.words import nearest
from sphinx_airflow_prod.core.tables import Row, cut

MAX_DESCRIPTION = 1200


def unknown_section(schema: ConfigSchema, section: str) -> str:
    """Say why there is no table of *section*, and what was probably meant; empty where there is."""
    if section in schema.sections and section not in schema.partial_sections:
        return ""
    if section in WELL_KNOWN_PROVIDERS:
        distribution = f"apache-airflow-providers-{WELL_KNOWN_PROVIDERS[section]}"
        return (
            f"[{section}] is a section of {distribution}, which was not read: install it with "
            "--no-deps, or add its wheel to airflow_config_source"
        )
    if section in schema.partial_sections:
        return f"[{section}] is a section of a provider that was not read"
    old = next((r.section for r in schema.renames if r.old_section == section), "")
    near = nearest(section, sorted(schema.sections)) or old
    if not near and "." in section and section.partition(".")[0] in schema.sections:
        near = section.partition(".")[0]
    hint = f" (did you mean '{near}'?)" if near else ""
    return f"{schema.label} has no section [{section}]{hint}"


def option_rows(schema: ConfigSchema, sections: Sequence[str] = ()) -> tuple[Row, ...]:
    """Return a row for each option of *sections*, of all without any, in the schema's order."""
    wanted = dict.fromkeys(sections or schema.sections)
    return tuple(
        _row(schema, option)
        for section in wanted
        for option in schema.options
        if option.section == section and option.origin != FALLBACK
    )


def _row(schema: ConfigSchema, option: Option) -> Row:
    default, note = cut(option.default) if option.default is not None else (None, "")
    return Row(
        name=f"{option.section}.{option.name}",
        title=str(option),
        type=option.type,
        default='""' if default == "" else default,
        default_note=note,
        description=shortened(option.description.strip(), MAX_DESCRIPTION),
        choices=schema.chosen.get(option.key, ()),
        deprecated=_deprecated(option),
        variable=variable(option.section, option.name),
        since=option.version_added,
        notes=tuple(_notes(schema, option)),
    )


def _deprecated(option: Option) -> str:
    if not option.deprecated:
        return ""
    since = f" since {option.version_deprecated}" if option.version_deprecated else ""
    reason = " ".join(option.deprecation_reason.split())
    return f"Deprecated{since}{f': {reason}' if reason else '.'}"


def _notes(schema: ConfigSchema, option: Option) -> Iterator[str]:
    if option.example:
        yield f"For example `{cut(option.example)[0]}`."
    if option.key in schema.sensitive:
        yield (
            "Sensitive: the variable may end in `_CMD` and name a command that prints it, or in "
            "`_SECRET` and name a secret of the secrets backend."
        )
    if option.is_template:
        yield "A template, in which Jinja or variables of Airflow are replaced."
    for rename in schema.renames:
        if (rename.section, rename.name or option.name) == option.key:
            old = f"[{rename.old_section}] {rename.old_name or option.name}"
            yield f"Was `{old}` before {rename.since}."
    if option.origin not in (CORE, FALLBACK):
        yield f"Of `{option.origin}`."
    if option.section in OPEN_SECTIONS:
        yield "The section takes other options as well."
