"""What commands make is what kubectl makes of them, and it refuses what we refuse."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sphinx_airflow_prod.core.secrets import Secret, SecretProblem, read_secrets
from sphinx_airflow_prod.core.source import SourceText

KUBECTL = shutil.which("kubectl")
BASH = shutil.which("bash")

pytestmark = pytest.mark.skipif(
    KUBECTL is None or BASH is None,
    reason="kubectl or bash is not installed: nothing to agree with",
)

FILES = {
    "users.txt": b'"airflow" "secret"\n',
    "binary": bytes(range(256)),
    "settings.env": b'\xef\xbb\xbf# a comment\n\n  A=1\r\nB="x y"\nC.d=2=3  \nEMPTY=\n',
    "digit.env": b"1A=x\n",
    "folder/one": b"1",
    "folder/two": b"2",
    "folder/below/three": b"3",
    "odd folder/not a key": b"",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("secrets")
    for name, content in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def kubectl(command: str, folder: Path) -> str | None:
    """Return the manifest that kubectl prints, through a real shell; None where it refuses."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "KUBECONFIG": os.devnull}
    environment["LC_ALL"] = "C.UTF-8"  # bash writes \\u… by the locale
    done = subprocess.run(
        [str(BASH), "-c", command],
        cwd=folder,
        env=environment,
        capture_output=True,
        timeout=60,
    )
    if done.returncode:
        return None
    # Printed by kubectl before 1.34 for every object that it makes.
    return done.stdout.decode("utf-8").replace("  creationTimestamp: null\n", "")


def ours(command: str, folder: Path) -> tuple[tuple[Secret, ...], tuple[SecretProblem, ...]]:
    return read_secrets(SourceText.whole_file(command, "guide.rst"), folder)


DRY_RUN = "--dry-run=client -o yaml"

ACCEPTED = [
    "generic a",
    "generic a --from-literal=k=v --from-literal k2=v2 --type=Opaque",
    "generic a --from-literal=k= --from-literal=k2==x",
    "generic a --from-literal k='it'\\''s' -n other",
    'generic a --from-literal="connection=postgresql://u:p%40ss@h:5432/db?sslmode=require"',
    "generic a --from-literal=n=1234 --from-literal=true=yes --from-literal=_.-=x",
    "generic 123 --from-literal=\"m=a\nb\"",
    "generic a --from-literal=k=a\\\nb --from-literal=q=\"c\\\nd\\$e\\\"f\\g\"",
    "generic a --from-literal=k=$'a\\tb\\x41\\xff\\u00e9\\'' # a comment",
    "generic a --from_literal=k=v -nx --append-hash=false",
    "generic a --from-literal=k=é --from-literal=z=日本",
    "generic a --from-literal=a100= --from-literal=a12= --from-literal=a1= "
    "--from-literal=a1-= --from-literal=b= --from-literal=B= --from-literal=_= --from-literal=10= "
    "--from-literal=9= --from-literal=a1.5= --from-literal=ab=",
    "generic a --from-file=users.txt --from-file=b=binary --from-literal=users=2",
    "generic a --from-file=users.txt,x=users.txt",
    "generic a --from-file=./users.txt --from-file=folder",
    "generic a --from-file=folder/one --from-file=",
    "generic a --from-env-file=settings.env",
    "generic a --from-literal=k=v --type=",
    "generic a --from-literal=k=v -- b",
    "generic a --from-literal=-=1 --from-literal=---=1 --from-literal=.x=1",
    "generic a --from-literal=2001-01-01=1 --from-literal=.inf=1 --from-literal=1e3=1",
    "generic a --from-literal=k=v -v 0 --request-timeout=5s --save-config=false",
    "docker-registry r --docker-username=u --docker-password=p",
    "docker-registry r --docker-server=x.io --docker-username='<&>' "
    "--docker-password='é\"\\' --docker-email=e@x.io",
    "docker-registry r --docker-username=u --docker-password=p --docker-email=",
    "docker-registry r --from-file=users.txt",
    "docker-registry r --from-file=.dockerconfigjson=users.txt",
]  # fmt: skip


@pytest.mark.parametrize("arguments", ACCEPTED)
def test_the_manifest_is_the_one_that_kubectl_prints(arguments: str, folder: Path) -> None:
    command = f"kubectl create secret {DRY_RUN} {arguments}"
    expected = kubectl(command, folder)
    secrets, problems = ours(command, folder)
    assert expected is not None
    assert problems == ()
    [secret] = secrets
    # '<&>' is a placeholder only where it looks like one.
    assert secret.manifest() == expected


REFUSED = [
    "generic",
    "generic ''",
    "generic a b",
    "generic --from-literal=k=v -- a",
    "generc a",
    "generic a --from-literal=k",
    "generic a --from-literal==v",
    "generic a --from-literal=",
    "generic a --from-literal='a b=v'",
    "generic a --from-literal=..=v",
    "generic a --from-literal=.=v",
    "generic a --from-literal=..k=v",
    "generic a --from-literal=k=1 --from-literal=k=2",
    "generic a --from-literal=users.txt=1 --from-file=users.txt",
    "generic a --from-lit=k=v",
    "generic a -x",
    "generic a --from-file=missing",
    "generic a --from-file==users.txt",
    "generic a --from-file=k=",
    "generic a --from-file=k=users.txt=x",
    "generic a --from-file=k=folder",
    "generic a --from-file='odd folder'",
    "generic a --from-file='k=\"users.txt\"'",
    "generic a --from-file=k=~/users.txt",
    "generic a --from-env-file=digit.env",
    "generic a --from-env-file=settings.env --from-literal=k=v",
    "generic a --docker-username=x",
    "generic a --from-literal=k=v --from-literal",
    "generic a --dry-run client",
    "generic a --dry-run=foo",
    "generic a -o yml",
    "generic a --append-hash=maybe",
    "generic a --from-literal=k='v",
    'generic a --from-literal=k="v',
    "generic a --from-literal=k=(v)",
    "docker-registry r --docker-username=u",
    "docker-registry r --docker-username=u --docker-password=p --docker-server=",
    "docker-registry r --from-literal=k=v",
    "tls t --cert=users.txt",
    "tls t --cert=users.txt --key=users.txt",
]


@pytest.mark.parametrize("arguments", REFUSED)
def test_what_kubectl_refuses_is_a_problem(arguments: str, folder: Path) -> None:
    command = f"kubectl create secret {arguments}"
    if "-o yml" not in command and "--dry-run" not in command:
        command = command.replace("create secret", f"create secret {DRY_RUN}")
    assert kubectl(command, folder) is None
    _, problems = ours(command, folder)
    assert problems != ()


# No digits: with them the order of keys is not the same from run to run of kubectl.
keys = st.text(st.sampled_from("abzAZ-_."), min_size=1, max_size=8)
values = st.text(
    st.one_of(
        st.sampled_from("ab1 \t'\"\\$`#=;&|*?[]{}()~!<>,%@:/\n"),
        st.characters(codec="utf-8", exclude_characters="\x00\r"),
    ),
    max_size=20,
)


@st.composite
def quoted(draw: st.DrawFn, text: str) -> str:
    """Write *text* for a shell, in one of the ways there are, piece by piece."""
    pieces = []
    while text:
        length = draw(st.integers(1, len(text)))
        piece, text = text[:length], text[length:]
        kind = draw(st.sampled_from(["quote", "double", "escape", "ansi"]))
        if kind == "double":
            for special in '\\"$`':
                piece = piece.replace(special, "\\" + special)
            pieces.append(f'"{piece}"')
        elif kind == "escape" and "\n" not in piece:
            pieces.append("".join(f"\\{char}" for char in piece))
        elif kind == "ansi":
            escaped = piece.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n")
            pieces.append(f"$'{escaped}'")
        else:
            pieces.append(shlex.quote(piece))
        if draw(st.booleans()):
            pieces.append("\\\n")
    return "".join(pieces) or "''"


@settings(max_examples=25, suppress_health_check=list(HealthCheck), deadline=None)
@given(data=st.data(), literals=st.dictionaries(keys, values, max_size=4))
def test_any_literal_in_any_quoting_is_read_as_kubectl_reads_it(
    data: st.DataObject, literals: dict[str, str], folder: Path
) -> None:
    words = []
    for key, value in literals.items():
        word = data.draw(quoted(f"{key}={value}"))
        words.append(
            data.draw(st.sampled_from([f"--from-literal={word}", f"--from-literal {word}"]))
        )
    command = " \\\n  ".join([f"kubectl create secret generic a {DRY_RUN}", *words])
    expected = kubectl(command, folder)
    secrets, problems = ours(command, folder)
    if expected is None:
        assert problems != ()
    elif any(entry.symbolic for secret in secrets for entry in secret.entries.values()):
        assert any("<" in value or value == "..." for value in literals.values())
    else:
        assert problems == ()
        assert secrets[0].manifest() == expected


@settings(max_examples=20, suppress_health_check=list(HealthCheck), deadline=None)
@given(
    names=st.lists(
        st.text(st.sampled_from("a0129-_B"), min_size=1, max_size=5), unique=True, max_size=2
    )
)
def test_two_keys_are_in_the_order_of_kubectl(names: list[str], folder: Path) -> None:
    words = [f"--from-literal={name}=" for name in names]
    command = " ".join([f"kubectl create secret generic a {DRY_RUN}", *words])
    secrets, problems = ours(command, folder)
    assert problems == ()
    assert secrets[0].manifest() == kubectl(command, folder)


@settings(max_examples=15, suppress_health_check=list(HealthCheck), deadline=None)
@given(
    login=st.tuples(*[values.filter(lambda text: "<" not in text and text != "...")] * 4),
    email=st.booleans(),
)
def test_any_registry_login_is_written_as_kubectl_writes_it(
    login: tuple[str, ...], email: bool, folder: Path
) -> None:
    flags = ["server", "username", "password", *(["email"] if email else [])]
    words = [
        f"--docker-{flag}={shlex.quote(text)}" for flag, text in zip(flags, login, strict=False)
    ]
    command = f"kubectl create secret docker-registry r {DRY_RUN} {' '.join(words)}"
    expected = kubectl(command, folder)
    secrets, problems = ours(command, folder)
    if expected is None:
        assert problems != ()
    else:
        assert problems == ()
        assert secrets[0].manifest() == expected
