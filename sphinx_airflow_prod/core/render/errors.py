"""Helm's messages, as raw as Go makes them, turned into :class:`Failure`.

The shapes come from Helm's ``pkg/engine/engine.go`` (``cleanupParseError``,
``reformatExecErrorMsg``), Go's ``text/template``, Helm's
``pkg/chart/common/util/jsonschema.go`` and ``pkg/chart/v2/loader``; the tests
hold real examples of each.
"""

from __future__ import annotations

import re
from dataclasses import replace

from sphinx_airflow_prod.core.render.base import Failure
from sphinx_airflow_prod.core.render.randomness import HELPERS, PREFIX
from sphinx_airflow_prod.core.render.violations import SCHEMA_HEAD, parse_violations

MAX_MESSAGE = 2000
"""Characters of the longest message that is passed on."""

_EXECUTION = re.compile(r"execution error at \((?P<at>[^()\n]*)\): (?P<message>.*)", re.DOTALL)
_PARSE = re.compile(r"parse error (?:at|in) \((?P<at>[^()\n]*)\): (?P<message>.*)", re.DOTALL)
_YAML_PARSE = re.compile(r"YAML parse error on (?P<at>\S+): (?P<message>.*)", re.DOTALL)
_FRAME = re.compile(
    r"(?:template: )?(?P<at>[^\s:\"<>][^:\n\"<>]*:\d+(?::\d+)?)"
    r"(?::\s+|\n\s+)executing \"(?P<name>[^\"\n]*)\" at <(?P<what>.*?)>:\s+"
)
_TPL_PARSE = re.compile(r"template: gotpl:(?P<line>\d+)(?::\d+)?: (?P<message>.*)", re.DOTALL)
_CALLING = re.compile(r"error calling (\w+):\s*")
_NESTED = re.compile(r"rendering template has a nested reference name: (.+?): unable to execute")
_NO_TEMPLATE = re.compile(r"(?:template: )?no template (\"[^\"]*\") associated with template .*")
_INTERFACE = re.compile(r"interface \{\}")
_YAML_LINE = re.compile(r"yaml: (?:unmarshal errors:\s*)?line (\d+): (.*)", re.DOTALL)
_GO_KINDS = {
    "array": "a list",
    "string": "a text",
    "number": "a number",
    "bool": "true or false",
}
_NOT_A_MAPPING = re.compile(r"cannot unmarshal (array|string|number|bool) into Go value")
_NOISE = ("cannot load values.yaml: ", "cannot unmarshal yaml document: ",
          "error converting YAML to JSON: ", "error unmarshaling JSON: ", "while decoding JSON: ",
          "failed to parse ", "yaml: ", "json: ")  # fmt: skip


def failure(message: str) -> Failure:
    """Return what Helm's *message* about loading or rendering a chart says."""
    message = message.removeprefix("Error: ").strip()
    if SCHEMA_HEAD in message:
        return _schema(message)
    if match := _EXECUTION.match(message):
        # What `fail` and `required` say is the chart's own message to its users.
        return Failure("template", _shortened(match["message"]), *_place(match["at"]))
    if match := _PARSE.match(message):
        return Failure("template", _gist(match["message"]), *_place(match["at"]))
    if match := _YAML_PARSE.match(message):
        words = f"what it renders to is no YAML: {_without_noise(match['message'])}"
        return Failure("template", _shortened(words), match["at"])
    if frames := list(_FRAME.finditer(message)):
        return _innermost(message, frames)
    if "cannot load values.yaml" in message:
        return replace(values_failure(message, ""), kind="template", template="values.yaml")
    if message.startswith("chart requires kubeVersion"):
        return Failure("template", message, "Chart.yaml")
    if match := re.fullmatch(r'(?:.*: )?could not parse "(.*)" as version', message):
        message = f"the Kubernetes version {match[1]!r} is not of the form 1.30.0"
    return Failure("template", _shortened(message))


def values_failure(message: str, text: str) -> Failure:
    """Return what Helm's *message* about the values file *text* says, with its line."""
    message = message.removeprefix("Error: ").strip()
    several = len(re.findall(r"^---", text, re.MULTILINE)) > 1
    if match := _NOT_A_MAPPING.search(message):
        words = f"the values must be a mapping (key: value), not {_GO_KINDS[match[1]]}"
        return Failure("values", words, line=0 if several else _first_content_line(text))
    if match := _YAML_LINE.search(message):
        # Helm reads each document by itself and counts its lines from 1.
        return Failure("values", match[2].strip(), line=0 if several else int(match[1]))
    if "unsupported value" in message:
        value = message.rpartition(": ")[2]
        return Failure("values", f"{value} is a number that Helm cannot pass on")
    return Failure("values", _shortened(_without_noise(message)))


def timeout_failure(seconds: float) -> Failure:
    """Return the failure of a job that was stopped after *seconds*."""
    return Failure("timeout", f"Helm was still rendering after {seconds:g} s and was stopped")


def crash_failure(last_words: str) -> Failure:
    """Return the failure of a job whose process died; *last_words* is what it printed."""
    words = " ".join(last_words.split())
    if "stack" in words and ("overflow" in words or "exceeds" in words):
        words = "endless recursion"
    elif "memory" in words or "cannot allocate" in words:
        words = "it needed too much memory"
    reason = f": {words[:200]}" if words else ""
    return Failure("crash", f"the process that rendered this died{reason}")


def _without_noise(message: str) -> str:
    for noise in _NOISE:
        message = message.replace(noise, "")
    return message


def _schema(message: str) -> Failure:
    violations, problems = parse_violations(message.partition(SCHEMA_HEAD)[2])
    lines = [
        *(f"{v.chart}: at '{_pointer(v.path)}': {v.message}" for v in violations),
        *problems,
    ]
    return Failure("schema", _shortened("\n".join(lines)), violations=violations)


def _pointer(path: tuple[str | int, ...]) -> str:
    return "".join(f"/{part}" for part in path)


def _place(at: str) -> tuple[str, int, int]:
    match = re.fullmatch(r"(.*?)(?::(\d+))?(?::(\d+))?", at)
    assert match is not None
    column = int(match[3]) + 1 if match[3] else 0  # Go counts columns from 0, in bytes
    return match[1], int(match[2] or 0), column


def _innermost(message: str, frames: list[re.Match[str]]) -> Failure:
    last = frames[-1]
    # Our own helpers and the texts given to `tpl` are no files of the chart.
    own = [frame for frame in frames if HELPERS not in frame["at"]] or frames
    files = [frame for frame in own if _place(frame["at"])[0] != "gotpl"] or own
    template, line, column = _place(files[-1]["at"])
    rest = message[last.end() :]
    in_tpl = own[-1] not in files
    if match := _TPL_PARSE.search(rest):  # the text given to tpl is no template
        rest, in_tpl = match["message"], True
    gist = _gist(rest)
    what = own[-1]["what"]
    # The expression says which value is meant; Go cuts it at 20 characters.
    unclear = ("nil pointer", "can't evaluate field", "wrong type")
    if PREFIX not in what and any(words in gist for words in unclear):
        gist = f"{gist} in {what}"
    if in_tpl:
        gist = f"in a text that is a template itself (tpl): {gist}"
    return Failure("template", gist, template, line, column)


def _gist(message: str) -> str:
    message = message.strip()
    if match := _NESTED.search(message):
        return f"template {match[1]!r} includes itself without end"
    calls = list(_CALLING.finditer(message))
    if calls:
        function = calls[-1][1]
        message = message[calls[-1].end() :].strip()
        if function not in {"include", "tpl", "template"} and not message.startswith(function):
            message = f"{function}: {message}"
    message = _NO_TEMPLATE.sub(r"there is no template \1", message)
    message = _INTERFACE.sub("", message)
    message = re.sub(r"in type $", "in a plain value", message)
    return _shortened(message)


def _shortened(message: str) -> str:
    if len(message) <= MAX_MESSAGE:
        return message
    half = MAX_MESSAGE // 2
    return f"{message[:half]} … {message[-half:]}"


def _first_content_line(text: str) -> int:
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if stripped and not stripped.startswith(("#", "---", "%")):
            return number
    return 0
