"""The commands of ``airflow`` and their arguments, as data that can be stored."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any, Self

_FORMAT = 1
_WITHOUT_VALUE = ("store_true", "store_false", "store_const", "count", "append_const", "help")


@dataclass(frozen=True)
class Argument:
    """One argument of a command, as ``argparse`` is told of it."""

    flags: tuple[str, ...]
    """``("-o", "--output")``, or the one name of a positional argument."""
    nargs: str = ""
    """``?``, ``*``, ``+``, a number, or nothing for exactly one."""
    choices: tuple[str, ...] = ()
    required: bool = False
    action: str = "store"
    type: str = ""
    """``int`` where a whole number is wanted; other types are not checked."""

    @property
    def positional(self) -> bool:
        """Whether the argument has no flag."""
        return not self.flags[0].startswith("-")

    @property
    def name(self) -> str:
        """How messages call it: the long flag, else the first; a positional in capitals."""
        if self.positional:
            return self.flags[0].upper()
        return next((flag for flag in self.flags if flag.startswith("--")), self.flags[0])

    @property
    def counts(self) -> tuple[int, int | None]:
        """How many words it takes at least and at most; ``None`` is any number."""
        if self.action in _WITHOUT_VALUE or self.action == "BooleanOptionalAction":
            return 0, 0
        if self.nargs.isdecimal():
            return int(self.nargs), int(self.nargs)
        return {"?": (0, 1), "*": (0, None), "+": (1, None)}.get(self.nargs, (1, 1))


@dataclass(frozen=True)
class Command:
    """A command, or a group of them."""

    name: str
    subcommands: tuple[Command, ...] = ()
    arguments: tuple[Argument, ...] = ()
    is_group: bool = False
    is_open: bool = False
    """Whether some of it could not be read statically: what is not known is then let through."""
    deprecated: str = ""
    """What the command's own help says to use instead."""
    provider: str = ""
    """The distribution that adds it; empty for core."""
    condition: str = ""
    """The test, as written in the source, that this command hangs on."""

    def find(self, name: str) -> Command | None:
        """Return the subcommand of that name."""
        return next((command for command in self.subcommands if command.name == name), None)


@dataclass(frozen=True)
class CliSchema:
    """The whole command line of one version of Airflow and of the providers read with it."""

    version: str
    commands: tuple[Command, ...]
    renamed: tuple[tuple[str, str], ...] = ()
    """Old and new names that this version itself tells its users of."""
    providers: tuple[str, ...] = ()
    """Names of the provider distributions that were read."""

    @property
    def root(self) -> Command:
        """The program itself, as a group."""
        return Command("airflow", self.commands, is_group=True)

    def find(self, path: str) -> Command | None:
        """Return the command of a path such as ``db migrate``."""
        command: Command | None = self.root
        for name in path.split():
            command = command.find(name) if command else None
        return command

    def to_json(self) -> str:
        """Return the schema as text that :meth:`from_json` reads."""
        return json.dumps({"format": _FORMAT, **asdict(self)}, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return the schema of such a text; raises :class:`ValueError` for any other."""
        try:
            data = json.loads(text)
            if data["format"] != _FORMAT:
                raise ValueError(f"format {data['format']!r}, not {_FORMAT}")
            return cls(
                data["version"],
                tuple(_command(item) for item in data["commands"]),
                tuple((old, new) for old, new in data["renamed"]),
                tuple(data["providers"]),
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"not a stored command line schema: {error!r}") from error


def _command(data: dict[str, Any]) -> Command:
    arguments = tuple(
        Argument(**{**item, "flags": tuple(item["flags"]), "choices": tuple(item["choices"])})
        for item in data["arguments"]
    )
    subcommands = tuple(_command(item) for item in data["subcommands"])
    return Command(**{**data, "arguments": arguments, "subcommands": subcommands})
