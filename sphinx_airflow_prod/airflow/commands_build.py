"""Commands and arguments from the values that their definitions give."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from typing import Any, Final

from sphinx_airflow_prod.airflow.commands_schema import Argument, Command

ARG = ("flags", "help", "action", "default", "nargs", "type", "choices", "required")
"""Parameters of ``Arg`` in their order; so are the next two."""
ACTION = ("name", "help", "func", "args", "description", "epilog", "hide")
GROUP = ("name", "help", "subcommands", "description", "epilog")

_DEPRECATED = re.compile(r"(?i)deprecated\b[^`]*\buse `([^`]+)` instead")


class _Unknown:
    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = _Unknown()
"""What cannot be known without running the program."""


def argument(bound: Mapping[str, Any], node: ast.Call) -> Any:
    """Return the argument of a call of ``Arg``, else :data:`UNKNOWN`."""
    flags = bound.get("flags")
    if isinstance(flags, str):  # ("name") is no tuple: Airflow then adds its characters
        flags = (flags,)
    if not isinstance(flags, list | tuple) or not all(isinstance(flag, str) for flag in flags):
        return UNKNOWN
    written = {keyword.arg: ast.unparse(keyword.value) for keyword in node.keywords}
    action, nargs, choices = bound.get("action"), bound.get("nargs"), bound.get("choices")
    known = isinstance(choices, list | tuple) and all(isinstance(item, str) for item in choices)
    written_action = written.get("action", "").rpartition(".")[2]
    return Argument(
        tuple(flags),
        nargs="" if nargs is None or nargs is UNKNOWN else str(nargs),
        choices=tuple(choices) if known and choices else (),
        required=bound.get("required") is True,
        action=action if isinstance(action, str) else written_action or "store",
        type="int" if written.get("type", "").partition("(")[0] in ("int", "positive_int") else "",
    )


def action(bound: Mapping[str, Any], condition: str) -> Any:
    """Return the command of a call of ``ActionCommand``, else :data:`UNKNOWN`."""
    args = bound.get("args", ())
    known = isinstance(args, list | tuple)
    arguments = tuple(item for item in args if isinstance(item, Argument)) if known else ()
    if not isinstance(name := bound.get("name"), str):
        return UNKNOWN
    about = bound.get("help")
    match = _DEPRECATED.match(about) if isinstance(about, str) else None
    return Command(
        name,
        arguments=arguments,
        is_open=not known or len(arguments) < len(args),
        deprecated=match[1] if match else "",
        condition=condition,
    )


def group(bound: Mapping[str, Any], condition: str) -> Any:
    """Return the group of a call of ``GroupCommand``, else :data:`UNKNOWN`."""
    items = bound.get("subcommands", ())
    known = isinstance(items, list | tuple)
    commands = tuple(item for item in items if isinstance(item, Command)) if known else ()
    if not isinstance(name := bound.get("name"), str):
        return UNKNOWN
    is_open = not known or len(commands) < len(items)
    return Command(name, commands, is_group=True, is_open=is_open, condition=condition)
