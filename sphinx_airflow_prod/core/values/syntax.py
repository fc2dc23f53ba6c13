"""Mistakes of YAML syntax in an author's words, each with its likely remedy."""

from __future__ import annotations

import re
from typing import Any

from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.reader import ReaderError

from sphinx_airflow_prod.core.values.tree import Node, Problem

_TEMPLATE = re.compile(r"(?<!['\"{\w])\{\{")
_NO_SPACE = re.compile(r"^[ ]*(?:- +)*(?P<key>[A-Za-z_][\w.-]*):(?=[^\s:/])(?P<value>[^#\n]*)")
_NULLS = frozenset(("~", "null", "Null", "NULL"))


def is_null(node: Node) -> bool:
    """Say whether a document's root is a written-out null, which Helm takes for no values."""
    return node.kind == "scalar" and node.plain and node.text in _NULLS


def not_a_mapping(text: str, root: Node) -> Problem:
    """Say that the top level is a list or a scalar, and what was probably meant."""
    if root.kind == "list":
        message = "the top level is a list; values are a mapping: write 'key: value' lines"
        return Problem(root.at, message)
    line = _line_around(text, root.at)
    missing = _NO_SPACE.match(line) if root.plain else None
    if missing:
        return Problem(root.at + missing.end("key") - missing.start("key"), _no_space(missing))
    message = "the top level is a single text; values are a mapping: write 'key: value' lines"
    return Problem(root.at, message)


def explain(text: str, error: YAMLError) -> tuple[Problem, int]:
    """Return a parser's *error* in words, and the character of the entry that is to blame."""
    if isinstance(error, ReaderError):
        at = int(error.position)
        message = f"the character U+{_code(error.character):04X} is not allowed in YAML; remove it"
        return Problem(at, message), at
    if not isinstance(error, MarkedYAMLError) or error.problem_mark is None:
        return Problem(0, f"this is not YAML: {_first_line(error)}"), 0
    at = min(error.problem_mark.index, max(len(text) - 1, 0))
    context = error.context_mark.index if error.context_mark is not None else at
    problem = str(error.problem or "")
    place, message = _words(text, at, context, problem, str(error.context or ""))
    return Problem(place, message), min(place, context) if _unclosed(problem) else place


def _words(text: str, at: int, context: int, problem: str, where: str) -> tuple[int, str]:
    line, start = _line_around(text, at), _line_start(text, at)
    char = text[at : at + 1]
    if char == "\t":
        if not text[start:at].strip(" "):
            return at, "YAML does not allow tabs for indentation; use spaces"
        return at, "YAML does not allow a tab here; use spaces"
    blamed = context if problem == "could not find expected ':'" else at
    template = _TEMPLATE.search(_line_around(text, blamed))
    if template:
        return (
            _line_start(text, blamed) + template.start(),
            "a Go template is not evaluated in values; quote the whole value if the chart "
            "passes it through 'tpl'",
        )
    if "quoted scalar" in where and "end of stream" in problem:
        return context, f"the quote {text[context : context + 1]} opened here is never closed"
    if "quoted scalar" in where and "document separator" in problem:
        return context, f"the quote {text[context : context + 1]} opened here is never closed"
    if "unknown escape character" in problem:
        return at, (
            f"\\{char} is no escape of a double-quoted text; write \\\\{char}, or use single quotes"
        )
    if "mapping values are not allowed" in problem:
        return _misplaced_colon(text, at, line, start)
    if problem == "could not find expected ':'":
        return _no_colon(text, context)
    if "sequence entries are not allowed" in problem:
        return at, "a list item cannot start here; put '- ' on a line of its own below the key"
    if "cannot start any token" in problem:
        return at, f"a text cannot begin with {char}; quote it"
    if "expected alphabetic or numeric character" in problem:
        sign = text[context : context + 1]
        return context, f"{sign} begins an anchor or alias and needs a name; quote it if it is text"
    if where.startswith("while parsing a flow"):
        return _flow(text, context, at, problem)
    if "<block end>" in problem or where.startswith("while parsing a block"):
        return _block(text, at, start, problem, where)
    return at, f"this is not YAML: {problem or where}"


def _misplaced_colon(text: str, at: int, line: str, start: int) -> tuple[int, str]:
    before = line[: at - start]
    if re.search(r"(?:^|[^:]):[ \t]", before):
        return at, (
            "mapping values are not allowed here: a second ': ' in one line; quote the value "
            "if this belongs to it, else put the key on a line of its own"
        )
    previous = text.rfind("\n", 0, max(start - 1, 0)) + 1
    above = _NO_SPACE.match(_line_around(text, previous)) if start else None
    if above:
        return previous + above.end("key"), _no_space(above)
    key = start + len(before) - len(before.lstrip(" -"))
    name = before.strip(" -")
    return key, (
        f"mapping values are not allowed here: '{name}' is indented below a line that already "
        "has a value; align it with the keys above, or take that value away"
    )


def _no_colon(text: str, context: int) -> tuple[int, str]:
    line = _line_around(text, context)
    start = _line_start(text, context)
    missing = _NO_SPACE.match(line)
    if missing:
        return start + missing.end("key"), _no_space(missing)
    shown = line.strip()
    if shown == "...":
        return context, "'...' stands for a value only, as in 'key: ...'; leave this line out"
    return context, f"'{_short(shown)}' is neither 'key: value' nor a list item; add the ':'"


def _flow(text: str, context: int, at: int, problem: str) -> tuple[int, str]:
    opener = text[context : context + 1]
    closer = {"[": "]", "{": "}"}.get(opener, "")
    if "stream end" in problem or "end of stream" in problem:
        return context, f"the {opener} opened here is never closed"
    if closer and "expected ','" in problem:
        line = text.count("\n", 0, context)
        if text.count("\n", 0, at) > line:
            return context, f"the {opener} opened here is not closed before the next key"
        return at, f"a ',' or the closing '{closer}' is missing before this"
    if closer == "}":
        return at, "there is no value between these; remove the ',' or quote the text"
    return at, "a value is missing here; remove the ',' or quote the text"


def _block(text: str, at: int, start: int, problem: str, where: str) -> tuple[int, str]:
    if "'<scalar>'" in problem and text[start:at].rstrip()[-1:] in ("'", '"'):
        quote = text[start:at].rstrip()[-1]
        remedy = "write it twice" if quote == "'" else 'write \\"'
        return at, (
            f"text follows the closing {quote}; if that {quote} belongs to the text, {remedy}, "
            "or use the other kind of quotes"
        )
    if "'-'" in problem:
        return at, "a list item stands where a key is expected; indent the list below its key"
    if "sequence" in where or "collection" in where:
        return at, "a key stands where a list item is expected; begin it with '- ', or align it"
    if not text[start:at].strip(" "):
        return at, (
            f"this line is indented by {at - start}, which fits no line above; "
            "align it with its neighbours"
        )
    return at, "this does not belong to the value before it; quote the whole value"


def _no_space(match: re.Match[str]) -> str:
    key, value = match["key"], match["value"].strip()
    return f"a space is missing after the colon; write '{key}: {_short(value)}'"


def _unclosed(problem: str) -> bool:
    return "end" in problem or "expected ','" in problem or "document separator" in problem


def _line_start(text: str, at: int) -> int:
    return text.rfind("\n", 0, at) + 1


def _line_around(text: str, at: int) -> str:
    end = text.find("\n", at)
    return text[_line_start(text, at) : None if end < 0 else end]


def _short(text: str, length: int = 40) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"


def _code(character: Any) -> int:
    return character if isinstance(character, int) else ord(str(character)[:1] or "\0")


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
