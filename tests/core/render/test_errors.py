"""What Helm says, as authors are told it; the messages are Helm 4.2.3's own."""

from __future__ import annotations

import pytest

from sphinx_airflow_prod.core.render.base import Failure, SchemaViolation
from sphinx_airflow_prod.core.render.errors import crash_failure, failure, values_failure

T = "c/templates/a.yaml"
TEMPLATE_MESSAGES = {
    "fail": (
        f"execution error at ({T}:2:5): use one: a\nor b",
        Failure("template", "use one: a\nor b", T, 2, 6),
    ),
    "parse error": (
        f"parse error at ({T}:2): missing value for if",
        Failure("template", "missing value for if", T, 2),
    ),
    "nil pointer": (
        f'{T}:2:12\n  executing "{T}" at <.Values.a.b.c>:\n'
        "    nil pointer evaluating interface {}.b",
        Failure("template", "nil pointer evaluating .b in .Values.a.b.c", T, 2, 13),
    ),
    "the innermost frame": (
        f'{T}:2:5\n  executing "{T}" at <include "h" .>:\n    error calling include:\n'
        'c/templates/_h.tpl:7:10\n  executing "h" at <.Values.q.w.e>:\n'
        "    nil pointer evaluating interface {}.w",
        Failure(
            "template",
            "nil pointer evaluating .w in .Values.q.w.e",
            "c/templates/_h.tpl",
            7,
            11,
        ),
    ),
    "a function's error": (
        f'template: {T}:2:5: executing "{T}" at <index .Values.l 3>: '
        "error calling index: index out of range: 3",
        Failure("template", "index out of range: 3", T, 2, 6),
    ),
    "a text given to tpl": (
        f'template: {T}:2:5: executing "{T}" at <tpl "{{{{ .Values.a.b }}}}" .>: error calling '
        'tpl: error during tpl function execution for "{{ .Values.a.b }}": template: gotpl:1:10: '
        'executing "gotpl" at <.Values.a.b>: nil pointer evaluating interface {}.b',
        Failure(
            "template",
            "in a text that is a template itself (tpl): nil pointer evaluating .b in .Values.a.b",
            T,
            2,
            6,
        ),
    ),
    "no such template": (
        f'{T}:2:5\n  executing "{T}" at <include "nope" .>:\n    error calling include:\n'
        'template: no template "nope" associated with template "gotpl"',
        Failure("template", 'there is no template "nope"', T, 2, 6),
    ),
    "output that is no YAML": (
        f"YAML parse error on {T}: error converting YAML to JSON: yaml: line 4: mapping values",
        Failure("template", "what it renders to is no YAML: line 4: mapping values", T),
    ),
    "the version of Kubernetes": (
        "invalid kube version 'x': could not parse \"x\" as version",
        Failure("template", "the Kubernetes version 'x' is not of the form 1.30.0"),
    ),
}


@pytest.mark.parametrize("name", TEMPLATE_MESSAGES)
def test_messages_of_templates(name: str) -> None:
    message, expected = TEMPLATE_MESSAGES[name]
    assert failure(message) == expected
    assert failure(f"Error: {message}\n") == expected


def test_endless_recursion_is_told_in_one_line() -> None:
    frame = 'template: c/templates/a.yaml:2:21: executing "a" at <include "a" .>: '
    message = (frame + "error calling include: ") * 1000 + (
        f"{frame}error calling include: rendering template has a nested reference name: a: "
        "unable to execute template"
    )
    found = failure(message)
    assert found.message == "template 'a' includes itself without end"
    assert (found.template, found.line, found.column) == (T, 2, 22)


def test_a_long_message_is_shortened_in_the_middle() -> None:
    found = failure(f"execution error at ({T}:1:1): begin{'x' * 100_000}end")
    assert len(found.message) < 2100
    assert found.message.startswith("begin")
    assert found.message.endswith("end")


SCHEMA_MESSAGE = """\
values don't meet the specifications of the schema(s) in the following chart(s):
c:
- at '/list/0': missing property 'name'
- at '': additional properties 'z', 'b', 'q' not allowed
- at '/a~1b/it\\'s': got number, want boolean
- at '/either': 'anyOf' failed
  - at '/either': got array, want string
  - at '/either': got array, want integer
- at '/all': 'allOf' failed
  - at '/all/x': got null, want string
sub:
- at '/deep': got number, want string
"""


def test_schema_violations_are_taken_apart_and_sorted() -> None:
    assert failure(SCHEMA_MESSAGE).violations == (
        SchemaViolation("c", (), "additional properties 'b', 'q', 'z' not allowed"),
        SchemaViolation("c", ("a/b", "it's"), "got number, want boolean"),
        SchemaViolation("c", ("all", "x"), "got null, want string"),
        SchemaViolation(
            "c",
            ("either",),
            "'anyOf' failed\n  - at '/either': got array, want integer\n"
            "  - at '/either': got array, want string",
        ),
        SchemaViolation("c", ("list", 0), "missing property 'name'"),
        SchemaViolation("sub", ("deep",), "got number, want string"),
    )


def test_the_order_in_which_go_names_things_does_not_matter() -> None:
    head, chart, *lines = SCHEMA_MESSAGE.splitlines()
    shuffled = [head, chart, *lines[2:8], lines[0], lines[1].replace("'z', 'b'", "'b', 'z'")]
    shuffled += lines[8:]
    assert failure("\n".join(shuffled)) == failure(SCHEMA_MESSAGE)


@pytest.mark.parametrize(
    "problem",
    [
        "invalid character 'b' looking for beginning of object key string",
        "\"file:///values.schema.json#\" is not valid against metaschema: x\n- at '': bad",
    ],
)
def test_a_schema_that_is_broken_itself(problem: str) -> None:
    found = failure(SCHEMA_MESSAGE.splitlines()[0] + "\nc:\n" + problem)
    assert found.kind == "schema"
    assert found.violations == ()
    assert found.message.startswith("the values.schema.json of c cannot be used: ")
    assert "file:///" not in found.message


UNREADABLE = "cannot load values.yaml: cannot unmarshal yaml document: "


@pytest.mark.parametrize(
    ("message", "text", "expected"),
    [
        (
            "error converting YAML to JSON: yaml: line 2: found character that cannot start any "
            "token",
            "a:\n\tb: 1\n",
            Failure("values", "found character that cannot start any token", line=2),
        ),
        (
            "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go "
            "value of type map[string]interface {}",
            "# comment\n\n- a\n",
            Failure("values", "the values must be a mapping (key: value), not a list", line=3),
        ),
        (
            "error converting YAML to JSON: json: unsupported value: NaN",
            "a: .nan\n",
            Failure("values", "NaN is a number that Helm cannot pass on"),
        ),
        (
            "error converting YAML to JSON: yaml: control characters are not allowed",
            "\x00",
            Failure("values", "control characters are not allowed"),
        ),
        (
            "error converting YAML to JSON: yaml: line 1: did not find expected ',' or ']'",
            "---\na: 1\n---\nb: [\n",
            Failure("values", "did not find expected ',' or ']'"),
        ),
    ],
)
def test_messages_about_values(message: str, text: str, expected: Failure) -> None:
    assert values_failure(UNREADABLE + message, text) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("fatal error: stack overflow", ": endless recursion"),
        ("fatal error: runtime: out of memory", ": it needed too much memory"),
        ("", ""),
    ],
)
def test_last_words(words: str, expected: str) -> None:
    assert crash_failure(words).message == f"the process that rendered this died{expected}"
