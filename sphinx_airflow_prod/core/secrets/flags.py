"""The flags of ``kubectl create secret``: which there are, and how they are written.

From ``kubectl create secret … --help`` and ``kubectl options`` of 1.25 to 1.34.
kubectl reads flags with Go's pflag: ``--flag=value`` or ``--flag value``,
``-nvalue`` or ``-n value``, anywhere among the words, ``_`` as good as ``-``, no
abbreviations; what follows ``--`` is passed over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from sphinx_airflow_prod.core.secrets.words import Word

SUBCOMMANDS = ("generic", "docker-registry", "tls")

_VALUE = {
    "generic": {"from-literal", "from-file", "from-env-file", "type"},
    "docker-registry": {
        "docker-server",
        "docker-username",
        "docker-password",
        "docker-email",
        "from-file",
    },
    "tls": {"cert", "key"},
}
_COMMON_VALUE = frozenset(
    [
        "namespace",
        "output",
        "template",
        "field-manager",
        "as",
        "as-group",
        "as-uid",
        "as-user-extra",
        "cache-dir",
        "certificate-authority",
        "client-certificate",
        "client-key",
        "cluster",
        "context",
        "kubeconfig",
        "kuberc",
        "log-flush-frequency",
        "password",
        "profile",
        "profile-output",
        "request-timeout",
        "server",
        "tls-server-name",
        "token",
        "user",
        "username",
        "v",
        "vmodule",
    ]
)
_OPTIONAL = {"dry-run": "client", "validate": "strict"}
"""Flags whose value can only follow a ``=``, and what they mean without one."""
_BOOLEAN = frozenset(
    [
        "allow-missing-template-keys",
        "append-hash",
        "save-config",
        "show-managed-fields",
        "disable-compression",
        "insecure-skip-tls-verify",
        "match-server-version",
        "warnings-as-errors",
        "help",
    ]
)
_SHORT = {"n": "namespace", "o": "output", "s": "server", "v": "v", "h": "help"}
_OUTPUTS = frozenset(
    [
        "json",
        "yaml",
        "name",
        "go-template",
        "go-template-file",
        "template",
        "templatefile",
        "jsonpath",
        "jsonpath-as-json",
        "jsonpath-file",
        "kyaml",
    ]
)
_TRUTHS = {
    **dict.fromkeys(("1", "t", "T", "TRUE", "true", "True"), True),
    **dict.fromkeys(("0", "f", "F", "FALSE", "false", "False"), False),
}


@dataclass(frozen=True)
class Fault:
    """Something wrong at a character of the text (``at`` counts from 0)."""

    at: int
    message: str


@dataclass(frozen=True)
class Flags:
    """A command's flags and its other words, in the order written.

    ``values`` maps a flag's long name to the values it is given; ``faults`` are
    those in the writing of flags.
    """

    values: dict[str, list[Word]] = field(default_factory=dict)
    words: list[Word] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def last(self, name: str) -> Word | None:
        """Return the value that counts where a flag takes one: the last."""
        given = self.values.get(name)
        return given[-1] if given else None

    def text(self, name: str) -> str:
        """Return the text of the value that counts, empty where there is none."""
        word = self.last(name)
        return word.text if word else ""


def read_flags(words: Sequence[Word], subcommand: str) -> Flags:
    """Take *words* (those after ``kubectl``) apart for ``create secret`` *subcommand*."""
    found = Flags()
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word.text == "--" and not word.is_symbolic:
            break
        if word.text.startswith("--") and not word.symbolic[0]:
            _long(word, rest, subcommand, found)
        elif word.text.startswith("-") and len(word.text) > 1 and not word.symbolic[0]:
            _short(word, rest, found)
        else:
            found.words.append(word)
    return found


def _long(word: Word, rest: list[Word], subcommand: str, found: Flags) -> None:
    equals = word.find("=")
    written = word.text if equals < 0 else word.text[:equals]
    name = written[2:].replace("_", "-")
    value = None if equals < 0 else word.slice(equals + 1)
    takes_value = name in _COMMON_VALUE or name in _VALUE[subcommand]
    if name in _OPTIONAL:
        if value is None and rest and rest[0].text in {"client", "server", "none", "strict"}:
            message = (
                f"{written} takes its value after a '=' only: write {written}={rest[0].text}; "
                f"kubectl takes {rest[0].text!r} for another name"
            )
            found.faults.append(Fault(word.at, message))
            rest.pop(0)
        _optional(name, word, value, found)
    elif name in _BOOLEAN:
        _boolean(name, word, value, found)
    elif not takes_value:
        found.faults.append(Fault(word.at, _unknown(written, name, subcommand)))
        if value is None:
            _skip_value(rest, found)
    elif value is None and not rest:
        found.faults.append(Fault(word.at, f"{written} needs a value: write {written}=…"))
    else:
        value = rest.pop(0) if value is None else value
        if name == "output":
            _check_output(value, found)
        found.values.setdefault(name, []).append(value)


def _optional(name: str, word: Word, value: Word | None, found: Flags) -> None:
    allowed = {
        "dry-run": ("none", "server", "client", "unchanged"),
        "validate": ("strict", "warn", "ignore", "true", "false"),
    }[name]
    if value is not None and not value.is_symbolic and value.text not in allowed:
        remedy = "write --dry-run=client" if name == "dry-run" else "write --validate=strict"
        message = f"--{name} cannot be {value.text!r}; {remedy}"
        found.faults.append(Fault(value.at, message))
    default = _OPTIONAL[name]
    given = value or Word(word.at, default, (word.at,) * len(default), (False,) * len(default))
    found.values.setdefault(name, []).append(given)


def _boolean(name: str, word: Word, value: Word | None, found: Flags) -> None:
    if value is not None and not value.is_symbolic and value.text not in _TRUTHS:
        message = f"--{name} is true or false, not {value.text!r}"
        found.faults.append(Fault(value.at, message))
    elif name == "append-hash" and (value is None or _TRUTHS.get(value.text, True)):
        message = (
            "--append-hash makes a name that changes with the content, which no values can "
            "refer to; leave it out"
        )
        found.faults.append(Fault(word.at, message))


def _short(word: Word, rest: list[Word], found: Flags) -> None:
    letter = word.text[1]
    name = _SHORT.get(letter)
    if name is None:
        known = ", ".join(f"-{short} (--{long})" for short, long in sorted(_SHORT.items()))
        message = f"kubectl create secret has no flag -{letter}; it has {known}"
        found.faults.append(Fault(word.at, message))
        if len(word.text) == 2:
            _skip_value(rest, found)
        return
    if name == "help":
        return
    value = word.slice(3 if word.text[2:3] == "=" else 2) if len(word.text) > 2 else None
    if value is None and not rest:
        found.faults.append(Fault(word.at, f"-{letter} needs a value: write -{letter} …"))
        return
    value = rest.pop(0) if value is None else value
    if name == "output":
        _check_output(value, found)
    found.values.setdefault(name, []).append(value)


def _skip_value(rest: list[Word], found: Flags) -> None:
    """Pass over what is probably the value of an unknown flag: a word after the name."""
    if rest and len(found.words) > 3 and not rest[0].text.startswith("-"):
        rest.pop(0)


def _check_output(value: Word, found: Flags) -> None:
    kind = value.text.partition("=")[0]
    if kind not in _OUTPUTS and not value.is_symbolic:
        message = f"kubectl has no output format {kind!r}; write -o yaml"
        found.faults.append(Fault(value.at, message))


def _unknown(written: str, name: str, subcommand: str) -> str:
    owners = [other for other in SUBCOMMANDS if name in _VALUE[other]]
    mine = sorted(f"--{flag}" for flag in _VALUE[subcommand])
    if owners:
        return (
            f"kubectl create secret {subcommand} has no flag {written}, which is one of "
            f"{' and '.join(owners)}; it has {', '.join(mine)}"
        )
    known = {*_VALUE[subcommand], *_COMMON_VALUE, *_OPTIONAL, *_BOOLEAN}
    near = get_close_matches(name, sorted(known), 1)
    hint = f"did you mean --{near[0]}?" if near else f"it has {', '.join(mine)}"
    return f"kubectl create secret {subcommand} has no flag {written}; {hint}"
