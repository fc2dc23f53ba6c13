"""The tree of positions and Helm's own reading hold together, whatever the YAML."""

from __future__ import annotations

import re

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sphinx_airflow_prod.core.diagnostics import Code
from sphinx_airflow_prod.core.source import SourceText
from sphinx_airflow_prod.core.values import Layout, parse
from sphinx_airflow_prod.core.values.keys import plain_key
from tests.core.helm_oracle import HelmRefusedError, Oracle
from tests.core.samples import every_path

PLAIN_KEYS = [
    *("a", "b", "name", "yes", "on", "y", "No", "off", "true", "0644", "0o14", "08", "2_000"),
    *("16", "0x10", "1.5", "1e3", "1e7", "-0", "1:30", "2001-01-01", "2001-1-1T10:00:00Z"),
    *(".5", "nan", "0b11", "9223372036854775807", "1e39", "é", "a b", "x.y/z", "=", "-a"),
]
REFUSED_KEYS = ["~", "null", "9223372036854775808", "{{ x }}", "[a]"]
QUOTED_KEYS = ["'q r'", '"q\\ts"', "'it''s'", '"<<"']
SCALARS = [
    *("1", "yes", "on", "0644", "0o14", "08", "1:30", "2001-01-01", "~", "", "text", "a b c"),
    *("'quoted: text'", '"d\\nq"', "1e3", "<your host>", "...", "http://x:80/", "!!str 1", "x#y"),
    *("{}", "[]", "[1, {a: 2, b}, [x]]", "{a: 1, c: {d: [e]}}", "{a: 1, a: 2}", "&anchor {n: 1}"),
    *("|\n{}  line\n{}    more\n", ">-\n{}  folded\n{}  --- x\n", "plain\n{}  continued"),
]
ODD_SCALARS = ["{{ .Values.x }}", "*nowhere", ".nan", "@x", "a: b", "'open", "[1, 2", "%x", "- x"]


@st.composite
def mappings(draw: st.DrawFn, indent: int = 0, depth: int = 3, *, odd: bool = False) -> str:
    """YAML text of a block mapping; with *odd*, one that Helm may well refuse."""
    pad = " " * indent
    lines = []
    keys = [*PLAIN_KEYS, *QUOTED_KEYS, *(REFUSED_KEYS if odd else [])]
    for _ in range(draw(st.integers(1, 4))):
        kind = draw(st.sampled_from(["scalar", "scalar", "mapping", "list", "merge", "comment"]))
        key = draw(st.sampled_from(keys))
        if kind == "comment":
            lines.append(f"{pad}# comment: {{{{ x")
        elif kind == "merge":
            lines.append(f"{pad}<<: {{m: 1, a: {{deep: 2}}}}")
        elif kind == "mapping" and depth:
            below = draw(mappings(indent + draw(st.sampled_from([1, 2, 4])), depth - 1, odd=odd))
            anchor = draw(st.sampled_from(["", "", " &anchor", " !tag"]))
            lines.append(f"{pad}{key}:{anchor}\n{below}")
        elif kind == "list" and depth:
            lines.append(f"{pad}{key}:")
            for _ in range(draw(st.integers(1, 3))):
                if draw(st.booleans()):
                    below = draw(mappings(indent + 4, depth - 1, odd=odd))
                    lines.append(f"{pad}  - {below.lstrip()}" if below.strip() else f"{pad}  -")
                else:
                    lines.append(f"{pad}  - {draw(scalars(indent + 2, odd=odd))}")
        else:
            gap = draw(st.sampled_from([" ", "  ", "\t", " \t "]))
            lines.append(f"{pad}{key}:{gap}{draw(scalars(indent, odd=odd))}")
    if all(line.lstrip().startswith("#") for line in lines):
        lines.append(f"{pad}a: 1")
    return "\n".join(lines)


def scalars(indent: int, *, odd: bool) -> st.SearchStrategy[str]:
    """A value on its key's line, with the lines that follow it."""
    choices = [*SCALARS, *(ODD_SCALARS if odd else [])]
    return st.sampled_from([text.replace("\n{}", "\n" + " " * indent) for text in choices])


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@example(text="a: &x {b: 1}\nc:\n  <<: *x\n  d: *x\n")
@example(text="a: &x {b: 1}\nd: &y {b: 3, e: 4}\nc:\n  b: 2\n  <<: [*x, *y]\n")
@example(text="yes: 1\ntrue: 2\n0644: {}\n")
@example(text="a:\tb\nc: [\t1]\n  \t\nd: 1\n")
@given(text=mappings())
def test_the_paths_of_the_text_are_those_that_helm_reads(oracle: Oracle, text: str) -> None:
    try:
        values = oracle.read(text)
    except HelmRefusedError:
        assert not parse(SourceText.whole_file(text, "f")).readable
        return
    found = parse(SourceText.whole_file(text, "f"))
    assert found.readable, found.diagnostics
    assert set(found.paths()) == every_path(values)
    for path in found.paths():
        if path and isinstance(path[-1], str):
            assert key_at(found, path) == path[-1]


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=mappings(odd=True))
def test_what_helm_refuses_is_never_called_readable(oracle: Oracle, text: str) -> None:
    found = parse(SourceText.whole_file(text, "f"))
    try:
        oracle.read(text)
    except HelmRefusedError:
        assert not found.readable
    else:
        assert found.readable, found.diagnostics
    assert all(
        diagnostic.code in {Code.YAML, Code.DUPLICATE_KEY} for diagnostic in found.diagnostics
    )


def key_at(found: Layout, path: tuple[str | int, ...]) -> str | None:
    """Read the key that stands in the text where the layout says that *path*'s key is."""
    span = found.key_span(path)
    assert span is not None
    rest = found.source.text.split("\n")[span.line - 1][span.column - 1 :]
    quoted = re.match(r"'((?:[^']|'')*)'|\"((?:[^\"\\]|\\.)*)\"", rest)
    if quoted and quoted[1] is not None:
        return quoted[1].replace("''", "'")
    if quoted:
        return quoted[2].replace("\\t", "\t")
    return plain_key(re.split(r":(?=[\s\]},]|$)|[,}\]]", rest)[0].strip())
