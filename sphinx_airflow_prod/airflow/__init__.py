"""Airflow's own configuration: options, renames, ini and environment snippets, and their checks.

Airflow is never imported: its schema is read from files (:func:`load_schema`).
Nothing here knows Sphinx, docutils, Sybil or pytest, and nothing is raised for
a mistake of an author: a :class:`Problem` says what is wrong and where.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx_airflow_prod.airflow.chartvalues import check_values
    from sphinx_airflow_prod.airflow.checks import (
        check_environment,
        check_file_value,
        check_ini,
        check_option,
        check_variable,
    )
    from sphinx_airflow_prod.airflow.conversion import (
        Setting,
        config_of,
        environment_of,
        ini_of,
        settings_of_config,
        settings_of_environment,
        settings_of_ini,
        values_of,
    )
    from sphinx_airflow_prod.airflow.environment import (
        VariableName,
        parse_variable,
        shell_line,
        variable,
    )
    from sphinx_airflow_prod.airflow.exports import Assignment, parse_exports
    from sphinx_airflow_prod.airflow.ini import (
        IniDocument,
        IniOption,
        IniSection,
        interpolate,
        parse_ini,
    )
    from sphinx_airflow_prod.airflow.options import (
        Change,
        ConfigSchema,
        OldValue,
        Option,
        Provider,
        Rename,
    )
    from sphinx_airflow_prod.airflow.problems import Kind, Part, Problem
    from sphinx_airflow_prod.airflow.source import SourceFault, load_schema

__all__ = [
    "Assignment",
    "Change",
    "ConfigSchema",
    "IniDocument",
    "IniOption",
    "IniSection",
    "Kind",
    "OldValue",
    "Option",
    "Part",
    "Problem",
    "Provider",
    "Rename",
    "Setting",
    "SourceFault",
    "VariableName",
    "check_environment",
    "check_file_value",
    "check_ini",
    "check_option",
    "check_values",
    "check_variable",
    "config_of",
    "environment_of",
    "ini_of",
    "interpolate",
    "load_schema",
    "parse_exports",
    "parse_ini",
    "parse_variable",
    "settings_of_config",
    "settings_of_environment",
    "settings_of_ini",
    "shell_line",
    "values_of",
    "variable",
]

_MODULES = {
    "chartvalues": ("check_values",),
    "checks": (
        "check_environment",
        "check_file_value",
        "check_ini",
        "check_option",
        "check_variable",
    ),
    "conversion": (
        "Setting",
        "config_of",
        "environment_of",
        "ini_of",
        "settings_of_config",
        "settings_of_environment",
        "settings_of_ini",
        "values_of",
    ),
    "environment": (
        "VariableName",
        "parse_variable",
        "shell_line",
        "variable",
    ),
    "exports": (
        "Assignment",
        "parse_exports",
    ),
    "ini": (
        "IniDocument",
        "IniOption",
        "IniSection",
        "interpolate",
        "parse_ini",
    ),
    "options": (
        "Change",
        "ConfigSchema",
        "OldValue",
        "Option",
        "Provider",
        "Rename",
    ),
    "problems": (
        "Kind",
        "Part",
        "Problem",
    ),
    "source": (
        "SourceFault",
        "load_schema",
    ),
}
"""Where the names of this package come from."""


def __getattr__(name: str) -> Any:
    """Import what is asked for at its first use (PEP 562).

    A build that knows all its verdicts only asks where options come from.
    """
    for module, names in _MODULES.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
