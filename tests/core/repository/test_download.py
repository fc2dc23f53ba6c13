"""One GET: over redirects, through proxies, never for ever, and no secrets told to strangers."""

from __future__ import annotations

import base64
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from sphinx_airflow_prod.core.chart import ChartError
from sphinx_airflow_prod.core.repository.download import Connection, resolve
from tests.chart_repository import Answer, Repository, serving

LIMIT = 1 << 20


def get(
    repository: Repository, path: str = "file", timeout: float = 30, limit: int = LIMIT
) -> bytes:
    """Get a file of a repository."""
    return Connection(repository.url, timeout).get(f"{repository.url}/{path}", limit)


def refused(repository: Repository, path: str = "file", timeout: float = 30) -> str:
    """Return what is said of a file that cannot be had."""
    with pytest.raises(ChartError) as caught:
        get(repository, path, timeout)
    return str(caught.value).replace(repository.url, "REPO")


@pytest.fixture
def elsewhere() -> Iterator[Repository]:
    """Another server."""
    with serving() as other:
        yield other


class TestRedirects:
    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    def test_are_followed(self, repository: Repository, status: int) -> None:
        repository.put("file", Answer.redirect("other", status))
        repository.put("other", b"here")
        assert get(repository) == b"here"

    def test_to_another_server(self, repository: Repository, elsewhere: Repository) -> None:
        repository.put("file", Answer.redirect(f"{elsewhere.url}/file"))
        elsewhere.put("file", b"here")
        assert get(repository) == b"here"

    def test_in_a_circle(self, repository: Repository) -> None:
        repository.put("file", Answer.redirect("other"))
        repository.put("other", Answer.redirect("file"))
        assert refused(repository) == "REPO/file redirects more than 10 times"

    @pytest.mark.parametrize("target", ["", "file"])
    def test_to_itself(self, repository: Repository, target: str) -> None:
        repository.put("file", Answer.redirect(target))
        assert refused(repository) == "REPO/file redirects to itself"

    @pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://a.example/b", "data:,x"])
    def test_to_what_is_no_http(self, repository: Repository, target: str) -> None:
        repository.put("file", Answer.redirect(target))
        assert refused(repository) == f"REPO/file redirects to {target}, which is no HTTP address"

    def test_show_no_signature(self, repository: Repository) -> None:
        repository.put("file", Answer.redirect("other?signature=secret"))
        assert refused(repository) == "REPO/other answers 404 Not Found"


class TestSize:
    def test_an_answer_may_be_as_large_as_allowed(self, repository: Repository) -> None:
        repository.put("file", b"x" * LIMIT)
        assert len(get(repository)) == LIMIT

    @pytest.mark.parametrize("length", [None, -1])
    def test_a_larger_one_is_refused(self, repository: Repository, length: int | None) -> None:
        repository.put("file", Answer(b"x" * (LIMIT + 1), length=length))
        assert refused(repository) == "REPO/file is larger than the 1 MiB that are allowed"

    def test_what_is_said_to_be_larger_is_not_even_read(self, repository: Repository) -> None:
        repository.put("file", Answer(b"x", length=10**15))
        assert refused(repository) == "REPO/file is larger than the 1 MiB that are allowed"


class TestTime:
    def test_an_answer_in_drops_is_not_waited_for(self, repository: Repository) -> None:
        repository.put("file", Answer(b"x" * 1000, pause=0.1, piece=1))
        assert (
            refused(repository, timeout=0.5) == "REPO/file was not there after 0.5 s (helm_timeout)"
        )

    def test_nor_is_one_whose_head_comes_in_drops(self) -> None:
        """A socket's own timeout begins anew with each byte."""
        stopped = threading.Event()

        def drip(server: socket.socket) -> None:
            client, _ = server.accept()
            with client:
                client.sendall(b"HTTP/1.1 200 OK\r\nX: ")
                while not stopped.wait(0.05):
                    try:
                        client.sendall(b"x")
                    except OSError:
                        return

        with socket.create_server(("127.0.0.1", 0)) as server:
            thread = threading.Thread(target=drip, args=[server], daemon=True)
            thread.start()
            url = f"http://127.0.0.1:{server.getsockname()[1]}"
            try:
                with pytest.raises(ChartError, match=r"was not there after 0\.5 s"):
                    Connection(url, 0.5).get(f"{url}/file", LIMIT)
            finally:
                stopped.set()

    def test_the_limit_is_over_all_requests(self, repository: Repository) -> None:
        repository.put("file", b"x")
        connection = Connection(repository.url, 0)
        with pytest.raises(ChartError, match="was not there after 0 s"):
            connection.get(f"{repository.url}/file", LIMIT)


class TestUnreachable:
    def test_a_name_that_nobody_knows(self) -> None:
        url = "http://charts.invalid/x"
        with pytest.raises(ChartError, match=r"http://charts.invalid/x cannot be reached \(.*\)$"):
            Connection(url, 30).get(url, LIMIT)

    def test_what_speaks_no_http(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:

            def hang_up() -> None:
                server.accept()[0].close()

            threading.Thread(target=hang_up, daemon=True).start()
            url = f"http://127.0.0.1:{server.getsockname()[1]}"
            with pytest.raises(ChartError, match=r"cannot be reached \("):
                Connection(url, 30).get(f"{url}/file", LIMIT)

    def test_a_server_without_the_encryption_asked_for(self, repository: Repository) -> None:
        url = repository.url.replace("http:", "https:")
        with pytest.raises(ChartError, match=r"cannot be reached \("):
            Connection(url, 30).get(f"{url}/file", LIMIT)

    @pytest.mark.parametrize("url", ["http://[::1/x", "http://a b.example/", "http://\u0000/"])
    def test_an_address_that_is_none(self, url: str) -> None:
        with pytest.raises((ChartError, ValueError)):
            Connection("http://a.example", 30).get(url, LIMIT)


class TestProxies:
    """By the variables that everybody knows."""

    def test_are_used(self, repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{repository.port}")
        repository.put("file", b"by proxy")
        url = f"http://charts.invalid{repository.prefix}"
        assert Connection(url, 30).get(f"{url}/file", LIMIT) == b"by proxy"

    def test_are_named_without_their_password(
        self, repository: Repository, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        repository.stop()
        monkeypatch.setenv("http_proxy", f"http://user:secret@127.0.0.1:{repository.port}")
        url = "http://charts.invalid/x"
        with pytest.raises(ChartError) as caught:
            Connection(url, 30).get(url, LIMIT)
        assert str(caught.value) == (
            "http://charts.invalid/x cannot be reached (Connection refused), "
            "through the proxy that http_proxy names"
        )


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file with a certificate of 127.0.0.1 that only itself vouches for."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("there is no openssl to make a certificate with")
    path = tmp_path_factory.mktemp("tls") / "certificate.pem"
    command = [
        openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
        "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
        "-keyout", str(path.with_name("key.pem")), "-out", str(path),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    path.write_text(path.read_text() + path.with_name("key.pem").read_text())
    return path


class TestEncryption:
    """HTTPS with a certificate made for the test."""

    @pytest.fixture
    def encrypted(self, certificate: Path) -> Iterator[Repository]:
        """A server that speaks HTTPS."""
        with serving(certificate) as served:
            served.put("file", b"in secret")
            yield served

    def test_a_certificate_that_nobody_vouches_for_is_refused(self, encrypted: Repository) -> None:
        said = refused(encrypted)
        assert said.startswith("REPO/file has a certificate that is not trusted (self")
        assert said.endswith("SSL_CERT_FILE names the authorities to trust)")

    def test_an_authority_of_ones_own_can_be_named(
        self, encrypted: Repository, certificate: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert get(encrypted) == b"in secret"

    def test_a_redirect_must_not_leave_it(
        self,
        encrypted: Repository,
        repository: Repository,
        certificate: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        repository.put("file", Answer.redirect(f"{encrypted.url}/file"))
        assert get(repository) == b"in secret"
        encrypted.put("file", Answer.redirect(f"{repository.url}/file"))
        assert refused(encrypted) == (
            f"REPO/file redirects to {repository.url}/file, which is not encrypted"
        )


class TestPasswords:
    """A user and a password in the repository's address."""

    EXPECTED = "Basic " + base64.b64encode(b"me:s/cret").decode()

    @staticmethod
    def address(repository: Repository) -> str:
        return repository.url.replace("http://", "http://me:s%2Fcret@")

    def test_are_told_to_the_repository(self, repository: Repository) -> None:
        def guarded(headers: Mapping[str, str]) -> Answer:
            return Answer(b"in", 200 if headers.get("Authorization") == self.EXPECTED else 401)

        repository.answers["file"] = guarded
        repository.put("old", Answer.redirect("file"))
        url = self.address(repository)
        assert Connection(url, 30).get(f"{url}/old", LIMIT) == b"in"
        said = refused(repository)
        assert said == (
            "REPO/file answers 401 Unauthorized: it wants a user and a password in the address"
        )

    def test_are_told_to_nobody_else(self, repository: Repository, elsewhere: Repository) -> None:
        repository.put("file", Answer.redirect(f"{elsewhere.url}/file"))
        elsewhere.put("file", b"x")
        url = self.address(repository)
        Connection(url, 30).get(f"{url}/file", LIMIT)
        assert "Authorization" in repository.headers[0]
        assert "Authorization" not in elsewhere.headers[0]

    def test_stand_in_no_message(self, repository: Repository) -> None:
        url = self.address(repository)
        with pytest.raises(ChartError) as caught:
            Connection(url, 30).get(f"{url}/file", LIMIT)
        assert "cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("repository", "reference", "expected"),
    [
        ("https://a.example", "b.tgz", "https://a.example/b.tgz"),
        ("https://a.example/x", "b.tgz", "https://a.example/x/b.tgz"),
        ("https://a.example/x/", "y/b.tgz", "https://a.example/x/y/b.tgz"),
        ("https://a.example/x", "/b.tgz", "https://a.example/b.tgz"),
        ("https://a.example/x", "../b.tgz", "https://a.example/b.tgz"),
        ("https://a.example/x?t=1", "b.tgz", "https://a.example/x/b.tgz?t=1"),
        ("https://a.example/x?t=1", "https://b.example/b.tgz", "https://b.example/b.tgz"),
        ("https://a.example/x", "//b.example/b.tgz", "https://b.example/b.tgz"),
    ],
)
def test_addresses_of_an_index_are_resolved_as_by_helm(
    repository: str, reference: str, expected: str
) -> None:
    assert resolve(repository, reference) == expected
