"""Commands of a document become Secrets; what is wrong with them is said at its place."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sphinx_airflow_prod.core.diagnostics import Span
from sphinx_airflow_prod.core.secrets import Secret, SecretProblem, read_secrets
from sphinx_airflow_prod.core.source import SourceText


def read(
    text: str, directory: Path = Path("nowhere"), **shown: str
) -> tuple[tuple[Secret, ...], tuple[SecretProblem, ...]]:
    files = {name.replace("__", "."): content for name, content in shown.items()}
    return read_secrets(SourceText.whole_file(dedent(text), "guide.rst"), directory, files)


def made(text: str, directory: Path = Path("nowhere"), **shown: str) -> Secret:
    secrets, problems = read(text, directory, **shown)
    assert problems == ()
    [secret] = secrets
    assert secret.complete
    return secret


def content(secret: Secret) -> dict[str, bytes | str]:
    return {key: entry.value for key, entry in secret.entries.items()}


def test_a_literal() -> None:
    secret = made(
        """\
        kubectl create secret generic mydatabase --namespace airflow \\
          --from-literal=connection='postgresql://user:p%40ss@host:5432/db'
        """
    )
    assert (secret.name, secret.namespace, secret.type) == ("mydatabase", "airflow", "")
    assert content(secret) == {"connection": b"postgresql://user:p%40ss@host:5432/db"}
    entry = secret.entries["connection"]
    assert entry.span == Span("guide.rst", 2, 18)
    assert entry.value_span == Span("guide.rst", 2, 30)
    assert secret.span == Span("guide.rst", 1, 31)


def test_places_account_for_what_the_markup_took_away() -> None:
    origins = (Span("part.rst", 7, 4), Span("part.rst", 8, 9), Span("other.rst", 1, 1))
    text = "kubectl create secret generic a \\\n--from-literal=k=v \\\n--from-literal=l=w"
    (secret,), _ = read_secrets(SourceText(text, origins), Path("nowhere"))
    assert secret.span == Span("part.rst", 7, 34)
    assert secret.entries["k"].span == Span("part.rst", 8, 24)
    assert secret.entries["l"].span == Span("other.rst", 1, 16)


def test_several_commands_comments_and_prompts() -> None:
    secrets, problems = read(
        """\
        # for the database
        $ kubectl create secret generic one --from-literal=a=1
        secret/one created
        $ kubectl -n x create secret generic two \\
        >   --from-literal b=2   # the key
        """
    )
    assert problems == ()
    assert [(s.name, s.namespace, content(s)) for s in secrets] == [
        ("one", "", {"a": b"1"}),
        ("two", "x", {"b": b"2"}),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "kubectl create secret generic a --dry-run=client -o yaml | kubectl apply -f -",
        "kubectl create secret generic a --dry-run=client -oyaml |\n  kubectl apply -f -",
        "kubectl create secret generic a --dry-run -o=json | kubeseal > sealed.json",
        "kubectl create secret generic a --dry-run=client -o yaml > a.yaml 2>/dev/null",
        "KEY=$(openssl rand -hex 16)\nexport=1\nkubectl create secret generic a",
        "X=1 kubectl create secret generic a",
    ],
)  # fmt: skip
def test_what_may_stand_around_a_command(text: str) -> None:
    assert made(text).name == "a"


def test_what_is_known_only_when_the_command_runs_stays_as_written() -> None:
    secret = made(
        """\
        kubectl create secret generic a -n "$NAMESPACE" \\
          --from-literal="key=$(python3 -c 'import secrets; print(secrets.token_hex(16))')" \\
          --from-literal=url="postgresql://<user>:${PASSWORD}@host" \\
          --from-literal=later=... \\
          --from-file=ssh=$HOME/.ssh/id --from-file /etc/ca.crt --from-file ~/token
        """
    )
    assert secret.symbolic_namespace
    assert content(secret) == {
        "key": "$(python3 -c 'import secrets; print(secrets.token_hex(16))')",
        "url": "postgresql://<user>:${PASSWORD}@host",
        "later": "...",
        "ssh": "the file $HOME/.ssh/id",
        "ca.crt": "the file /etc/ca.crt",
        "token": "the file ~/token",
    }
    assert "  later: <base64 of ...>\n" in secret.manifest()
    assert "  url: <base64 of postgresql://<user>:${PASSWORD}@host>\n" in secret.manifest()


def test_what_single_quotes_hold_is_no_variable() -> None:
    assert content(made("kubectl create secret generic a --from-literal='k=$(x) $Y'")) == {
        "k": b"$(x) $Y"
    }


def test_a_registry_with_a_placeholder_shows_what_is_encoded() -> None:
    secret = made(
        "kubectl create secret docker-registry r --docker-server=r.example.org "
        "--docker-username=u --docker-password=<password>"
    )
    assert secret.type == "kubernetes.io/dockerconfigjson"
    assert content(secret) == {
        ".dockerconfigjson": '{"auths":{"r.example.org":{"username":"u","password":"<password>",'
        '"auth":"<base64 of u:<password>>"}}}'
    }


def test_files_that_the_document_shows_come_before_those_beside_it(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("beside")
    (tmp_path / "b.txt").write_text("beside")
    text = "kubectl create secret generic s --from-file=./a.txt --from-file=k=b.txt"
    secret = made(text, tmp_path, a__txt="shown\n")
    assert content(secret) == {"a.txt": b"shown\n", "k": b"beside"}
    assert secret.files == (tmp_path / "b.txt",)


def test_a_certificate(tmp_path: Path) -> None:
    pem = "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n"
    command = "kubectl create secret tls t --cert=c.pem --key=<key file>"
    secret = made(command, tmp_path, c__pem=pem)
    assert secret.type == "kubernetes.io/tls"
    assert content(secret) == {"tls.crt": pem.encode(), "tls.key": "the file <key file>"}
    _, problems = read(command, tmp_path, c__pem="none")
    assert [problem.message for problem in problems] == [
        "'c.pem' holds no PEM block, as --cert must"
    ]


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("kubectl create secret generic", "1:30", "no name"),
        ("kubectl create secret generc a", "1:23", "did you mean 'generic'?"),
        ("kubectl create secret", "1:16", "a kind missing"),
        ("kubectl create configmap a", "1:16", "'kubectl create configmap' makes no Secret"),
        ("kubectl get secret a", "1:9", "'kubectl get' makes no Secret"),
        ("helm install airflow", "1:1", "'helm' is no kubectl command"),
        ("echo a | kubectl create secret generic a --from-file=k=/dev/stdin", "1:1", "'echo'"),
        ("kubectl create secret generic a\n  --from-literal=k=v", "2:3", "with a backslash"),
        ("kubectl create secret generic a --from-lit=k=v", "1:33", "did you mean --from-literal?"),
        ("kubectl create secret generic a --cert=x", "1:33", "which is one of tls"),
        ("kubectl create secret generic a -f x", "1:33", "no flag -f"),
        ("kubectl create secret generic a k=v", "1:33", "write --from-literal=k=v"),
        ("kubectl create secret generic a --from-literal", "1:33", "needs a value"),
        ("kubectl create secret generic a --from-literal=k", "1:48", "key=value"),
        ("kubectl create secret generic a --from-literal=$K=v", "1:48", "not known"),
        ("kubectl create secret generic a --from-literal='a b=v'", "1:49", "such as 'a-b'"),
        ("kubectl create secret generic a --from-literal=k=1 --from-literal=k=2", "1:67", "twice"),
        ("kubectl create secret generic a --from-file=k=~/x", "1:47", "write $HOME/x"),
        ("kubectl create secret generic a --from-file=$DIR/$FILE", "1:45", "--from-file=key="),
        ("kubectl create secret generic a --from-file=k=x", "1:47", "beside the document"),
        ("kubectl create secret generic a --dry-run client", "1:33", "--dry-run=client"),
        ("kubectl create secret generic a --append-hash", "1:33", "leave it out"),
        ("kubectl create secret generic a | kubectl apply -f -", "1:35", "-o yaml before the pipe"),
        ("kubectl create secret generic a --from-literal=k=x?a=b&c=d", "1:55", "quote the word"),
        ("kubectl create secret generic a <<EOF\nEOF", "1:33", "here-documents"),
        ("kubectl create secret generic My_Db", "1:31", "such as 'my-db'"),
        ("kubectl create secret generic a -n My_Ns", "1:31", "Kubernetes refuses the namespace"),
        ("kubectl create secret generic a --type=kubernetes.io/tls", "1:31", "key 'tls.crt'"),
        ("kubectl create secret generic a;kubectl create secret generic a", "1:63", "made twice"),
        ("", "1:1", "no Secret here"),
        ("# nothing", "1:1", "no Secret here"),
    ],
)  # fmt: skip
def test_a_mistake_is_said_at_its_place(text: str, place: str, message: str) -> None:
    _, problems = read(text)
    [problem] = problems
    assert str(problem.span) == f"guide.rst:{place}"
    assert message in problem.message


def test_a_wrong_command_still_gives_what_can_be_read_of_it() -> None:
    (secret,), problems = read("kubectl create secret generic a --from-literal=k=v --nonsense")
    assert len(problems) == 1
    assert content(secret) == {"k": b"v"}
    assert not secret.complete


def test_a_wrong_command_does_not_hide_the_next() -> None:
    secrets, problems = read("kubectl create secret a\nkubectl create secret generic b")
    assert [secret.name for secret in secrets] == ["b"]
    assert len(problems) == 1


def test_variables_of_an_environment_file_come_from_the_shell_where_they_have_no_value() -> None:
    secret = made(
        "kubectl create secret generic a --from-env-file=x.env", x__env="A=1\nTOKEN\n# c\n"
    )
    assert content(secret) == {"A": b"1", "TOKEN": "$TOKEN"}


def test_a_reader_s_own_environment_file_may_hold_any_key() -> None:
    (secret,), problems = read("kubectl create secret generic a --from-env-file=/x.env")
    assert problems == ()
    assert not secret.complete


fragments = st.one_of(
    st.sampled_from(
        """kubectl create secret generic docker-registry tls name -- --from-literal=a=b
        --from-file=x --from-env-file=y --docker-username=u --dry-run=client -o yaml -n | && ; #
        $(x) ${Y} <z> <(a) 2>&1 'q' "r" ' " ` \\ > < { } {a,b} $' apiVersion: kind: Secret data:
        stringData: metadata: {name: v1""".split()  # noqa: SIM905
    ),
    st.text(max_size=4),
)
separators = st.sampled_from([" ", "\n", "\\\n", "", "\n  ", "\n$ "])


@settings(max_examples=200, deadline=None)
@given(parts=st.lists(st.tuples(fragments, separators), max_size=25))
@example([("kubectl create secret generic a --from-literal=k=\ud800", "")])
def test_whatever_is_written_there_are_secrets_or_problems_with_places(
    parts: list[tuple[str, str]],
) -> None:
    text = "".join(fragment + separator for fragment, separator in parts)
    secrets, problems = read(text)
    assert secrets or problems
    for problem in problems:
        assert problem.span.line >= 1
        assert problem.span.column >= 1
        assert problem.message
    for secret in secrets:
        assert secret.manifest().startswith("apiVersion: v1\n")
