"""A real chart repository on this machine: HTTP over the loopback interface.

Its index has the shape of ``helm repo index``; its archives are packed from
``tests/charts``.  What a test wants to go wrong, it puts in the place of an answer.
"""

from __future__ import annotations

import contextlib
import hashlib
import ssl
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sphinx_airflow_prod.core.chart import Chart, load_chart

CHARTS = Path(__file__).parent / "charts"

ENTRY = """\
  {name}:
  - apiVersion: v2
    created: "2026-01-02T03:04:05.678901234Z"
    description: A chart of the tests, served on this machine
    digest: {digest}
    name: {name}
    type: application
    urls:
    - {url}
    version: {version}
"""


@dataclass(frozen=True)
class Answer:
    """What the server says to a request.

    ``length`` is the Content-Length that it claims, the body's own by default,
    none at all where it is negative; the body comes in pieces of ``piece``
    bytes with a ``pause`` before each.
    """

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    length: int | None = None
    pause: float = 0
    piece: int = 1 << 20

    @classmethod
    def redirect(cls, target: str, status: int = 302) -> Answer:
        """Send the client elsewhere."""
        return cls(status=status, headers={"Location": target})


class Repository:
    """A repository that is being served, at an address that no other test has."""

    def __init__(self, certificate: Path | None = None) -> None:
        self.answers: dict[str, Answer | Callable[[Mapping[str, str]], Answer]] = {}
        self.requests: list[str] = []
        """The paths asked for, below the repository."""
        self.headers: list[Mapping[str, str]] = []
        self.prefix = f"/{uuid.uuid4().hex}"
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._scheme = "http"
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
            self._scheme = "https"
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self._thread.start()

    @property
    def port(self) -> int:
        """The port that it listens at."""
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        """The address for ``repo``."""
        return f"{self._scheme}://127.0.0.1:{self.port}{self.prefix}"

    def stop(self) -> None:
        """Stop serving: from now on connections are refused."""
        self._server.shutdown()
        self._server.server_close()

    def put(self, path: str, answer: Answer | bytes | str) -> None:
        """Answer *path* below the repository."""
        if isinstance(answer, str):
            answer = answer.encode()
        self.answers[path] = Answer(answer) if isinstance(answer, bytes) else answer

    def publish(
        self, chart: Chart, *, url: str = "", digest: str | None = None, version: str = ""
    ) -> str:
        """Serve *chart* and an index that has nothing but it; return the archive's SHA-256."""
        archive = chart.archive
        sha256 = hashlib.sha256(archive).hexdigest()
        name = f"{chart.name}-{chart.version}.tgz"
        self.put(name, archive)
        entry = ENTRY.format(
            name=chart.name,
            version=version or chart.version,
            digest=sha256 if digest is None else digest,
            url=url or name,
        )
        self.index(entry)
        return sha256

    def index(self, *entries: str) -> None:
        """Serve an index of *entries*."""
        text = "".join(entries)
        self.put(
            "index.yaml",
            f'apiVersion: v1\nentries:\n{text}generated: "2026-01-02T03:04:05.678901234Z"\n',
        )

    def source(
        self, name: str = "shop", version: str = "1.2.3", sha256: str = ""
    ) -> dict[str, str]:
        """Return the source of a chart of it, as ``conf.py`` writes it."""
        given = {"repo": self.url, "name": name, "version": version, "sha256": sha256}
        return {key: value for key, value in given.items() if value}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        repository = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path = urlsplit(self.path).path.removeprefix(f"{repository.prefix}/")
                query = urlsplit(self.path).query
                repository.requests.append(f"{path}?{query}" if query else path)
                repository.headers.append(dict(self.headers))
                answer = repository.answers.get(path, Answer(b"no such file", 404))
                if not isinstance(answer, Answer):
                    answer = answer(dict(self.headers))
                # the client may have gone, as some tests want it to
                with contextlib.suppress(OSError):
                    self._send(answer)

            def _send(self, answer: Answer) -> None:
                self.send_response(answer.status)
                for key, value in answer.headers.items():
                    self.send_header(key, value)
                length = len(answer.body) if answer.length is None else answer.length
                if length >= 0:
                    self.send_header("Content-Length", str(length))
                self.end_headers()
                for start in range(0, len(answer.body), answer.piece):
                    time.sleep(answer.pause)
                    self.wfile.write(answer.body[start : start + answer.piece])
                    self.wfile.flush()

            def log_message(self, *arguments: Any) -> None:
                """Say nothing."""

        return Handler


@contextmanager
def serving(certificate: Path | None = None) -> Iterator[Repository]:
    """Serve an empty repository, by HTTPS where there is a file with *certificate* and key."""
    repository = Repository(certificate)
    try:
        yield repository
    finally:
        repository.stop()


def shop() -> Chart:
    """Return the chart that repositories of the tests have."""
    return load_chart(CHARTS / "shop")
