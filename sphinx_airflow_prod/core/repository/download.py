"""HTTP as a chart repository needs it: one GET, whole or refused, and never for ever.

The standard library is enough for it: proxies by the usual variables,
certificates by the system's.  Redirects are followed by hand, so that a
password stays with the host that it is for.
"""

from __future__ import annotations

import base64
import http.client
import os
import ssl
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, unquote, urljoin, urlsplit

from sphinx_airflow_prod import __version__
from sphinx_airflow_prod.core.chart import ChartError
from sphinx_airflow_prod.core.chartsource import shown

MAX_REDIRECTS = 10
"""As many as Helm follows (Go's ``net/http``)."""

_CHUNK = 1 << 16
_SCHEMES = ("http", "https")
_MOVED = frozenset({301, 302, 303, 307, 308})


class Unreachable(ChartError):  # noqa: N818  (it is what the chart is)
    """The network is in the way: no answer at all, or none in time."""


class Connection:
    """Downloads that share one time limit, from the making of this object on.

    *repository* is the address whose user and password, if it has any, are
    told to its own scheme, host and port only.
    """

    def __init__(self, repository: str, timeout: float) -> None:
        self._timeout = timeout
        self._end = time.monotonic() + timeout
        self._home = _origin(repository)
        self._credentials = _credentials(repository)
        # no handler for files, FTP or data: whatever a redirect says, this speaks HTTP
        self._opener = urllib.request.OpenerDirector()
        for handler in (
            urllib.request.ProxyHandler,
            urllib.request.HTTPHandler,
            urllib.request.HTTPSHandler,
            urllib.request.UnknownHandler,
        ):
            self._opener.add_handler(handler())

    def get(self, url: str, limit: int) -> bytes:
        """Return the whole body that *url* answers with.

        Raises :class:`Unreachable` where there is no answer within the time limit, and
        :class:`ChartError` for every other answer, and for a body of more than *limit* bytes.
        """
        if urlsplit(url).scheme not in _SCHEMES:
            raise ChartError(f"{shown(url)} is no address that begins with http:// or https://")
        # in a thread of its own, since neither the look-up of a name nor an
        # answer in drops can be stopped from within
        task = _Task(lambda stopped: self._follow(url, limit, stopped))
        try:
            return task.result(self._end - time.monotonic())
        except (OSError, http.client.HTTPException, ValueError) as error:
            cause = error.reason if isinstance(error, urllib.error.URLError) else error
            if isinstance(cause, TimeoutError):
                message = f"was not there after {self._timeout:g} s (helm_timeout)"
            else:
                message = _fault(cause)
            raise Unreachable(f"{shown(url)} {message}{_by_proxy(url)}") from error

    def _follow(self, url: str, limit: int, stopped: threading.Event) -> bytes:
        """Get *url*, over redirects."""
        first, seen = url, 0
        while not stopped.is_set():
            with self._open(url) as response:
                if response.status not in _MOVED:
                    return _body(response, url, limit, stopped)
                target = urljoin(url, response.headers.get("Location", ""))
            seen += 1
            if seen > MAX_REDIRECTS:
                raise ChartError(f"{shown(first)} redirects more than {MAX_REDIRECTS} times")
            _check_redirect(url, target)
            url = target
        raise TimeoutError

    def _open(self, url: str) -> Any:
        headers = {"User-Agent": f"sphinx-airflow-prod/{__version__}", "Accept": "*/*"}
        if self._credentials and _origin(url) == self._home:
            headers["Authorization"] = self._credentials
        request = urllib.request.Request(_quoted(url), headers=headers)  # noqa: S310  (checked)
        return self._opener.open(request, timeout=max(self._end - time.monotonic(), 0.001))


class _Task:
    """A function that runs in a thread, and is left alone where it takes too long."""

    def __init__(self, function: Callable[[threading.Event], bytes]) -> None:
        self._stopped = threading.Event()
        self._answer: bytes = b""
        self._error: BaseException | None = None

        def run() -> None:
            try:
                self._answer = function(self._stopped)
            except BaseException as error:  # raised again by result
                self._error = error

        self._thread = threading.Thread(target=run, name="chart-download", daemon=True)
        self._thread.start()

    def result(self, timeout: float) -> bytes:
        """Return what the function returned, or raise what it raised, or ``TimeoutError``."""
        try:
            self._thread.join(max(timeout, 0))
        finally:
            self._stopped.set()
        if self._thread.is_alive():
            raise TimeoutError
        if self._error is not None:
            raise self._error
        return self._answer


def resolve(repository: str, reference: str) -> str:
    """Return the address of a file that an index refers to.

    By the rules of Helm's ``ResolveReferenceURL``: relative ones are below the
    repository, whose query, where tokens stand, goes with them.
    """
    if urlsplit(reference).scheme:
        return reference
    base = urlsplit(repository)
    folder = base._replace(path=base.path.rstrip("/") + "/", query="", fragment="").geturl()
    return urlsplit(urljoin(folder, reference))._replace(query=base.query, fragment="").geturl()


def _body(response: Any, url: str, limit: int, stopped: threading.Event) -> bytes:
    status, reason = response.status, response.reason
    if status != 200:
        wanted = ": it wants a user and a password in the address" if status == 401 else ""
        raise ChartError(f"{shown(url)} answers {status} {reason}".rstrip() + wanted)
    too_large = ChartError(f"{shown(url)} is larger than the {limit >> 20} MiB that are allowed")
    length = response.headers.get("Content-Length", "")
    expected = int(length) if length.isdecimal() else None
    if expected is not None and expected > limit:
        raise too_large
    parts: list[bytes] = []
    size = 0
    while chunk := response.read1(_CHUNK):
        if stopped.is_set():
            raise TimeoutError
        parts.append(chunk)
        size += len(chunk)
        if size > limit:
            raise too_large
    if expected is not None and size != expected:
        raise ChartError(f"{shown(url)} broke off after {size} of {expected} bytes")
    return b"".join(parts)


def _check_redirect(url: str, target: str) -> None:
    scheme = urlsplit(target).scheme
    if target == url or scheme not in _SCHEMES:
        what = "to itself" if target == url else f"to {shown(target)}, which is no HTTP address"
        raise ChartError(f"{shown(url)} redirects {what}")
    if urlsplit(url).scheme == "https" and scheme == "http":
        raise ChartError(f"{shown(url)} redirects to {shown(target)}, which is not encrypted")


def _fault(cause: object) -> str:
    """Return what became of a request, to be read after the address."""
    if isinstance(cause, ssl.SSLCertVerificationError):
        trust = "SSL_CERT_FILE names the authorities to trust"
        return f"has a certificate that is not trusted ({cause.verify_message}; {trust})"
    if isinstance(cause, http.client.IncompleteRead):
        return f"broke off after {len(cause.partial)} bytes"
    told = cause.strerror if isinstance(cause, OSError) and cause.strerror else cause
    return f"cannot be reached ({told})"


def _by_proxy(url: str) -> str:
    """Say which variable sends *url* to a proxy; not its value, which may hold a password."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if not urllib.request.getproxies().get(parts.scheme) or urllib.request.proxy_bypass(host):
        return ""
    name = next((n for n in os.environ if n.lower() == f"{parts.scheme}_proxy"), "")
    return f", through the proxy that {name or 'the system'} names"


def _origin(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    return parts.scheme, parts.hostname or "", port


def _credentials(url: str) -> str:
    parts = urlsplit(url)
    if parts.username is None:
        return ""
    pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return "Basic " + base64.b64encode(pair.encode()).decode()


def _quoted(url: str) -> str:
    """Return an address as it goes over the wire: no user, no fragment, no spaces."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2].encode("idna").decode() if parts.netloc else ""
    path = quote(parts.path or "/", safe="/%:@+~!$&'()*,;=")
    query = quote(parts.query, safe="/%:@+~!$&'()*,;=?[]")
    return parts._replace(netloc=host, path=path, query=query, fragment="").geturl()
