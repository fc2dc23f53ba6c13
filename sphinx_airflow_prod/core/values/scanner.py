"""ruamel.yaml's scanner with the tabs of Helm's reader.

go-yaml v2, a port of libyaml, skips tabs between tokens wherever no key can
begin, and takes them as spaces inside plain texts; ruamel.yaml refuses both.
The rules are those of ``yaml_parser_scan_to_next_token`` and
``yaml_parser_scan_plain_scalar`` (``scannerc.go`` of go-yaml 2.4).
"""

from __future__ import annotations

from typing import Any

from ruamel.yaml.scanner import Scanner, ScannerError

_BREAKS = "\r\n\x85\u2028\u2029"
_BLANKS = "\0 \t" + _BREAKS


class HelmScanner(Scanner):
    """A scanner that lets those tabs pass that Helm's reader lets pass."""

    def scan_to_next_token(self) -> None:
        """Skip blanks, comments and line breaks before the next token."""
        reader = self.reader
        if reader.index == 0 and reader.peek() == "\ufeff":
            reader.forward()
        while True:
            while reader.peek() == " " or (
                reader.peek() == "\t" and (self.flow_level or not self.allow_simple_key)
            ):
                reader.forward()
            if reader.peek() == "#":
                while reader.peek() not in "\0" + _BREAKS:
                    reader.forward()
            if not self.scan_line_break():
                return
            if not self.flow_level:
                self.allow_simple_key = True

    def scan_plain_spaces(self, indent: Any, start_mark: Any) -> Any:
        """Return what the blanks at the reader mean within a plain text, as a list of parts."""
        reader = self.reader
        length = 0
        while reader.peek(length) in " \t":
            length += 1
        blanks = reader.prefix(length)
        reader.forward(length)
        if reader.peek() not in _BREAKS:
            return [blanks] if blanks else []
        first = self.scan_line_break()
        self.allow_simple_key = True
        if self._at_document_mark():
            return []
        breaks: list[str] = []
        while reader.peek() in " \t" + _BREAKS:
            if reader.peek() == "\t" and reader.column < indent:
                raise ScannerError(
                    "while scanning a plain scalar",
                    start_mark,
                    "found a tab character that violates indentation",
                    reader.get_mark(),
                )
            if reader.peek() in " \t":
                reader.forward()
                continue
            breaks.append(self.scan_line_break())
            if self._at_document_mark():
                return []
        if first != "\n":
            return [first, *breaks]
        return breaks or [" "]

    def _at_document_mark(self) -> bool:
        return (
            self.reader.prefix(3) in {"---", "..."}
            and self.reader.column == 0
            and self.reader.peek(3) in _BLANKS
        )
