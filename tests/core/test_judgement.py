"""Verdicts over claims, secrets, deprecations, resources and lines, on the sample chart."""

from __future__ import annotations

import dataclasses
import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from sphinx_airflow_prod.core.diagnostics import Code, Diagnostic, Severity, Span
from sphinx_airflow_prod.core.options import RawDirective
from sphinx_airflow_prod.core.outcome import Report, Status
from sphinx_airflow_prod.core.pipeline import evaluate
from sphinx_airflow_prod.core.settings import Settings
from sphinx_airflow_prod.core.snippet import Snippet, read_snippet, with_blocks
from sphinx_airflow_prod.core.source import SourceText

SAMPLE = Path(__file__).parents[2] / "docs" / "charts" / "airflow-sample"

DATABASE = """\
    postgresql:
      enabled: false
    data:
      metadataSecretName: mydatabase
    """
CREATE = "kubectl create secret generic mydatabase --from-literal=connection=postgresql://u:p@h/d"

Evaluate = Callable[..., Report]


@pytest.fixture(scope="module")
def check(tmp_path_factory: pytest.TempPathFactory) -> Evaluate:
    """Return a function that evaluates snippets with the sample chart, over one cache."""
    cache = tmp_path_factory.mktemp("cache")

    def run(
        *snippets: Snippet, effects: bool = False, site: Mapping[str, object] | None = None
    ) -> Report:
        settings = Settings(chart=str(SAMPLE), values=site or {})
        return evaluate(snippets, settings, cache_dir=cache, effects=effects)

    return run


def _snippet(
    directive: str, line: int, body: str = "", argument: str = "", **options: str
) -> Snippet:
    """Return a snippet that stands at *line* of a document, its body two lines below."""
    text = textwrap.dedent(body).strip("\n")
    lines = text.split("\n") if text else []
    origins = tuple(Span("/guide.rst", line + 2 + i, 4) for i in range(len(lines)))
    source = SourceText(f"{text}\n" if text else "", origins)
    spelt = {key.strip("_").replace("_", "-"): value for key, value in options.items()}
    spans = {key: Span("/guide.rst", line + 1, 4) for key in spelt}
    return read_snippet(
        RawDirective(
            directive, "/guide.rst", Span("/guide.rst", line, 1), argument, spelt, spans, source
        )
    )


def values(line: int, body: str, **options: str) -> Snippet:
    return _snippet("helm:values", line, body, **options)


def claim(line: int, argument: str = "", body: str = "", **options: str) -> Snippet:
    return _snippet("helm:manifest", line, body, argument, **options)


def secret(line: int, body: str, **options: str) -> Snippet:
    return _snippet("helm:secret", line, body, **options)


def _found(report: Report) -> list[tuple[Code, int]]:
    return [(d.code, d.span.line) for d in report.all_diagnostics()]


def _only(report: Report) -> Diagnostic:
    (diagnostic,) = report.all_diagnostics()
    return diagnostic


REPLICAS = values(1, "scheduler:\n  replicas: 3")


class TestClaims:
    """``helm:manifest``."""

    def test_one_that_holds_passes(self, check: Evaluate) -> None:
        report = check(REPLICAS, claim(10, "Deployment/airflow-scheduler", "spec:\n  replicas: 3"))
        assert [outcome.status for outcome in report.outcomes] == [Status.PASSED] * 2

    def test_one_that_does_not_hold_is_an_error_at_its_own_line(self, check: Evaluate) -> None:
        report = check(REPLICAS, claim(10, "Deployment/airflow-scheduler", "spec:\n  replicas: 4"))
        assert _found(report) == [(Code.CLAIM, 13)]
        assert "spec.replicas: claimed 4, rendered 3" in _only(report).message

    def test_every_mismatch_is_reported(self, check: Evaluate) -> None:
        body = """\
            spec:
              replicas: 4
              ...
              template:
                spec:
                  restartPolicy: Never
            """
        report = check(REPLICAS, claim(10, "Deployment/airflow-scheduler", body))
        assert _found(report) == [(Code.CLAIM, 13), (Code.CLAIM, 17)]

    def test_one_that_holds_by_default_as_well_proves_nothing(self, check: Evaluate) -> None:
        body = "spec:\n  template:\n    spec:\n      restartPolicy: Always"
        report = check(REPLICAS, claim(10, "Deployment/airflow-scheduler", body))
        assert _found(report) == [(Code.CONTRAST, 10)]

    def test_same_as_default_says_that_this_is_the_point(self, check: Evaluate) -> None:
        body = "spec:\n  template:\n    spec:\n      restartPolicy: Always"
        argument = "Deployment/airflow-scheduler"
        assert not check(REPLICAS, claim(10, argument, body, same_as_default="")).all_diagnostics()

    def test_same_as_default_must_be_true(self, check: Evaluate) -> None:
        body = "spec:\n  replicas: 3"
        report = check(
            REPLICAS, claim(10, "Deployment/airflow-scheduler", body, same_as_default="")
        )
        assert _found(report) == [(Code.CONTRAST, 11)]

    def test_the_nearest_example_above_is_meant(self, check: Evaluate) -> None:
        report = check(
            values(1, "scheduler:\n  replicas: 3"),
            values(10, "scheduler:\n  replicas: 5"),
            claim(20, "Deployment/airflow-scheduler", "spec:\n  replicas: 5"),
        )
        assert not report.all_diagnostics()

    def test_of_names_another_one(self, check: Evaluate) -> None:
        report = check(
            values(1, "scheduler:\n  replicas: 3", name="three"),
            values(10, "scheduler:\n  replicas: 5"),
            claim(20, "Deployment/airflow-scheduler", "spec:\n  replicas: 3", of="three"),
        )
        assert not report.all_diagnostics()

    def test_of_must_name_one_of_the_document(self, check: Evaluate) -> None:
        report = check(
            values(1, "scheduler:\n  replicas: 3", name="three"),
            claim(20, "Deployment/airflow-scheduler", "spec:\n  replicas: 3", of="tree"),
        )
        assert _found(report) == [(Code.NAME, 21)]
        assert "did you mean 'three'" in _only(report).message

    def test_an_unknown_resource_lists_the_nearest(self, check: Evaluate) -> None:
        report = check(REPLICAS, claim(10, "Deployment/airflow-schedular", "spec:\n  replicas: 3"))
        assert _found(report) == [(Code.CLAIM_RESOURCE, 10)]
        assert "Deployment/airflow-scheduler" in _only(report).message

    def test_the_body_can_name_the_resource(self, check: Evaluate) -> None:
        body = """\
            kind: Deployment
            metadata:
              name: airflow-scheduler
            spec:
              replicas: 3
            """
        assert not check(REPLICAS, claim(10, "", body)).all_diagnostics()

    def test_an_empty_claim_is_an_error(self, check: Evaluate) -> None:
        report = check(REPLICAS, claim(10, "Deployment/airflow-scheduler", "..."))
        assert [code for code, _ in _found(report)] == [Code.CLAIM]

    def test_absence_holds_for_what_the_example_takes_away(self, check: Evaluate) -> None:
        report = check(
            values(1, DATABASE), secret(9, CREATE), claim(20, "Secret/airflow-metadata", absent="")
        )
        assert not report.all_diagnostics()

    def test_nothing_more_can_be_claimed_of_what_is_absent(self, check: Evaluate) -> None:
        body = "spec:\n  replicas: 77"
        report = check(
            values(1, DATABASE),
            secret(9, CREATE),
            claim(20, "StatefulSet/airflow-postgresql", body, absent=""),
        )
        assert _found(report) == [(Code.CLAIM, 22)]

    def test_an_empty_body_is_reported_at_the_directive(self, check: Evaluate) -> None:
        report = check(REPLICAS, claim(10, "Deployment/airflow-scheduler"))
        assert _found(report) == [(Code.CLAIM, 10)]

    def test_absence_of_what_is_rendered_does_not_hold(self, check: Evaluate) -> None:
        report = check(REPLICAS, claim(10, "Secret/airflow-metadata", absent=""))
        assert _found(report) == [(Code.CLAIM, 11)]

    def test_absence_of_what_never_was_there_proves_nothing(self, check: Evaluate) -> None:
        report = check(REPLICAS, claim(10, "Secret/airflow-no-such", absent=""))
        assert _found(report) == [(Code.CONTRAST, 11)]

    def test_a_claim_about_an_example_that_is_broken_is_not_passed(self, check: Evaluate) -> None:
        report = check(
            values(1, "scheduler:\n  replicas: two"),
            claim(10, "Deployment/airflow-scheduler", "spec:\n  replicas: 2"),
        )
        assert [outcome.status for outcome in report.outcomes] == [Status.FAILED] * 2


class TestSecrets:
    """``helm:secret``, both ways."""

    def test_a_secret_that_an_example_needs_must_be_made(self, check: Evaluate) -> None:
        report = check(values(1, DATABASE))
        assert _found(report) == [(Code.SECRET_MISSING, 6)]
        assert "kubectl create secret generic mydatabase" in _only(report).message

    def test_made_anywhere_in_the_document_it_is_there(self, check: Evaluate) -> None:
        assert not check(values(1, DATABASE), secret(10, CREATE)).all_diagnostics()

    def test_a_secret_for_an_example_must_be_consumed(self, check: Evaluate) -> None:
        other = "kubectl create secret generic other --from-literal=connection=x"
        report = check(
            values(1, DATABASE, name="database"),
            secret(10, CREATE),
            secret(20, other, for_="database"),
        )
        assert _found(report) == [(Code.SECRET_UNUSED, 22)]

    def test_and_by_its_key(self, check: Evaluate) -> None:
        renamed = CREATE.replace("connection=", "url=")
        report = check(values(1, DATABASE, name="database"), secret(10, renamed, for_="database"))
        assert _found(report) == [(Code.SECRET_UNUSED, 12)]
        assert "rename that to 'connection'" in _only(report).message

    def test_a_secret_for_another_example_must_have_the_key_as_well(self, check: Evaluate) -> None:
        renamed = CREATE.replace("connection=", "url=")
        report = check(values(1, DATABASE), secret(10, renamed))
        assert _found(report) == [(Code.SECRET_MISSING, 6)]
        assert "makes without it (line 12)" in _only(report).message

    def test_a_command_that_kubectl_refuses_is_an_error(self, check: Evaluate) -> None:
        report = check(secret(1, "kubectl create secret generic x --from-litteral=a=b"))
        assert _found(report) == [(Code.SECRET, 3)]

    def test_base64_decodes_to_what_is_shown(self, check: Evaluate) -> None:
        manifest = """\
            apiVersion: v1
            kind: Secret
            metadata:
              name: x
            data:
              users.txt: InVzZXIiICJwYXNzd29yZCIK
            """
        snippet = secret(1, manifest, decodes_to="users-txt")
        right = with_blocks(snippet, [("users-txt", '"user" "password"')])
        wrong = with_blocks(snippet, [("users-txt", '"user" "passw0rd"')])
        assert not check(right).all_diagnostics()
        assert _found(check(wrong)) == [(Code.DECODES_TO, 8)]
        assert _found(check(snippet)) == [(Code.NAME, 2)]

    def test_one_made_in_another_namespace_is_missing(self, check: Evaluate) -> None:
        elsewhere = CREATE.replace("--from", "--namespace other --from")
        report = check(values(1, DATABASE), secret(10, elsewhere))
        assert _found(report) == [(Code.SECRET_MISSING, 6)]
        assert "line 12 makes it in the namespace 'other'" in _only(report).message

    def test_an_empty_body_is_reported_at_the_directive(self, check: Evaluate) -> None:
        assert _found(check(secret(10, ""))) == [(Code.SECRET, 10)]

    def test_a_file_that_is_gone_is_noticed(self, check: Evaluate, tmp_path: Path) -> None:
        """The verdict over the unchanged document must not be taken from the cache."""
        document = str(tmp_path / "guide.rst")
        made = secret(1, "kubectl create secret generic x --from-file=users.txt")
        span = Span(document, 1, 1)
        made = dataclasses.replace(made, document=document, span=span)
        (tmp_path / "users.txt").write_text("u")
        assert not check(made).all_diagnostics()
        (tmp_path / "users.txt").unlink()
        assert [code for code, _ in _found(check(made))] == [Code.SECRET]


class TestSiteValues:
    """``helm_values``, which lie beneath every example."""

    def test_what_the_chart_refuses_of_them_is_said_once(self, check: Evaluate) -> None:
        report = check(REPLICAS, site={"uid": "nobody"})
        assert [d.code for d in report.diagnostics] == [Code.CONFIG]
        assert "helm_values: uid: expected integer" in report.diagnostics[0].message

    def test_typos_in_them_are_found_and_told_again_by_the_next_build(
        self, check: Evaluate
    ) -> None:
        for _ in range(2):
            report = check(REPLICAS, site={"schedular": {"replicas": 2}})
            assert "unknown key 'schedular' (did you mean 'scheduler'?)" in str(report.diagnostics)


class TestRefusals:
    """``:fails:``."""

    def test_what_is_refused_without_the_example_proves_nothing(self, check: Evaluate) -> None:
        report = check(values(1, "gid: 1", fails="."), site={"uid": "nobody"})
        assert (Code.FAILS, 2) in _found(report)


class TestPlaceholders:
    """What the reader fills in."""

    def test_one_that_becomes_the_default_is_no_missing_effect(self, check: Evaluate) -> None:
        assert not check(values(1, "scheduler:\n  replicas: ...")).all_diagnostics()


class TestKubernetes:
    """Rendered resources against the schemas of Kubernetes."""

    def test_what_kubernetes_refuses_is_an_error(self, check: Evaluate) -> None:
        pytest.importorskip("kubernetes_validate")
        body = "extraEnv: |\n  - name: A\n    valeu: b"
        report = check(values(1, body))
        assert [code for code, _ in _found(report)] == [Code.KUBERNETES]
        assert "valeu" in _only(report).message

    def test_what_the_reader_fills_in_is_not_judged(self, check: Evaluate) -> None:
        pytest.importorskip("kubernetes_validate")
        body = "scheduler:\n  securityContexts:\n    container:\n      runAsUser: <your user>"
        assert not check(values(1, body)).all_diagnostics()


class TestDeprecations:
    """What the chart says is on its way out."""

    def test_a_deprecated_key_is_a_warning_at_its_place(self, check: Evaluate) -> None:
        report = check(values(1, "securityContext:\n  runAsUser: 5\n  fsGroup: 0"))
        deprecated = [d for d in report.all_diagnostics() if d.code is Code.DEPRECATED]
        assert deprecated
        assert all(d.severity is Severity.WARNING for d in deprecated)
        assert {d.span.line for d in deprecated} == {3}


class TestEffects:
    """Does every line matter?"""

    def test_a_line_that_restates_a_default_is_a_warning(self, check: Evaluate) -> None:
        body = "scheduler:\n  replicas: 3\npgbouncer:\n  enabled: false"
        report = check(values(1, body), effects=True)
        assert _found(report) == [(Code.EFFECT, 6)]
        assert _only(report).severity is Severity.WARNING

    def test_a_line_that_lacks_its_companion_is_an_error(self, check: Evaluate) -> None:
        body = "scheduler:\n  replicas: 3\npgbouncer:\n  maxClientConn: 300"
        report = check(values(1, body), effects=True)
        assert _found(report) == [(Code.EFFECT, 6)]
        assert _only(report).severity is Severity.ERROR
        assert "pgbouncer.enabled" in _only(report).message

    def test_lines_are_not_measured_unless_asked_for(self, check: Evaluate) -> None:
        body = "scheduler:\n  replicas: 3\npgbouncer:\n  maxClientConn: 300"
        assert not check(values(1, body)).all_diagnostics()
