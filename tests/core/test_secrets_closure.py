"""What a document makes is read, and what is needed is made."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from sphinx_airflow_prod.core.manifests import split
from sphinx_airflow_prod.core.render.base import Rendered
from sphinx_airflow_prod.core.secrets import Secret, Survey, read_secrets, survey, unconsumed, unmet
from sphinx_airflow_prod.core.source import SourceText

POD = """\
apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  containers:
    - name: c
      env: [{name: A, valueFrom: {secretKeyRef: {name: database, key: connection}}}]
"""
WHOLE = POD.replace("env: [", "envFrom: [{secretRef: {name: database}}]\n      env: [")
MADE = "---\napiVersion: v1\nkind: Secret\nmetadata: {name: database}\ndata: {connection: YQ==}\n"


def look(text: str, namespace: str = "airflow") -> Survey:
    manifests = split(Rendered({"chart/templates/a.yaml": dedent(text)}))
    assert manifests.problems == ()
    return survey(manifests, namespace)


def made(text: str) -> Secret:
    command = f"kubectl create secret {text}"
    (secret,), _ = read_secrets(SourceText.whole_file(command, "guide.rst"), Path("nowhere"))
    return secret


def complaints(command: str, manifests: str) -> list[str]:
    return [problem.message for problem in unconsumed(made(command), look(manifests))]


@pytest.mark.parametrize(
    "command",
    [
        "generic database --from-literal=connection=x",
        "generic database --from-literal=connection=x -n airflow",
        "generic database --from-literal=connection=<yours> -n $NAMESPACE",
        "generic database --from-file=connection=/x",
    ],
)
def test_a_secret_that_is_read_by_name_and_key_is_fine(command: str) -> None:
    assert complaints(command, POD) == []


@pytest.mark.parametrize(
    ("command", "manifests", "message"),
    [
        (
            "generic databse --from-literal=connection=x",
            POD,
            "no resource of the example refers to the Secret 'databse'; did you mean 'database'?",
        ),
        (
            "generic other",
            POD,
            "no resource of the example refers to the Secret 'other'; those it refers to, and the "
            "chart does not render, are 'database'",
        ),
        (
            "generic other",
            POD + MADE,
            "no resource of the example refers to the Secret 'other'; name it in the values, or "
            "leave it out",
        ),
        (
            "generic database --from-literal=connection=x",
            POD + MADE,
            "the chart renders the Secret 'database' for this example itself, and Helm refuses",
        ),
        ("generic <name>", POD, "the name '<name>' is not known; write the name that the values "),
        (
            "generic database -n default --from-literal=connection=x",
            POD,
            "the Secret 'database' is made in the namespace 'default', but Pod/p in 'airflow'; "
            "write --namespace airflow",
        ),
        (
            "generic database --from-literal=conection=x",
            POD,
            "Pod/p reads the key 'connection' of the Secret 'database', which has 'conection' "
            "instead, which nothing reads; rename that to 'connection'",
        ),
        (
            "generic database",
            POD,
            "Pod/p reads the key 'connection' of the Secret 'database', which has no key; add it "
            "(Pod/p#spec.containers.c.env.A.valueFrom.secretKeyRef)",
        ),
        (
            "generic database --from-literal=connection=x --from-literal=user=y",
            POD,
            "nothing reads the key 'user' of the Secret 'database'; the resources read "
            "'connection': leave it out",
        ),
        (
            "generic database --from-literal=connection=$'x\\n'",
            POD,
            "the value of 'connection' ends in a line break, which becomes part of the variable "
            "that Pod/p makes of it; leave it out (printf instead of echo)",
        ),
    ],
)
def test_a_secret_that_does_not_fit_is_reported(command: str, manifests: str, message: str) -> None:
    [complaint] = complaints(command, manifests)
    assert complaint.startswith(message)


def test_where_the_whole_secret_is_taken_any_key_may_be_there() -> None:
    assert (
        complaints("generic database --from-literal=connection=x --from-literal=y=z", WHOLE) == []
    )
    assert len(complaints("generic database --from-literal=y=z", WHOLE)) == 1


def test_a_key_that_is_optional_need_not_be_there() -> None:
    assert complaints("generic database", POD.replace("key: c", "optional: true, key: c")) == []


def test_a_secret_that_could_not_be_read_in_full_is_not_judged_by_its_keys() -> None:
    assert complaints("generic database --from-env-file=/x", POD) == []


def test_problems_stand_at_the_key_or_the_name() -> None:
    command = "generic database --from-literal=conection=x"
    [problem] = unconsumed(made(command), look(POD))
    assert problem.span.column == len("kubectl create secret ") + command.index("conection") + 1
    [problem] = unconsumed(made("generic database"), look(POD))
    assert problem.span.column == len("kubectl create secret generic ") + 1


PULL = POD.replace("  containers", "  imagePullSecrets: [{name: pull}]\n  containers")


def test_a_registry_s_credentials_need_their_type() -> None:
    login = "docker-registry pull --docker-username=u --docker-password=p"
    assert complaints(login, PULL) == []
    literal = "generic pull --from-literal=.dockerconfigjson={}"
    assert complaints(f"{literal} --type=kubernetes.io/dockerconfigjson", PULL) == []
    [complaint] = complaints(literal, PULL)
    assert "write 'kubectl create secret docker-registry …'" in complaint


def names(example: str, baseline: str, *commands: str) -> list[str]:
    created = [made(command) for command in commands]
    return [one.name for one in unmet(look(example), look(baseline), created)]


def test_what_the_chart_no_longer_renders_must_be_made() -> None:
    [one] = unmet(look(POD), look(POD + MADE), ())
    assert one.rendered_by_default
    assert one.keys == ("connection",)
    assert one.message == (
        "Pod/p needs the key 'connection' of the Secret 'database', which the chart makes by "
        "default but not for this example; show how to make it:\n"
        "kubectl create secret generic database --namespace airflow "
        "--from-literal=connection=<connection>"
    )


def test_what_the_example_alone_refers_to_must_be_made() -> None:
    example = POD.replace("database", "mydatabase")
    assert names(example, POD + MADE) == ["mydatabase"]
    assert names(example, POD + MADE, "generic mydatabase") == []


def test_what_the_defaults_need_and_lack_as_well_is_not_the_example_s_fault() -> None:
    assert names(POD, POD) == []


def test_what_the_defaults_can_do_without_and_the_example_cannot_must_be_made() -> None:
    assert names(POD, POD.replace("key: c", "optional: true, key: c")) == ["database"]


@pytest.mark.parametrize(
    "example",
    [
        POD + MADE,
        POD.replace("key: c", "optional: true, key: c"),
        POD.replace("name: database", 'name: "<your Secret>"'),
        "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: a}\nsecrets: [{name: token}]\n",
    ],
)
def test_what_need_not_be_made(example: str) -> None:
    assert names(example, "apiVersion: v1\nkind: ConfigMap\n") == []


@pytest.mark.parametrize(
    ("manifest", "command"),
    [
        (
            PULL,
            "docker-registry pull --namespace airflow --docker-server=<server> "
            "--docker-username=<username> --docker-password=<password>",
        ),
        (
            "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: i}\n"
            "spec: {tls: [{secretName: cert}]}\n",
            "tls cert --namespace airflow --cert=<certificate> --key=<key>",
        ),
        (
            "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers: [{name: c}]\n"
            "  volumes: [{name: v, secret: {secretName: f, items: [{key: k, path: x}]}}]\n",
            "generic f --namespace airflow --from-file=k=<file>",
        ),
    ],
)
def test_the_command_that_is_proposed_makes_what_is_missing(manifest: str, command: str) -> None:
    found = look(manifest)
    [one] = [one for one in unmet(found, look(POD), ()) if one.name != "database"]
    assert one.message.endswith(f"\nkubectl create secret {command}")
    assert unconsumed(made(command), found) == ()
