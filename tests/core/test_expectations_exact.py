"""Claims that name all there is, claims that need the example, and which resource is meant."""

from __future__ import annotations

import pytest

from sphinx_airflow_prod.core.expectations import Problem, candidates, contrast, find
from sphinx_airflow_prod.core.resource import Resource
from sphinx_airflow_prod.core.selectors import Selector, parse_selectors
from tests.core.claims import AT, CONFIG, DEPLOYMENT, ROLE, claim, holds, resource, said, told

CONTEXT = "spec:\n  template:\n    spec:\n      securityContext:\n        "


def test_an_exact_claim_names_all_keys_where_its_path_ends() -> None:
    assert holds(DEPLOYMENT, CONTEXT + "runAsUser: 50000\n        fsGroup: 0\n", exact=True)
    assert said(DEPLOYMENT, CONTEXT + "runAsUser: 50000\n", exact=True) == [
        "4:7: spec.template.spec.securityContext.fsGroup: not claimed, rendered 0; "
        "an exact claim must name it, or have a line of '...' beside it"
    ]


def test_the_path_of_an_exact_claim_leads_through_lists_with_one_named_item() -> None:
    head = "spec:\n  template:\n    spec:\n      containers:\n      - name: scheduler\n"
    assert holds(DEPLOYMENT, head + "        ports:\n        - containerPort: 8793\n", exact=True)
    assert said(
        DEPLOYMENT, head + "        args: [bash, exec airflow scheduler]\n", exact=True
    ) == [
        '6:9: spec.template.spec.containers.scheduler.args.1: not claimed, rendered "-c"; '
        "an exact claim must name it, or have a line of '...' beside it"
    ]


def test_the_path_ends_where_it_forks_and_all_below_must_be_named() -> None:
    text = (
        "spec:\n  template:\n    spec:\n      containers:\n"
        "      - name: scheduler\n        resources: {}\n        ports: [{containerPort: 8793}]\n"
    )
    found = said(DEPLOYMENT, text, exact=True)
    assert [line.partition(" not claimed")[0] for line in found] == [
        "5:7: spec.template.spec.containers.scheduler.image:",
        "5:7: spec.template.spec.containers.scheduler.args:",
        "5:7: spec.template.spec.containers.scheduler.env:",
        "5:7: spec.template.spec.containers.scheduler.volumeMounts:",
        "4:7: spec.template.spec.containers.log-groomer:",
    ]


def test_dots_leave_their_own_mapping_or_list_open_and_nothing_below() -> None:
    text = """
        spec:
          ...
          template:
            spec:
              nodeSelector: {}
              ...
              securityContext:
                runAsUser: 50000
    """
    assert [line.partition(":")[0] for line in said(DEPLOYMENT, text, exact=True)] == ["7"]
    assert holds(DEPLOYMENT, text + "                ...\n", exact=True)
    args = "spec: {template: {spec: {containers: [{name: scheduler, args: [bash, ...]}]}}}\n"
    assert holds(DEPLOYMENT, args, exact=True)


def test_a_whole_manifest_is_exact_whether_it_names_itself_or_not() -> None:
    assert holds(CONFIG, CONFIG, exact=True)
    assert holds(CONFIG, CONFIG[CONFIG.index("\ndata") :], exact=True)
    assert holds(DEPLOYMENT, DEPLOYMENT, exact=True)
    body = DEPLOYMENT[DEPLOYMENT.index("  labels") :]
    assert holds(DEPLOYMENT, "metadata:\n" + body, exact=True)


def test_other_metadata_has_to_be_named_where_the_whole_manifest_is_exact() -> None:
    text = "kind: A\nspec: {}\nstatus: {}\n"
    manifest = f"apiVersion: v1\nmetadata: {{name: a, labels: {{x: a}}}}\n{text}"
    assert said(manifest, text, exact=True) == [
        '1:1: metadata.labels: not claimed, rendered {"x": "a"}; '
        "an exact claim must name it, or have a line of '...' beside it"
    ]


def test_keys_rendered_as_null_need_not_be_named() -> None:
    manifest = "apiVersion: v1\nkind: A\nmetadata: {name: a}\nspec: {a: 1, b: null}\n"
    assert holds(manifest, "spec: {a: 1}\n", exact=True)


def test_an_exact_list_has_no_other_items_and_the_same_order() -> None:
    env = (
        "spec:\n  template:\n    spec:\n      containers:\n      - name: scheduler\n        env:\n"
    )
    one = "        - {name: AIRFLOW__CORE__EXECUTOR, value: CeleryExecutor}\n"
    two = '        - {name: AIRFLOW__CELERY__WORKER_CONCURRENCY, value: "16"}\n'
    key = "        - name: AIRFLOW__CORE__FERNET_KEY\n          valueFrom: ...\n"
    assert holds(DEPLOYMENT, env + one + two + key, exact=True)
    [line] = said(DEPLOYMENT, env + one, exact=True)[:1]
    assert "env.AIRFLOW__CELERY__WORKER_CONCURRENCY: not claimed" in line
    [line] = said(DEPLOYMENT, env + two + one + key, exact=True)
    assert "rendered in another order" in line
    assert holds(DEPLOYMENT, env + two + one + key)
    assert not holds(ROLE, ROLE.replace("[pods/log]", "[]"), exact=True)
    assert not holds(ROLE, ROLE[: ROLE.rindex("  - apiGroups")], exact=True)


# Contrast: does the claim need the example?


def changed(old: str, new: str) -> Resource:
    """The resource as it is by default, unlike DEPLOYMENT in one place."""
    assert old in DEPLOYMENT
    return resource(DEPLOYMENT.replace(old, new))


def test_a_claim_that_holds_of_the_defaults_has_no_contrast() -> None:
    assert not contrast(claim(DEPLOYMENT), resource(DEPLOYMENT))
    assert not contrast(claim("spec:\n  replicas: 1\n"), changed("fsGroup: 0", "fsGroup: 1"))


def test_one_leaf_that_differs_is_contrast_enough() -> None:
    assert contrast(claim(DEPLOYMENT), changed("fsGroup: 0", "fsGroup: 1"))
    assert contrast(
        claim(DEPLOYMENT), changed("        - name: log-groomer\n", "        - name: x\n")
    )


def test_so_is_a_resource_that_the_defaults_do_not_render() -> None:
    assert contrast(claim("spec: ...\n"), None)


def test_absence_is_contrast_where_the_defaults_have_something() -> None:
    assert contrast(claim("spec:\n  strategy: null\n"), changed("paused", "strategy: x\n  paused"))
    assert not contrast(claim("spec:\n  strategy: null\n"), resource(DEPLOYMENT))


def test_generated_and_left_out_values_are_contrast_where_the_defaults_have_nothing() -> None:
    for value in ("<generated>", "..."):
        text = claim(f"spec:\n  paused: {value}\n")
        assert contrast(text, changed("  paused: false\n", ""))
        assert not contrast(text, changed("paused: false", "paused: true"))


def test_what_an_exact_claim_rules_out_is_contrast_too() -> None:
    text = claim(CONTEXT + "runAsUser: 50000\n        fsGroup: 0\n")
    baseline = changed("fsGroup: 0", "fsGroup: 0\n        runAsGroup: 5")
    assert contrast(text, baseline, exact=True)
    assert not contrast(text, baseline)


def test_identity_never_counts() -> None:
    text = claim(
        "apiVersion: apps/v2\nkind: Deploy\nmetadata: {name: other}\nspec: {replicas: 1}\n"
    )
    assert not contrast(text, resource(DEPLOYMENT))


# Which resource?

OTHER = DEPLOYMENT.replace("apps/v1", "acme.io/v1")
RESOURCES = [resource(text) for text in (DEPLOYMENT, CONFIG, ROLE)]


def problems(text: str, argument: str = "", among: list[Resource] = RESOURCES) -> list[str]:
    """Return why no resource is found for a claim."""
    found = find(claim(text), selector(argument), among, AT)
    assert isinstance(found, tuple)
    assert all(isinstance(problem, Problem) for problem in found)
    return told(found)


def selector(argument: str) -> Selector | None:
    return parse_selectors(argument)[0] if argument else None


@pytest.mark.parametrize("argument", ["Deployment/air-scheduler", "Deployment/*", "*/*-scheduler"])
def test_the_argument_names_the_resource(argument: str) -> None:
    assert find(claim("spec: ...\n"), selector(argument), RESOURCES, AT) is RESOURCES[0]


def test_else_the_body_does() -> None:
    assert find(claim(CONFIG), None, RESOURCES, AT) is RESOURCES[1]
    assert find(claim(CONFIG), selector("ConfigMap/air-config"), RESOURCES, AT) is RESOURCES[1]
    assert problems("kind: ConfigMap\nspec: ...\n") == [
        "1:1: the claim names no resource; give it as the argument (Kind/name), or write kind "
        "and metadata.name in the body"
    ]


def test_the_nearest_are_named_where_there_is_none_of_that_name() -> None:
    assert problems("spec: ...\n", "Deployment/air-schedular") == [
        "1:1: no Deployment/air-schedular is rendered; the nearest are Deployment/air-scheduler, "
        "Role/air-pod-launcher, ConfigMap/air-config"
    ]
    assert problems("\n" + CONFIG.replace("air-config", "config")) == [
        "4:3: no ConfigMap/config is rendered; the nearest are ConfigMap/air-config, "
        "Role/air-pod-launcher, Deployment/air-scheduler"
    ]
    assert problems("spec: ...\n", "A/b", among=[]) == [
        "1:1: no A/b is rendered; nothing is rendered at all"
    ]


def test_several_of_a_name_are_an_error_unless_the_body_tells_them_apart() -> None:
    both = [*RESOURCES, resource(OTHER)]
    assert problems("spec: ...\n", "Deployment/air-scheduler", both) == [
        "1:1: 'Deployment/air-scheduler' names several rendered resources: "
        "Deployment/air-scheduler (apps/v1, from air/templates/x.yaml), "
        "Deployment/air-scheduler (acme.io/v1, from air/templates/x.yaml)"
    ]
    text = claim("apiVersion: acme.io/v1\nspec: ...\n")
    assert find(text, selector("Deployment/air-scheduler"), both, AT) is both[3]


def test_the_namespace_tells_apart_as_well() -> None:
    there = resource(CONFIG.replace("  name: air-config\n", "  name: air-config\n  namespace: b\n"))
    text = claim(there.raw)
    assert find(text, None, [*RESOURCES, there], AT) is there


def test_body_and_argument_may_not_contradict_each_other() -> None:
    text = "spec: ...\nkind: Deployment\nmetadata:\n  name: air-worker\n"
    assert problems(text, "Deployment/air-scheduler") == [
        "4:3: the argument names Deployment/air-scheduler, the body kind Deployment and name "
        "air-worker; make them agree"
    ]
    assert problems("kind: StatefulSet\nspec: ...\n", "*/air-scheduler") == [
        "1:1: the argument names Deployment/air-scheduler, the body kind StatefulSet; "
        "make them agree"
    ]


def test_the_argument_names_no_part_of_a_resource() -> None:
    assert problems("replicas: 1\n", "Deployment/air-scheduler#spec") == [
        "1:1: 'Deployment/air-scheduler#spec' names a part of a resource; name the resource, and "
        "write the way to 'spec' in the claim itself"
    ]


def test_an_absent_resource_has_no_candidates() -> None:
    empty = claim("", may_be_empty=True)
    assert candidates(empty, selector("Deployment/air-triggerer"), RESOURCES) == ()
    assert candidates(empty, selector("Deployment/*"), RESOURCES) == (RESOURCES[0],)
    assert candidates(empty, None, RESOURCES) == ()
