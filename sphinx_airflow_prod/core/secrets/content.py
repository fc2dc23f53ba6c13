"""What the words of a command give the entries of a Secret."""

from __future__ import annotations

import json

from sphinx_airflow_prod.core.diagnostics import Span
from sphinx_airflow_prod.core.secrets.secret import Entry
from sphinx_airflow_prod.core.secrets.words import Word

DOCKER_SERVER = "https://index.docker.io/v1/"
"""kubectl's default of ``--docker-server``."""


def value_of(word: Word) -> bytes | str:
    """Return what *word* gives an entry: bytes, or the text where something is not known."""
    if word.is_symbolic or word.text == "...":
        return word.text
    try:
        return word.text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # half a character, which no document can hold
        return word.text.encode("utf-8", "replace")


def fields(word: Word) -> list[Word]:
    """Return the values between commas, as pflag reads a list."""
    found: list[Word] = []
    rest = word
    while (comma := rest.find(",")) >= 0:
        found.append(rest.slice(0, comma))
        rest = rest.slice(comma + 1)
    return [part for part in [*found, rest] if part.text]


def docker_config(
    server: Word | None, user: Word, password: Word, email: Word | None
) -> bytes | str:
    """Return ``.dockerconfigjson`` as kubectl's ``handleDockerCfgJSONContent`` writes it."""
    given = [word for word in (server, user, password, email) if word is not None]
    pair = Entry("", _joined(user, password), Span(""), Span(""))
    login = {"username": user.text, "password": password.text}
    if email is not None and email.text:
        login["email"] = email.text
    login["auth"] = pair.base64
    auths = {"auths": {server.text if server else DOCKER_SERVER: login}}
    text = json.dumps(auths, ensure_ascii=False, separators=(",", ":"))
    if any(isinstance(value_of(word), str) for word in given):
        return text
    # Go's encoding/json escapes what could end a script element or a line of JavaScript.
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text.encode("utf-8", "replace")


def _joined(user: Word, password: Word) -> bytes | str:
    first, second = value_of(user), value_of(password)
    if isinstance(first, bytes) and isinstance(second, bytes):
        return first + b":" + second
    return f"{user.text}:{password.text}"
