"""``kubectl create secret`` commands become Secrets, as kubectl makes them."""

from __future__ import annotations

import re
from collections.abc import Callable
from difflib import get_close_matches

from sphinx_airflow_prod.core.diagnostics import Span
from sphinx_airflow_prod.core.secrets.content import docker_config, fields, value_of
from sphinx_airflow_prod.core.secrets.expansions import ShellError
from sphinx_airflow_prod.core.secrets.files import FileFault, Files
from sphinx_airflow_prod.core.secrets.flags import SUBCOMMANDS, Flags, read_flags
from sphinx_airflow_prod.core.secrets.secret import (
    DOCKER_CONFIG,
    DOCKER_TYPE,
    TLS_KEYS,
    TLS_TYPE,
    Entry,
    Secret,
    SecretProblem,
    key_fault,
)
from sphinx_airflow_prod.core.secrets.shell import Command, commands
from sphinx_airflow_prod.core.secrets.words import Word

Place = Callable[[int], Span]


def read_commands(
    text: str, place: Place, files: Files
) -> tuple[list[Secret], list[SecretProblem]]:
    """Read every ``kubectl create secret`` of *text*; *place* says where its characters stand."""
    secrets: list[Secret] = []
    problems: list[SecretProblem] = []
    try:
        for command in commands(text):
            made = _Maker(command, place, files).make(problems)
            if made is not None:
                secrets.append(made)
    except ShellError as error:
        problems.append(SecretProblem(error.message, place(error.at)))
    return secrets, problems


class _Maker:
    """Makes a Secret of one command."""

    def __init__(self, command: Command, place: Place, files: Files) -> None:
        self.command = command
        self.place = place
        self.files = files
        self.problems: list[SecretProblem] = []
        self.entries: dict[str, Entry] = {}
        self.complete = True
        self.first_file = len(files.read)

    def make(self, problems: list[SecretProblem]) -> Secret | None:
        """Return the Secret, as far as the command can be read; add to *problems*."""
        secret = self._make()
        problems += self.problems
        return secret

    def _problem(self, at: int, message: str) -> None:
        self.problems.append(SecretProblem(message, self.place(at)))
        self.complete = False

    def _make(self) -> Secret | None:
        words = self.command.words
        if not words or words[0].text != "kubectl":
            self._foreign()
            return None
        known = [word.text for word in words[1:] if word.text in SUBCOMMANDS]
        flags = read_flags(words[1:], known[0] if known else "generic")
        if not self._is_create_secret(flags.words):
            return None
        for fault in flags.faults:
            self._problem(fault.at, fault.message)
        name = self._name(flags.words[3:])
        subcommand = flags.words[2].text
        {
            "generic": self._generic,
            "docker-registry": self._docker_registry,
            "tls": self._tls,
        }[subcommand](flags)
        self._pipe(flags)
        if name is None:
            return None
        namespace = flags.last("namespace")
        types = {"generic": flags.text("type"), "docker-registry": DOCKER_TYPE, "tls": TLS_TYPE}
        return Secret(
            name=name.text,
            namespace=namespace.text if namespace else "",
            type=types[subcommand],
            entries=self.entries,
            span=self.place(name.at),
            complete=self.complete,
            symbolic_name=name.is_symbolic,
            symbolic_namespace=namespace is not None and namespace.is_symbolic,
            files=tuple(self.files.read[self.first_file :]),
        )

    def _foreign(self) -> None:
        """Report a command that is not kubectl's."""
        at = self.command.at
        first = self.command.words[0].text if self.command.words else ""
        for following in self.command.following:
            if following.words and following.words[0].text == "kubectl":
                message = (
                    f"what {first!r} gives to kubectl is not known; write the command with "
                    "--from-file=key=$FILE or a placeholder for the value"
                )
                self._problem(at, message)
                return
        if first.startswith("--"):
            message = (
                f"{first!r} starts a command of its own; end the line before it with a backslash"
            )
        else:
            message = f"{first!r} is no kubectl command; write 'kubectl create secret …'"
        self._problem(at, message)

    def _is_create_secret(self, words: list[Word]) -> bool:
        texts = [word.text for word in words[:3]]
        for wanted, index in (("create", 0), ("secret", 1)):
            if texts[index : index + 1] != [wanted]:
                at = words[index].at if index < len(words) else self.command.at
                said = " ".join(["kubectl", *texts[: index + 1]])
                message = f"{said!r} makes no Secret; write 'kubectl create secret generic NAME …'"
                self._problem(at, message)
                return False
        if len(texts) < 3 or texts[2] not in SUBCOMMANDS:
            at = words[2].at if len(words) > 2 else words[1].at
            near = get_close_matches(texts[2], SUBCOMMANDS, 1) if len(texts) > 2 else []
            said = f"no 'kubectl create secret {texts[2]}'" if len(texts) > 2 else "a kind missing"
            hint = f"did you mean {near[0]!r}? " if near else ""
            message = f"there is {said}; {hint}the kinds are {', '.join(SUBCOMMANDS)}"
            self._problem(at, message)
            return False
        return True

    def _name(self, words: list[Word]) -> Word | None:
        if not words or not words[0].text:
            at = words[0].at if words else self.command.words[-1].place(10**9)
            self._problem(at, "the Secret has no name; write it after the kind, before the flags")
            return None
        for word in words[1:]:
            remedy = "write --from-literal=" + word.text if "=" in word.text else "remove it"
            message = (
                f"kubectl takes one name, {words[0].text!r}, and cannot use {word.text!r}: quote "
                f"what holds spaces, or {remedy}"
            )
            self._problem(word.at, message)
        return words[0]

    def _pipe(self, flags: Flags) -> None:
        """Report output that is piped to kubectl without being a manifest."""
        for following in self.command.following:
            texts = [word.text for word in following.words]
            if texts[:2] in (["kubectl", "apply"], ["kubectl", "create"], ["kubectl", "replace"]):
                output = flags.text("output").partition("=")[0]
                if not flags.values.get("dry-run") or output not in {"yaml", "json"}:
                    message = (
                        f"'{' '.join(texts[:2])}' needs a manifest; write "
                        "--dry-run=client -o yaml before the pipe"
                    )
                    self._problem(following.at, message)
                return

    def _add(
        self,
        key: str,
        value: bytes | str,
        at: int,
        value_at: int,
    ) -> None:
        """Add an entry, unless Kubernetes refuses its key or it is there already."""
        if fault := key_fault(key):
            self._problem(at, fault)
        elif key in self.entries:
            first = self.entries[key].span.line
            message = f"the key {key!r} is given twice (first at line {first}); keep one of them"
            self._problem(at, message)
        else:
            self.entries[key] = Entry(key, value, self.place(at), self.place(value_at))

    def _generic(self, flags: Flags) -> None:
        environments, literals, files = (
            flags.values.get(name, []) for name in ("from-env-file", "from-literal", "from-file")
        )
        if environments and (literals or files):
            message = (
                "--from-env-file cannot be combined with --from-literal or --from-file; "
                "make two Secrets, or put all into the file"
            )
            self._problem(environments[0].at, message)
        for word in literals:
            self._literal(word)
        for word in files:
            self._file(word)
        for word in environments:
            self._environment(word)

    def _literal(self, word: Word) -> None:
        equals = word.find("=")
        if equals <= 0:
            message = f"--from-literal takes key=value, and {word.text!r} is none"
            self._problem(word.at, message)
            return
        key, value = word.slice(0, equals), word.slice(equals + 1)
        if key.is_symbolic:
            message = f"the key {key.text} is not known; write the key that the chart reads"
            self._problem(key.at, message)
            return
        self._add(key.text, value_of(value), key.place(0), value.at)

    def _file(self, word: Word, default_key: str | None = None) -> None:
        """Add what ``--from-file`` names: ``[key=]path``, several with commas."""
        for part in fields(word):
            if '"' in part.text:
                message = (
                    "kubectl reads --from-file as comma-separated values and takes no quotes "
                    "inside; quote the whole word for the shell, or nothing"
                )
                self._problem(part.at, message)
                continue
            equals = part.find("=")
            if equals == 0 or equals == len(part.text) - 1:
                missing = "the key" if equals == 0 else "the path"
                message = f"--from-file takes [key=]path, and {part.text!r} lacks {missing}"
                self._problem(part.at, message)
                continue
            if part.slice(equals + 1).find("=") >= 0 and equals > 0:
                message = (
                    f"neither key nor path can hold a '=', as {part.text!r} does; rename the file"
                )
                self._problem(part.at, message)
                continue
            path = part if equals < 0 else part.slice(equals + 1)
            key = part.text[:equals] if equals > 0 else default_key
            self._file_entries(path, key, part.place(0))

    def _file_entries(self, path: Word, key: str | None, at: int) -> None:
        content = self._read(path)
        if content is None:
            return
        if isinstance(content, dict):
            if key is not None:
                self._problem(at, f"{path.text!r} is a directory, which can be given no key")
                return
            for name, inner in content.items():
                self._add(name, inner, at, path.at)
            return
        if key is None:
            if path.is_symbolic and any(path.symbolic[path.text.rfind("/") + 1 :]):
                message = (
                    f"the key is the file's name, which {path.text!r} does not tell; "
                    f"write --from-file=key={path.text}"
                )
                self._problem(at, message)
                return
            key = path.text.rstrip("/").rpartition("/")[2]
        self._add(key, content, at, path.at)

    def _read(self, path: Word) -> bytes | str | dict[str, bytes] | None:
        try:
            return self.files.content(path)
        except FileFault as error:
            self.problems.append(SecretProblem(str(error), self.place(path.at), "file"))
            self.complete = False
            return None

    def _environment(self, word: Word) -> None:
        """Add the lines ``KEY=value`` of a file, as kubectl's ``--from-env-file`` reads them."""
        for part in fields(word):
            content = self._read(part)
            if isinstance(content, dict):
                self._problem(part.at, f"{part.text!r} is a directory; name a file")
            elif isinstance(content, str):
                self.complete = False
            elif content is not None:
                self._environment_lines(content, part)

    def _environment_lines(self, content: bytes, word: Word) -> None:
        lines = content.removeprefix(b"\xef\xbb\xbf").split(b"\n")
        for number, raw in enumerate(lines, start=1):
            try:
                line = raw.removesuffix(b"\r").decode("utf-8").lstrip()
            except UnicodeDecodeError:
                self._problem(word.at, f"{word.text!r}, line {number}: not UTF-8")
                return
            if not line or line.startswith("#"):
                continue
            key, equals, value = line.partition("=")
            if not re.fullmatch(r"[-._a-zA-Z][-._a-zA-Z0-9]*", key):
                message = (
                    f"{word.text!r}, line {number}: {key!r} cannot be a variable; use letters, "
                    "digits, '-', '_' and '.', and no digit at the start"
                )
                self._problem(word.at, message)
                continue
            self._add(key, value.encode("utf-8") if equals else f"${key}", word.at, word.at)

    def _docker_registry(self, flags: Flags) -> None:
        files = flags.values.get("from-file", [])
        for word in files:
            self._file(word, DOCKER_CONFIG)
        if files:
            return
        server = flags.last("docker-server")
        user, password, email = (
            flags.last(f"docker-{name}") for name in ("username", "password", "email")
        )
        missing = [
            f"--docker-{name}"
            for name, word in (("username", user), ("password", password))
            if word is None or not word.text
        ]
        if server is not None and not server.text:
            missing.append("--docker-server")
        if missing or user is None or password is None:
            message = f"docker-registry needs {' and '.join(missing)}, or --from-file"
            self._problem(self.command.at, message)
            return
        value = docker_config(server, user, password, email)
        self._add(DOCKER_CONFIG, value, user.at, password.at)

    def _tls(self, flags: Flags) -> None:
        for flag, key in zip(("cert", "key"), TLS_KEYS, strict=True):
            word = flags.last(flag)
            if word is None or not word.text:
                self._problem(self.command.at, f"tls needs --{flag} with a PEM file; add it")
                continue
            content = self._read(word)
            if isinstance(content, dict) or (
                isinstance(content, bytes) and b"-----BEGIN " not in content
            ):
                self._problem(word.at, f"{word.text!r} holds no PEM block, as --{flag} must")
            elif content is not None:
                self._add(key, content, word.at, word.at)
