"""The guide's pages, each with one thing changed: what turns red, and at which line.

Every test copies a page, edits it and evaluates it as Sphinx and pytest do; with
the sample chart, and with the official one where ``AIRFLOW_CHART`` names it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from sphinx_airflow_prod.core.diagnostics import Code, Diagnostic
from sphinx_airflow_prod.core.pipeline import Evaluator
from sphinx_airflow_prod.core.render import open_engine
from sphinx_airflow_prod.core.render.base import EngineUnavailable
from sphinx_airflow_prod.core.settings import Settings
from sphinx_airflow_prod.core.snippet import ManifestSnippet, Snippet, ValuesSnippet
from sphinx_airflow_prod.markup.scan import scan
from tests.charts_contract import contract

GUIDE = contract.ROOT / "docs" / "guide"
SECURITY = "security-context.rst"
PGBOUNCER = "pgbouncer.rst"
NUMBER = re.compile(r"([A-Za-z]\w*): (\d+)\b")

Edit = tuple[int, str, str]
"""Line, from 1; what stands there; what to put in its place."""


@dataclass(frozen=True)
class Guide:
    """The guide with one chart."""

    evaluator: Evaluator
    folder: Path

    def judge(self, page: str, *edits: Edit) -> list[Diagnostic]:
        """Return what is wrong with a copy of *page* that has *edits* in it."""
        lines = (GUIDE / page).read_text("utf-8").split("\n")
        for number, old, new in edits:
            assert old in lines[number - 1], f"{page}:{number}: no {old!r}"
            lines[number - 1] = lines[number - 1].replace(old, new, 1)
        copy = self.folder / page
        copy.write_text("\n".join(lines), "utf-8")
        report = self.evaluator.evaluate(scan(copy).snippets)
        assert not report.diagnostics
        assert not report.statistics.unverified
        return list(report.all_diagnostics())


@pytest.fixture(scope="module", params=["sample", "official"])
def chart(request: pytest.FixtureRequest) -> str:
    if request.param == "sample":
        return str(contract.SAMPLE)
    path = contract.official_chart()
    if path is None:
        pytest.skip("AIRFLOW_CHART names no official chart")
    return path


@pytest.fixture(scope="module")
def make_guide(
    chart: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[Settings], Guide]]:
    try:
        open_engine("auto", timeout=60).close()
    except EngineUnavailable as problem:
        pytest.skip(str(problem))
    opened: list[Evaluator] = []
    cache = tmp_path_factory.mktemp("cache")

    def make(settings: Settings) -> Guide:
        opened.append(Evaluator(replace(settings, chart=chart), cache))
        return Guide(opened[-1], tmp_path_factory.mktemp("guide"))

    yield make
    for evaluator in opened:
        evaluator.close()


@pytest.fixture(scope="module")
def guide(make_guide: Callable[[Settings], Guide]) -> Guide:
    return make_guide(Settings())


def snippets(page: str) -> tuple[Snippet, ...]:
    return scan(GUIDE / page).snippets


def example(page: str, name: str) -> ValuesSnippet:
    (found,) = (
        s for s in snippets(page) if isinstance(s, ValuesSnippet) and s.options.name == name
    )
    return found


def scheduler_claim(name: str) -> ManifestSnippet:
    """Return the first claim below an example of the security page: its scheduler Deployment."""
    below = (s for s in snippets(SECURITY) if s.span.line > example(SECURITY, name).span.line)
    found = next(s for s in below if isinstance(s, ManifestSnippet))
    assert "airflow-scheduler" in f"{found.resource} {found.body.text}"
    return found


def numbers(snippet: Snippet) -> dict[str, tuple[int, str]]:
    """Return the numbers of a body by their key: the line, and the text of key and number."""
    found = {}
    for index, line in enumerate(snippet.body.text.split("\n")):
        if match := NUMBER.search(line.partition("#")[0]):
            assert match[1] not in found, f"{match[1]} stands twice"
            found[match[1]] = (snippet.body.span(index).line, match[0])
    return found


def line_of(page: str, text: str, *, last: bool = False) -> int:
    """Return the line of *page* that holds *text*: the only one, or the last."""
    lines = (GUIDE / page).read_text("utf-8").split("\n")
    found = [number for number, line in enumerate(lines, 1) if text in line]
    assert found, text
    assert last or len(found) == 1, f"{text!r} stands at lines {found}"
    return found[-1]


def told(problems: list[Diagnostic]) -> list[tuple[Code, int]]:
    return [(problem.code, problem.span.line) for problem in problems]


PAGES = sorted(path.name for path in GUIDE.iterdir() if path.suffix in {".rst", ".md"})


@pytest.mark.parametrize("page", PAGES)
def test_the_page_as_it_is(page: str, guide: Guide) -> None:
    assert guide.judge(page) == []


PRECEDENCE = ("precedence-uid", "precedence-global", "precedence-local", "security-local")
SAME = {"uid": "runAsUser", "gid": "fsGroup"}


class TestSecurityContexts:
    @pytest.mark.parametrize("key", ["runAsUser", "fsGroup"])
    @pytest.mark.parametrize("name", PRECEDENCE)
    def test_another_number_in_a_deployment(self, name: str, key: str, guide: Guide) -> None:
        claimed = numbers(scheduler_claim(name))
        assert claimed.keys() == {"runAsUser", "fsGroup"}
        line, text = claimed[key]
        (problem,) = guide.judge(SECURITY, (line, text, f"{text}7"))
        value = text.partition(": ")[2]
        assert problem.message == (
            f"Deployment/airflow-scheduler: spec.template.spec.securityContext.{key}: "
            f"claimed {int(value + '7')}, rendered {value}"
        )
        assert told([problem]) == [(Code.CLAIM, line)]

    @pytest.mark.parametrize("index", [0, 1])
    @pytest.mark.parametrize("name", PRECEDENCE)
    def test_another_number_in_the_values(self, name: str, index: int, guide: Guide) -> None:
        key, (line, text) = [*numbers(example(SECURITY, name)).items()][index]
        claimed = numbers(scheduler_claim(name))[SAME.get(key, key)][0]
        problems = guide.judge(SECURITY, (line, text, f"{text}7"))
        assert (Code.CLAIM, claimed) in told(problems)
        assert {problem.code for problem in problems} == {Code.CLAIM}

    def test_containers_for_container(
        self, chart: str, make_guide: Callable[[Settings], Guide]
    ) -> None:
        """What the page says of the letter: refused by us, and ignored by the official chart."""
        line = line_of(SECURITY, "       container:", last=True)
        edit = (line, "container:", "containers:")
        problems = make_guide(Settings()).judge(SECURITY, edit)
        assert Code.UNKNOWN_KEY in {p.code for p in problems if p.span.line == line}
        if chart != str(contract.SAMPLE):
            lenient = make_guide(Settings(unknown_keys="ignore")).judge(SECURITY, edit)
            where = example(SECURITY, "one-container-setting").span.line
            assert (Code.NO_EFFECT, where) in told(lenient)


SAME_AS_DEFAULT = [
    pytest.param(page, snippet, id=f"{page}:{snippet.span.line}")
    for page in PAGES
    for snippet in snippets(page)
    if isinstance(snippet, ManifestSnippet) and snippet.options.same_as_default
]


@pytest.mark.parametrize(("page", "snippet"), SAME_AS_DEFAULT)
def test_a_claim_that_holds_by_default_must_say_so(
    page: str, snippet: ManifestSnippet, guide: Guide
) -> None:
    line = snippet.option_span("same-as-default").line
    # Another option that says nothing takes its place, so that no line moves.
    (problem,) = guide.judge(page, (line, ":same-as-default:", ":class: plain"))
    where = snippet.option_span("absent") if snippet.options.absent else snippet.span
    assert told([problem]) == [(Code.CONTRAST, where.line)]


def test_a_claim_cut_down_to_a_default(guide: Guide) -> None:
    claim = scheduler_claim("precedence-local")
    user, group = numbers(claim).values()
    gone = [(user[0], user[1], "..."), (group[0], group[1], "...")]
    line = claim.body.span(claim.body.text.split("\n").index("      ...")).line
    (problem,) = guide.judge(SECURITY, *gone, (line, "...", "restartPolicy: Always"))
    assert told([problem]) == [(Code.CONTRAST, claim.span.line)]


class TestPgBouncerSecrets:
    @pytest.mark.parametrize(
        ("text", "old", "new"),
        [
            ("--from-literal=connection='postgresql://airflow:p%40ssw0rd@127", "connection", "uri"),
            ("--from-literal=connection='postgresql://airflow:p%40ssw0rd@air", "connection", "uri"),
            ("--from-file=users.txt", "-file=users", "-file=user.txt=users"),
            ("     users.txt: Im", "users.txt", "user.txt"),
        ],
    )
    def test_a_renamed_key(self, text: str, old: str, new: str, guide: Guide) -> None:
        line = line_of(PGBOUNCER, text)
        problems = guide.judge(PGBOUNCER, (line, old, new))
        unused = [problem for problem in problems if problem.code is Code.SECRET_UNUSED]
        assert [problem.span.line for problem in unused] == [line]
        assert "which nothing reads; rename that to" in unused[0].message
        # Base64 that no block is named for any more is an error as well, and so is an
        # example beside the one that the Secret is for, which needs the key as much.
        codes = {Code.SECRET_UNUSED, Code.OPTION, Code.SECRET_MISSING}
        assert {problem.code for problem in problems} <= codes

    @pytest.mark.parametrize("key", ["configSecretName", "statsSecretName", "metadataSecretName"])
    def test_another_name_in_the_values(self, key: str, guide: Guide) -> None:
        values = example(PGBOUNCER, "pgbouncer-own-secrets").body
        lines = values.text.split("\n")
        index = next(n for n, line in enumerate(lines) if f"{key}:" in line)
        line, name = values.span(index).line, lines[index].split(": ")[1]
        problems = guide.judge(PGBOUNCER, (line, name, f"{name}-2"))
        assert (Code.SECRET_MISSING, line) in told(problems)
        assert Code.SECRET_UNUSED in {problem.code for problem in problems}

    def test_another_text_than_the_base64_says(self, guide: Guide) -> None:
        edit = (line_of(PGBOUNCER, '   "airflow" "p@ssw0rd"', last=True), "p@ss", "pass")
        (problem,) = guide.judge(PGBOUNCER, edit)
        line = line_of(PGBOUNCER, "     users.txt: Im")
        assert told([problem]) == [(Code.DECODES_TO, line)]

    def test_another_size(self, guide: Guide) -> None:
        line = line_of(PGBOUNCER, "max_client_conn = 300")
        (problem,) = guide.judge(PGBOUNCER, (line, "300", "301"))
        assert told([problem]) == [(Code.CLAIM, line)]


BROKER = "celery-backend.md"


class TestRefusals:
    @pytest.mark.parametrize(
        "name", ["no-broker", "two-brokers", "unknown-redis-password", "two-redis-passwords"]
    )
    def test_another_reason(self, name: str, guide: Guide) -> None:
        snippet = example(BROKER, name)
        line = snippet.option_span("fails").line
        pattern = snippet.options.fails
        assert pattern
        (problem,) = guide.judge(BROKER, (line, pattern, r"no such\.value"))
        assert told([problem]) == [(Code.FAILS, line)]

    def test_values_that_the_chart_takes(self, guide: Guide) -> None:
        snippet = example(BROKER, "no-broker")
        line = snippet.body.span(1).line
        (problem,) = guide.judge(BROKER, (line, "enabled: false", "enabled: true"))
        assert told([problem]) == [(Code.FAILS, snippet.option_span("fails").line)]
