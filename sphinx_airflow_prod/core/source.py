"""Text that came out of a document, and where each of its lines stands there."""

from __future__ import annotations

from dataclasses import dataclass

from sphinx_airflow_prod.core.diagnostics import Span


@dataclass(frozen=True)
class SourceText:
    """The body of a directive, or a whole file, with the origin of every line.

    The lines of ``text`` end in LF.  ``origins[i]`` is where the first character
    of line *i* (counted from 0) of ``text`` stands: the span carries the file,
    its line and its column, so that indentation which the markup took away,
    included files and list items are all accounted for.
    """

    text: str
    origins: tuple[Span, ...]

    @classmethod
    def whole_file(cls, text: str, path: str) -> SourceText:
        """Return *text* as the whole content of the file *path*."""
        count = text.count("\n") + 1
        return cls(text, tuple(Span(path, line, 1) for line in range(1, count + 1)))

    def span(self, line: int, column: int = 0) -> Span:
        """Return the place of a character of the text; both numbers count from 0.

        A line past the end (parsers report errors there) gives the last line.
        """
        if not self.origins:
            return Span("")
        origin = self.origins[min(max(line, 0), len(self.origins) - 1)]
        return Span(origin.path, origin.line, origin.column + max(column, 0))
