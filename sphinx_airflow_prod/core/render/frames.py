"""The messages between the pool and a worker: a length, JSON, and optional bytes."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from typing import Any, BinaryIO

_HEAD = struct.Struct(">II")


class Closed(Exception):  # noqa: N818
    """The other side has closed its end, or died."""


def send(stream: BinaryIO, message: Mapping[str, Any] | bytes, blob: bytes = b"") -> None:
    """Write one message, a mapping or JSON text; raises ``OSError`` or ``ValueError``."""
    text = message if isinstance(message, bytes) else json.dumps(message).encode()
    stream.write(_HEAD.pack(len(text), len(blob)))
    stream.write(text)
    stream.write(blob)
    stream.flush()


def receive(stream: BinaryIO) -> tuple[dict[str, Any], bytes]:
    """Read one message and its bytes; raises :class:`Closed` at the end of the stream."""
    size, blob_size = _HEAD.unpack(_exactly(stream, _HEAD.size))
    message: dict[str, Any] = json.loads(_exactly(stream, size))
    return message, _exactly(stream, blob_size)


def _exactly(stream: BinaryIO, size: int) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise Closed
    return data
