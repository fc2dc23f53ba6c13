"""Secret manifests become Secrets, and base64 says what it says."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from sphinx_airflow_prod.core.diagnostics import Span
from sphinx_airflow_prod.core.secrets import Secret, SecretProblem, decodes_to, read_secrets
from sphinx_airflow_prod.core.source import SourceText


def read(text: str) -> tuple[tuple[Secret, ...], tuple[SecretProblem, ...]]:
    return read_secrets(SourceText.whole_file(dedent(text), "guide.rst"), Path("nowhere"))


MANIFEST = """\
    # a comment
    apiVersion: v1
    kind: Secret
    metadata:
      name: mydatabase
      namespace: airflow
      labels: {app: airflow}
    type: Opaque
    data:
      connection: cG9zdGdyZXNxbDovLw==
      empty: ""
      later: <base64 of your key>
    stringData:
      users.txt: |
        "airflow" "secret"
      token: <token>
    """


def test_a_manifest() -> None:
    (secret,), problems = read(MANIFEST)
    assert problems == ()
    assert (secret.name, secret.namespace, secret.type) == ("mydatabase", "airflow", "Opaque")
    assert {key: entry.value for key, entry in secret.entries.items()} == {
        "connection": b"postgresql://",
        "empty": b"",
        "later": "<base64 of your key>",
        "users.txt": b'"airflow" "secret"\n',
        "token": "<token>",
    }
    assert secret.span == Span("guide.rst", 5, 9)
    assert secret.entries["connection"].span == Span("guide.rst", 10, 3)
    assert secret.entries["connection"].value_span == Span("guide.rst", 10, 15)
    assert secret.decoded() == {"connection": "postgresql://", "empty": ""}
    assert secret.manifest() == dedent(
        """\
        apiVersion: v1
        data:
          connection: cG9zdGdyZXNxbDovLw==
          empty: ""
          later: <base64 of your key>
          token: <base64 of <token>>
          users.txt: ImFpcmZsb3ciICJzZWNyZXQiCg==
        kind: Secret
        metadata:
          labels:
            app: airflow
          name: mydatabase
          namespace: airflow
        type: Opaque
        """
    )


def test_several_manifests_each_at_its_place() -> None:
    head = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: "
    (one, two), problems = read(f"---\n{head}one\n---\n\n# x\n{head}two\ndata: {{k: YQ==}}\n")
    assert problems == ()
    assert (one.span.line, two.span.line) == (5, 12)
    assert two.entries["k"].span == Span("guide.rst", 13, 8)


def test_what_a_manifest_gives_is_read_back_from_what_it_becomes() -> None:
    (secret,), _ = read(MANIFEST.replace("<token>", "x").replace("<base64 of your key>", "YQ=="))
    (again,), problems = read(secret.manifest())
    assert problems == ()
    assert again.manifest() == secret.manifest()


HEAD = "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n"


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        (HEAD + "data: {k: plain text}", "4:11", "it holds a space; plain text goes under"),
        (HEAD + "data: {k: YQ}", "4:11", "padded"),
        (HEAD + "data: {k: a-b_}", "4:11", "standard alphabet"),
        (HEAD + "data: {k: 1234}", "4:11", 'write "1234"'),
        (HEAD + "stringData: {k: yes}", "4:17", 'write "yes"'),
        (HEAD + "stringData: {k: [a]}", "4:17", "must be text"),
        (HEAD + "data: {'a b': YQ==}", "4:8", "such as 'a-b'"),
        (HEAD + "data: {a: YQ==, a: YQ==}", "4:17", "twice"),
        (HEAD + "data: {a: YQ==}\nstringData: {a: b}", "5:14", "in data and in stringData"),
        (HEAD + "stringdata: {a: b}", "4:1", "did you mean 'stringData'?"),
        (HEAD + "data: x", "4:7", "must be a mapping"),
        (HEAD + "type: kubernetes.io/dockerconfigjson", "3:18", "'.dockerconfigjson'"),
        ("kind: Secret\nmetadata: {name: a}", "1:1", "write apiVersion: v1"),
        ("apiVersion: v1\nkind: ConfigMap", "2:7", "write kind: Secret"),
        ("apiVersion: v1\nkind: Secret\nmetadata: {}", "1:1", "no name"),
        ("apiVersion: v1\nkind: Secret\nmetadata:\n  name: 12", "4:9", "no name"),
        ("apiVersion: v1\nkind: [Secret", "2:1", "no YAML"),
        ("{a: b}: c: d", "1:1", "no YAML"),
    ],
)
def test_a_mistake_is_said_at_its_place(text: str, place: str, message: str) -> None:
    _, problems = read(text)
    [problem] = problems
    assert str(problem.span) == f"guide.rst:{place}"
    assert message in problem.message


def test_base64_in_lines_is_one_value() -> None:
    (secret,), problems = read(HEAD + "data:\n  k: |\n    Zm9v\n    YmFy\n")
    assert problems == ()
    assert secret.entries["k"].value == b"foobar"


USERS = '"airflow" "secret"\n"stats" "s3cret"\n'


def users(text: str) -> SecretProblem | None:
    import base64

    data = base64.b64encode(text.encode()).decode()
    (secret,), _ = read(HEAD + f"data:\n  users.txt: {data}\n")
    return decodes_to(secret.entries["users.txt"], USERS)


def test_base64_of_what_the_document_shows_is_fine_with_or_without_the_last_line_break() -> None:
    assert users(USERS) is None
    assert users(USERS.rstrip("\n")) is None


def test_base64_of_something_else_is_shown_as_a_difference() -> None:
    problem = users(USERS.replace("s3cret", "secret"))
    assert problem is not None
    assert problem.span == Span("guide.rst", 5, 14)
    assert problem.message == dedent(
        """\
        'users.txt' decodes to something else than the text shown for it:
        --- shown
        +++ decoded
        @@ -1,2 +1,2 @@
         "airflow" "secret"
        -"stats" "s3cret"
        +"stats" "secret\""""
    )


def test_a_difference_of_blanks_is_made_visible() -> None:
    problem = users(USERS.replace('cret"\n', 'cret" \t\n'))
    assert problem is not None
    assert '+"airflow" "secret" \\t' in problem.message


def test_base64_of_bytes_is_no_text() -> None:
    (secret,), _ = read(HEAD + "data: {k: /w==}")
    problem = decodes_to(secret.entries["k"], "ÿ")
    assert problem is not None
    assert "no UTF-8" in problem.message


def test_a_placeholder_says_nothing_that_could_differ() -> None:
    (secret,), _ = read(HEAD + "data: {k: <yours>}")
    assert decodes_to(secret.entries["k"], "x") is None
