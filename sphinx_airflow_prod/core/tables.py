"""Reference tables as data: what ``helm:parameters`` and ``airflow:options`` show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["parameters", "options"]


@dataclass(frozen=True)
class Row:
    """One value of a chart, or one option of Airflow.

    ``name`` is that of the target (``pgbouncer.enabled``, ``hello:replicas``,
    ``database.sql_alchemy_conn``), ``title`` what is shown of it.  ``default``
    is one line of YAML (of ``airflow.cfg``), cut where it is long, ``None``
    where there is none to show; ``default_note`` says what has been cut.
    ``choices`` are all values that are allowed, ``known`` some of them.
    ``deprecated`` says so in a sentence, ``instead`` is the name of the target
    to use.  The rest is of options alone: the variable, the version it came
    with, and what else a reader must know.
    """

    name: str
    title: str
    type: str
    default: str | None = None
    default_note: str = ""
    description: str = ""
    choices: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    deprecated: str = ""
    instead: str = ""
    variable: str = ""
    since: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """The rows of one directive, in order."""

    kind: Kind
    rows: tuple[Row, ...]


MAX_DEFAULT = 120
"""Longer defaults are cut: a table is no place to read a configuration file in."""


def cut(text: str, length: int = MAX_DEFAULT) -> tuple[str, str]:
    """Return the beginning of a default, and what to say of the rest."""
    lines = text.strip("\n").split("\n")
    first = lines[0] if len(lines[0]) <= length else lines[0][: length - 1]
    if len(lines) > 1:
        return f"{first} …", f"{len(lines)} lines"
    return (text, "") if first == text else (f"{first}…", "")
