"""Pages with claims and Secrets: what they show, and where their mistakes are reported."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sphinx_ext.site import SAMPLE, Build, Site

RST = """\
Page
====

.. code-block:: text
   :name: users

   "user" "password"

.. helm:values::
   :name: database

   postgresql:
     enabled: false
   data:
     metadataSecretName: mydatabase

.. helm:secret::
   :for: database

   kubectl create secret generic mydatabase --from-literal=connection=postgresql://u:p@h/d

.. helm:manifest:: Deployment/airflow-scheduler

   spec:
     ...
     template:
       spec:
         containers:
           - name: scheduler
             ...
             env:
               ...
               - name: AIRFLOW__DATABASE__SQL_ALCHEMY_CONN
                 valueFrom:
                   secretKeyRef:
                     name: mydatabase   # no longer the chart's own
                     ...

.. helm:manifest:: Secret/airflow-metadata
   :absent:

.. helm:secret::
   :decodes-to: users

   apiVersion: v1
   kind: Secret
   metadata:
     name: x
   data:
     users.txt: InVzZXIiICJwYXNzd29yZCIK
"""


@pytest.fixture
def sample(tmp_path: Path, helm_cache: Path) -> Site:
    """An empty site with the sample chart."""
    conf = {"helm_chart": str(SAMPLE), "helm_cache_dir": str(helm_cache)}
    site = Site(tmp_path / "source", tmp_path / "work", conf)
    site.write("conf.py", 'extensions = ["sphinx_airflow_prod", "myst_parser"]\n')
    return site


@pytest.fixture
def build(sample: Site) -> Build:
    sample.write("index.rst", RST)
    build = sample.build()
    assert build.warnings == []
    return build


def test_a_claim_is_shown_as_it_is_written(build: Build) -> None:
    claim = build.page("index.html").select(".helm-example")[2]
    text = claim.get_text()
    assert "name: mydatabase   # no longer the chart's own" in text
    assert text.count("...") == 4


def test_a_claim_says_which_resource_it_is_about(build: Build) -> None:
    claim = build.page("index.html").select(".helm-example")[2]
    (caption,) = claim.select(".code-block-caption")
    assert caption.get_text().startswith("Deployment/airflow-scheduler")


def test_a_claim_links_the_whole_manifest(build: Build) -> None:
    claim = build.page("index.html").select(".helm-example")[2]
    (link,) = claim.select("a.download")
    manifest = (build.out / str(link["href"])).read_text("utf-8")
    assert manifest.startswith("apiVersion: apps/v1\nkind: Deployment\n")


def test_absence_is_said_in_words(build: Build) -> None:
    claim = build.page("index.html").select(".helm-example")[3]
    assert claim.get_text().strip() == "Secret/airflow-metadata is not rendered."


def test_a_command_has_a_tab_with_the_secret_it_makes(build: Build) -> None:
    group = build.page("index.html").select(".helm-example")[1]
    assert [tab.get_text() for tab in group.select('[role="tab"]')] == [
        "kubectl",
        "Secret/mydatabase",
    ]
    assert "connection: cG9zdGdyZXNxbDovL3U6cEBoL2Q=" in group.get_text()


def test_base64_has_a_tab_with_its_text(build: Build) -> None:
    group = build.page("index.html").select(".helm-example")[4]
    assert [tab.get_text() for tab in group.select('[role="tab"]')] == [
        "secret.yaml",
        "users.txt, decoded",
    ]
    assert '"user" "password"' in group.select('[role="tabpanel"]')[1].get_text()


def test_a_wrong_number_is_reported_at_its_line(sample: Site) -> None:
    sample.write("index.rst", RST.replace("name: mydatabase   #", "name: myotherbase   #"))
    (warning,) = sample.build().first_lines
    assert warning.startswith("index.rst:36:22: WARNING: Deployment/airflow-scheduler: ")
    assert "claimed 'myotherbase', rendered 'mydatabase'" in warning.replace('"', "'")
    assert warning.endswith("[helm.claim]")


def test_a_text_that_is_not_what_the_base64_says_is_reported(sample: Site) -> None:
    sample.write("index.rst", RST.replace('"password"', '"passw0rd"'))
    (warning,) = sample.build().warnings
    assert warning.startswith("index.rst:50:17: WARNING: 'users.txt' decodes to something else")
    assert warning.endswith("[helm.decodes-to]")


def test_claims_and_secrets_work_in_markdown(sample: Site) -> None:
    sample.write(
        "index.md",
        "# Page\n\n```{helm:values}\nscheduler:\n  replicas: 2\n```\n\n"
        "```{helm:manifest} Deployment/airflow-scheduler\nspec:\n  replicas: 3\n```\n",
    )
    (warning,) = sample.build().first_lines
    assert warning.startswith("index.md:10:3: WARNING: ")
    assert warning.endswith("[helm.claim]")


def test_other_builders_show_claims_without_tabs(sample: Site) -> None:
    sample.write("index.rst", RST)
    build = sample.build("text", warnings_are_errors=True)
    text = build.text("index.txt")
    assert '"Secret/airflow-metadata" is not rendered.' in text
    assert text.index("kubectl create secret") < text.index("Secret/mydatabase")


@pytest.mark.parametrize("mode", ["check", "tabs"])
def test_ordinary_code_blocks_can_be_checked(sample: Site, mode: str) -> None:
    block = "Page\n====\n\n.. code-block:: yaml\n\n   schedular:\n     replicas: 2\n   uid: 40000\n"
    sample.write("index.rst", block)
    assert sample.build(helm_code_blocks=mode).first_lines == [
        "index.rst:6:4: WARNING: unknown key 'schedular' (did you mean 'scheduler'?) "
        "[helm.unknown-key]"
    ]


@pytest.mark.parametrize(("mode", "groups"), [("off", 0), ("check", 0), ("tabs", 1)])
def test_ordinary_code_blocks_can_get_tabs(sample: Site, mode: str, groups: int) -> None:
    sample.write("index.rst", "Page\n====\n\n.. code-block:: yaml\n\n   uid: 40000\n")
    build = sample.build(helm_code_blocks=mode)
    assert build.warnings == []
    assert len(build.page("index.html").select(".sphinx-tabs")) == groups


def test_code_blocks_of_something_else_are_left_alone(sample: Site) -> None:
    block = "Page\n====\n\n.. code-block:: yaml\n\n   services:\n     web:\n       image: x\n"
    sample.write("index.rst", block)
    build = sample.build(helm_code_blocks="tabs")
    assert build.warnings == []
    assert "helm-mark" not in build.text("index.html")
