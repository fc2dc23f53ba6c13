"""Chart archives (``.tgz``): packed the same way every time, unpacked with suspicion.

The limits and the rules for names are those of Helm's
``pkg/chart/loader/archive/archive.go``; links are refused as well, because
Helm reads them as empty files without a word.
"""

from __future__ import annotations

import gzip
import io
import posixpath
import re
import zlib
from collections.abc import Mapping

MAX_FILE = 5 * 1024 * 1024
"""Bytes of the largest file that Helm loads."""

MAX_CHART = 100 * 1024 * 1024
"""Bytes of the largest chart that Helm loads, unpacked."""

BOM = b"\xef\xbb\xbf"
_BLOCK = 512
_DRIVE = re.compile(r"[A-Za-z]:/")


class ArchiveError(ValueError):
    """An archive cannot be used; the message says why, without naming the archive."""


def pack(files: Mapping[str, bytes], folder: str) -> bytes:
    """Return a gzipped tar of *files* below *folder*: the same bytes for the same files.

    Written by hand because workers pack on every job: no import of ``tarfile``.
    """
    parts: list[bytes] = []
    for path in sorted(files):
        data = files[path]
        name = f"{folder}/{path}".encode()
        if len(name) > 100:  # GNU's long name record, which Go and Python both read
            parts += _member(b"././@LongLink", name + b"\0", b"L")
            name = name[:100]
        parts += _member(name, data, b"0")
    parts.append(bytes(2 * _BLOCK))
    squeeze = zlib.compressobj(1, wbits=31)
    return squeeze.compress(b"".join(parts)) + squeeze.flush()


def _member(name: bytes, data: bytes, kind: bytes) -> list[bytes]:
    header = b"".join(
        (
            name.ljust(100, b"\0"),
            b"0000644\0" + b"0000000\0" * 2,
            b"%011o\0" % len(data),
            b"00000000000\0",
            b" " * 8,
            kind,
            bytes(100),
            b"ustar\00000",
        )
    ).ljust(_BLOCK, b"\0")
    header = header[:148] + b"%06o\0 " % sum(header) + header[156:]
    return [header, data, bytes(-len(data) % _BLOCK)]


def unpack(data: bytes) -> dict[str, bytes]:
    """Return the files of a chart archive by their path below its one top folder.

    Raises :class:`ArchiveError` for what is no archive, broken, unsafe or too large.
    """
    import tarfile

    if not data.startswith(b"\x1f\x8b\x08"):
        raise ArchiveError(_not_gzip(data))
    files: dict[str, bytes] = {}
    try:
        with tarfile.open(fileobj=io.BytesIO(_gunzip(data)), mode="r:") as tar:
            for member in tar:
                if member.isdir():
                    continue
                path = _checked_path(member.name)
                if not member.isreg():
                    raise ArchiveError(
                        f"it holds {member.name!r}, which is a link or a device, not a file"
                    )
                if member.size > MAX_FILE:
                    raise ArchiveError(
                        f"its file {member.name!r} is larger than the {MAX_FILE >> 20} MiB "
                        "that Helm allows"
                    )
                stream = tar.extractfile(member)
                files[path] = (stream.read() if stream else b"").removeprefix(BOM)
    except tarfile.TarError as error:
        raise ArchiveError(f"it is broken or truncated ({error})") from error
    if not files:
        raise ArchiveError("it holds no files")
    return files


def _gunzip(data: bytes) -> bytes:
    limit = MAX_CHART + (16 << 20)  # the tar's own headers and padding
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
            content = stream.read(limit + 1)
    except (EOFError, OSError, zlib.error) as error:
        raise ArchiveError(f"it is broken or truncated ({error})") from error
    if len(content) > limit:
        raise ArchiveError(f"unpacked, it is larger than the {MAX_CHART >> 20} MiB Helm allows")
    return content


def _not_gzip(data: bytes) -> str:
    if data.startswith(b"version https://git-lfs"):
        return "it is a Git LFS pointer, not the archive itself: run 'git lfs pull'"
    if not data:
        return "it is empty"
    return "it is no gzipped archive, as 'helm package' makes it"


def _checked_path(name: str) -> str:
    normal = name.replace("\\", "/")
    top, _, rest = normal.partition("/")
    if normal.startswith("/") or _DRIVE.match(normal) or _DRIVE.match(rest):
        raise ArchiveError(f"it holds the absolute path {name!r}")
    if ".." in normal.split("/"):
        raise ArchiveError(f"it holds the path {name!r}, which leads out of the chart")
    if top == "Chart.yaml":
        raise ArchiveError("its Chart.yaml must be in a folder named as the chart, not at the top")
    path = posixpath.normpath(rest)
    if not rest or path == "." or path.startswith("/"):
        raise ArchiveError(f"it holds {name!r} outside the chart's folder")
    return path
