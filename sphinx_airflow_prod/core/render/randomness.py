"""Random functions of templates, replaced by fixed results in the chart that is rendered.

Only the names of functions in actions are touched; no line break is added or
taken, and a map from the new columns to the old ones is kept, so that Helm's
messages still name the place in the chart's own files.  Each occurrence has a
result of its own, which depends on the file and on its number there, so that
two passwords differ and stay the same from build to build.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from sphinx_airflow_prod.core.render.gotemplate import Token, commands

PREFIX = "_fixed."
"""How the names of the helper templates begin."""

HELPERS = "templates/_fixed_by_sphinx_airflow_prod.tpl"
"""The file that they are put in."""

_ALPHABETS = {
    "randAlphaNum": "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "randAscii": "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "randBytes": "0123456789abcdefghijklmnopqrstuvwxyz",
    "randAlpha": "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "randNumeric": "0123456789",
}
_CERTIFICATES = frozenset({
    "genCA", "genCAWithKey", "genSelfSignedCert", "genSelfSignedCertWithKey",
    "genSignedCert", "genSignedCertWithKey",
})  # fmt: skip
_ONE_ARGUMENT = frozenset({*_ALPHABETS, "bcrypt", "genPrivateKey", "ago"})
_SEVERAL_ARGUMENTS = frozenset({*_CERTIFICATES, "htpasswd", "encryptAES"})
_NO_ARGUMENT = frozenset({"now", "uuidv4"})
_OTHERS = frozenset({"shuffle", "randInt", "keys"})
FUNCTIONS = _ONE_ARGUMENT | _SEVERAL_ARGUMENTS | _NO_ARGUMENT | _OTHERS
"""Sprig's functions whose result differs from call to call; ``keys`` in its order."""

_MENTIONED = re.compile(rb"\b(?:" + "|".join(sorted(FUNCTIONS)).encode() + rb")\b")
_BEFORE_COMMAND = frozenset({"if", "with", "range", "else"})
_FIXED_DATE = '(toDate "2006-01-02" "2000-01-01")'


@dataclass(frozen=True)
class Edit:
    """One replacement: bytes ``[column, column + old)`` of a line became *new* bytes."""

    line: int
    column: int
    old: int
    new: int


@dataclass(frozen=True)
class Rewritten:
    """A template with fixed results: its text, the helper templates it needs, and the edits."""

    text: bytes
    helpers: str
    edits: tuple[Edit, ...]


def rewrite(path: str, data: bytes) -> Rewritten | None:
    """Return the template *data* with its random functions replaced; ``None`` where it has none.

    *path* makes the results different from those of other files.  Raises
    ``ValueError`` for a template that cannot be read with certainty.
    """
    if not _MENTIONED.search(data):
        return None
    text = data.decode()
    insertions: list[tuple[int, int, str]] = []
    helpers: list[str] = []
    for action in commands(text):
        for index, token in enumerate(action):
            if token.kind == "name" and token.text in FUNCTIONS:
                seed = hashlib.sha256(f"{path}\n{len(helpers)}".encode()).hexdigest()
                replacement = _replacement(token.text, seed, _is_command(action, index))
                if replacement is None:
                    continue
                head, tail, helper = replacement
                helpers.append(helper)
                insertions.append((token.start, token.end, head))
                if tail:
                    end = _end_of_command(action, index)
                    insertions.append((end, end, tail))
    if not insertions:
        return None
    return _apply(text, sorted(insertions), helpers)


def original_column(edits: Iterable[Edit], line: int, column: int) -> int:
    """Return the column (bytes, from 0) that *column* of the rewritten *line* had before."""
    shift = 0
    for edit in sorted((edit for edit in edits if edit.line == line), key=lambda e: e.column):
        start = edit.column + shift
        if column < start:
            break
        if column < start + edit.new:
            return edit.column
        shift += edit.new - edit.old
    return column - shift


def _replacement(function: str, seed: str, is_command: bool) -> tuple[str, str, str] | None:
    """Return what replaces the function's name, what follows its arguments, and a helper."""
    name = f"{PREFIX}{function}.{seed[:10]}"
    if function == "now":
        return _FIXED_DATE, "", ""
    if function == "uuidv4":
        return f'"{seed[:8]}-{seed[8:12]}-4{seed[13:16]}-8{seed[17:20]}-{seed[20:32]}"', "", ""
    if not is_command:
        return None  # without arguments, Helm refuses it anyway
    if function == "shuffle":
        return "toString", "", ""
    if function == "randInt":
        return "list", " | first", ""
    if function == "keys":
        return "keys", " | sortAlpha", ""
    helper = f'{{{{- define "{name}" -}}}}{_body(function, seed)}{{{{- end -}}}}\n'
    if function in _ONE_ARGUMENT:
        return f'include "{name}"', "", helper
    mapped = " | fromYaml" if function in _CERTIFICATES else ""
    return "list", f' | include "{name}"{mapped}', helper


def _body(function: str, seed: str) -> str:
    """Return the helper's template: its dot is the one argument, or the list of them."""
    if alphabet := _ALPHABETS.get(function):
        letters = _letters(seed, alphabet)
        text = f'trunc . (repeat (int (add1 (div . {len(letters)}))) "{letters}")'
        return "{{ " + text + (" | b64enc" if function == "randBytes" else "") + " }}"
    if function == "bcrypt":
        return "$2a$10${{ trunc 53 (sha256sum .) }}"
    if function == "htpasswd":
        return '{{ index . 0 }}:$2a$10${{ trunc 53 (sha256sum (join ":" .)) }}'
    if function == "encryptAES":
        return '{{ sha256sum (join ":" .) | b64enc }}'
    if function == "ago":
        return "0s"
    if function == "genPrivateKey":
        return _pem("PRIVATE KEY", seed)
    return "{{ toYaml (dict " + " ".join(
        f'"{field}" {_quoted(_pem(label, seed))}'
        for field, label in (("Cert", "CERTIFICATE"), ("Key", "RSA PRIVATE KEY"))
    ) + ") }}"  # fmt: skip


def _letters(seed: str, alphabet: str) -> str:
    digest = hashlib.sha512(seed.encode()).digest()
    return "".join(alphabet[byte % len(alphabet)] for byte in digest)


def _pem(label: str, seed: str) -> str:
    """Return something of a PEM block's shape that nobody can take for a real one."""
    text = base64.b64encode(f"generated when the chart is installed {seed}".encode()).decode()
    lines = [text[at : at + 64] for at in range(0, len(text), 64)]
    return "\n".join((f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""))


def _quoted(text: str) -> str:
    return '"' + text.replace("\n", "\\n") + '"'


def _is_command(action: list[Token], index: int) -> bool:
    """Whether the name at *index* begins a command, so that arguments may follow."""
    before = action[index - 1]
    return before.kind in {"open", "left", "pipe"} or (
        before.text in {":=", "="} if before.kind == "other" else before.text in _BEFORE_COMMAND
    )


def _end_of_command(action: list[Token], index: int) -> int:
    """Return where the command that begins at *index* ends: at its last token."""
    depth = 0
    end = action[index].end
    for token in action[index + 1 :]:
        if depth == 0 and token.kind in {"pipe", "right", "close"}:
            return end
        depth += (token.kind == "left") - (token.kind == "right")
        end = token.end
    return end


def _apply(text: str, insertions: list[tuple[int, int, str]], helpers: list[str]) -> Rewritten:
    parts: list[str] = []
    edits: list[Edit] = []
    at = 0
    for start, end, new in insertions:
        parts += (text[at:start], new)
        at = end
        line_start = text.rfind("\n", 0, start) + 1
        edits.append(
            Edit(
                line=text.count("\n", 0, start) + 1,
                column=len(text[line_start:start].encode()),
                old=end - start,
                new=len(new.encode()),
            )
        )
    parts.append(text[at:])
    return Rewritten("".join(parts).encode(), "".join(helpers), tuple(edits))
