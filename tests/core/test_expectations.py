"""What a claim about a rendered manifest says: mappings, lists, scalars, absence."""

from __future__ import annotations

import pytest

from tests.core.claims import CONFIG, DEPLOYMENT, ROLE, against, holds, said


def test_a_mapping_may_have_other_keys_than_those_claimed() -> None:
    assert holds(DEPLOYMENT, "spec:\n  replicas: 1\n")


def test_a_mismatch_names_path_claimed_and_rendered_at_the_claims_own_line() -> None:
    text = """
        spec:
          template:
            spec:
              # the global setting wins
              securityContext:
                runAsUser: 40000  # not this
    """
    [found] = against(DEPLOYMENT, text)
    assert found.message == (
        "spec.template.spec.securityContext.runAsUser: claimed 40000, rendered 50000"
    )
    assert (found.span.path, found.span.line, found.span.column) == ("guide.rst", 6, 9)


def test_every_mismatch_is_reported_in_the_order_of_the_claim() -> None:
    text = """
        spec:
          template:
            spec:
              securityContext: {runAsUser: 1, fsGroup: 2}
          replicas: 3
        metadata:
          labels:
            tier: none
    """
    assert said(DEPLOYMENT, text) == [
        "4:25: spec.template.spec.securityContext.runAsUser: claimed 1, rendered 50000",
        "4:39: spec.template.spec.securityContext.fsGroup: claimed 2, rendered 0",
        "5:3: spec.replicas: claimed 3, rendered 1",
        '8:5: metadata.labels.tier: claimed "none", rendered "airflow"',
    ]


def test_a_key_that_is_not_rendered_comes_with_the_nearest_that_is() -> None:
    text = """
        spec:
          replica: 1
          strategy: Recreate
          template:
            spec:
              nodeSelector:
                disktype: ssd
    """
    assert said(DEPLOYMENT, text) == [
        "2:3: spec.replica: claimed 1, rendered nothing; did you mean 'replicas', which is 1?",
        '3:3: spec.strategy: claimed "Recreate", rendered nothing; '
        "keys there: replicas, paused, revisionHistoryLimit, template",
        '7:9: spec.template.spec.nodeSelector.disktype: claimed "ssd", rendered nothing; '
        "there is nothing but {}",
    ]


@pytest.mark.parametrize(
    ("claimed", "expected"),
    [
        ("replicas: '1'", 'claimed the string "1", rendered the integer 1'),
        ("paused: 'false'", 'claimed the string "false", rendered the boolean false'),
        ("paused: 0", "claimed 0, rendered false"),
        ("replicas: true", "claimed true, rendered 1"),
        ("template: x", 'claimed "x", rendered {"metadata": '),
        ("replicas: {a: 1}", 'claimed {"a": 1}, rendered 1'),
        ("replicas: [1]", "claimed [1], rendered 1"),
    ],
)
def test_scalars_are_typed(claimed: str, expected: str) -> None:
    [line] = said(DEPLOYMENT, f"spec:\n  {claimed}\n")
    assert expected in line


@pytest.mark.parametrize(
    "claimed", ["replicas: 1.0", "replicas: 0x1", "paused: no", "paused: off", "paused: False"]
)
def test_scalars_mean_what_kubernetes_reads(claimed: str) -> None:
    assert holds(DEPLOYMENT, f"spec:\n  {claimed}\n")


def test_dates_and_times_are_strings() -> None:
    manifest = DEPLOYMENT.replace("tier: airflow", "tier: '2026-11-22'\n    at: '1:30'")
    assert holds(manifest, "metadata:\n  labels:\n    tier: 2026-11-22\n    at: 1:30\n")


@pytest.mark.parametrize("null", ["null", "~", "", "Null"])
def test_null_claims_that_a_key_is_not_there_or_null(null: str) -> None:
    assert holds(DEPLOYMENT, f"spec:\n  strategy: {null}\n")
    assert holds(DEPLOYMENT, f"spec:\n  revisionHistoryLimit: {null}\n")
    assert said(DEPLOYMENT, f"spec:\n  replicas: {null}\n") == [
        "2:3: spec.replicas: claimed absent, rendered 1"
    ]


def test_what_holds_an_absent_key_must_be_there_itself() -> None:
    [line] = said(DEPLOYMENT, "spec:\n  securitContext:\n    runAsUser: null\n")
    assert line.startswith(
        '2:3: spec.securitContext: claimed {"runAsUser": null}, rendered nothing'
    )


def test_an_empty_mapping_or_list_claims_just_that() -> None:
    assert holds(DEPLOYMENT, "spec: {template: {spec: {nodeSelector: {}, tolerations: []}}}")
    text = "spec:\n  template:\n    spec:\n      securityContext: {}\n      containers: []\n"
    assert [line.partition(", rendered")[0] for line in said(DEPLOYMENT, text)] == [
        "4:7: spec.template.spec.securityContext: claimed {}",
        "5:7: spec.template.spec.containers: claimed []",
    ]


def test_generated_stands_for_any_value_that_is_not_empty() -> None:
    path = "spec:\n  template:\n    metadata:\n      annotations:\n        "
    assert holds(DEPLOYMENT, path + "checksum/config: <generated>\n")
    assert holds(DEPLOYMENT, "spec:\n  replicas: <generated>\n  paused: <generated>\n")
    assert said(CONFIG, "data:\n  empty: <generated>\n  other: <generated>\n") == [
        '2:3: data.empty: claimed any non-empty value, rendered ""',
        "3:3: data.other: claimed any non-empty value, rendered nothing; "
        "keys there: airflow.cfg, empty, one",
    ]
    assert not holds(DEPLOYMENT, "spec:\n  template:\n    spec:\n      nodeSelector: <generated>\n")
    assert not holds(DEPLOYMENT, "spec:\n  revisionHistoryLimit: <generated>\n")


def test_generated_is_text_like_any_other_within_a_longer_text() -> None:
    assert not holds(CONFIG, "data:\n  one: a <generated> word\n")


# Lists


CONTAINERS = "spec:\n  template:\n    spec:\n      containers:\n"


def test_items_with_a_name_are_found_by_it_in_whatever_order() -> None:
    assert holds(DEPLOYMENT, CONTAINERS + "      - name: log-groomer\n      - name: scheduler\n")


def test_the_path_of_a_mismatch_in_an_item_goes_by_its_name() -> None:
    text = CONTAINERS + "      - image: apache/airflow:2\n        name: log-groomer\n"
    assert said(DEPLOYMENT, text) == [
        "5:9: spec.template.spec.containers.log-groomer.image: "
        'claimed "apache/airflow:2", rendered "apache/airflow:3.1.0"'
    ]


def test_an_item_that_is_not_there_comes_with_those_that_are() -> None:
    text = CONTAINERS + "      - name: schedular\n      - name: git-sync\n"
    assert said(DEPLOYMENT, text) == [
        "5:7: spec.template.spec.containers: claimed an item 'schedular', rendered none "
        "(did you mean 'scheduler'?); the items are: scheduler, log-groomer",
        "6:7: spec.template.spec.containers: claimed an item 'git-sync', rendered none; "
        "the items are: scheduler, log-groomer",
    ]


def test_nothing_is_suggested_that_is_claimed_already() -> None:
    text = CONTAINERS + "      - name: schedular\n      - name: scheduler\n"
    [line] = said(DEPLOYMENT, text)
    assert "did you mean" not in line
    [line] = said(DEPLOYMENT, "spec:\n  replica: 1\n  replicas: 1\n")
    assert "did you mean" not in line


def test_volume_mounts_are_found_by_their_path_where_one_volume_is_mounted_twice() -> None:
    mounts = CONTAINERS + "      - name: scheduler\n        volumeMounts:\n        "
    assert holds(
        DEPLOYMENT,
        mounts + "- {name: config, mountPath: /opt/airflow/config/local_settings.py}\n",
    )
    assert said(DEPLOYMENT, mounts + "- {name: config, mountPath: /opt/airflow/dags}\n") == [
        "7:9: spec.template.spec.containers.scheduler.volumeMounts: claimed an item with mountPath "
        '"/opt/airflow/dags", rendered none; the items are: "/opt/airflow/airflow.cfg", '
        '"/opt/airflow/config/local_settings.py"'
    ]


def test_merge_keys_are_typed_as_well() -> None:
    ports = CONTAINERS + "      - name: scheduler\n        ports:\n        - containerPort: "
    assert holds(DEPLOYMENT, ports + "8793\n")
    assert said(DEPLOYMENT, ports + "'8793'\n") == [
        "7:9: spec.template.spec.containers.scheduler.ports: claimed an item with containerPort "
        '"8793", rendered none; the items are: 8793'
    ]


def test_items_claimed_without_their_merge_key_are_found_by_what_they_hold() -> None:
    assert holds(DEPLOYMENT, CONTAINERS + "      - image: apache/airflow:3.1.0\n")
    text = CONTAINERS + "      - args: [bash, -c, exec airflow worker]\n        resources: {}\n"
    assert said(DEPLOYMENT, text) == [
        "5:26: spec.template.spec.containers.scheduler.args: claimed an item "
        '"exec airflow worker", rendered none; '
        'the items are: "bash", "-c", "exec airflow scheduler"'
    ]


ARGS = CONTAINERS + "      - name: scheduler\n        args: "


@pytest.mark.parametrize("args", ["[bash, -c]", "[exec airflow scheduler]", "[bash, ..., -c]"])
def test_other_lists_are_claimed_in_their_order_with_anything_in_between(args: str) -> None:
    assert holds(DEPLOYMENT, f"{ARGS}{args}\n")


def test_items_in_another_order_do_not_hold() -> None:
    [line] = said(DEPLOYMENT, ARGS + "[-c, bash]\n")
    assert line == (
        '6:16: spec.template.spec.containers.scheduler.args: "-c" rendered in another order or '
        'less often; the items are: "bash", "-c", "exec airflow scheduler"'
    )


def test_an_item_claimed_twice_must_be_there_twice() -> None:
    [line] = said(DEPLOYMENT, ARGS + "[bash, bash]\n")
    assert '"bash" rendered in another order or less often' in line


def test_mappings_without_a_merge_key_are_found_by_what_they_hold() -> None:
    text = """
        rules:
        - resources: [pods]
          verbs: [create, delete]
        - resources: [events]
    """
    assert holds(ROLE, text)


def test_the_nearest_of_them_says_what_is_wrong() -> None:
    text = """
        rules:
        - apiGroups: [""]
          resources: [pods/log]
          verbs: [get, list]
        - apiGroups: [batch]
          resources: [jobs]
    """
    assert said(ROLE, text) == [
        '4:16: rules.1.verbs: claimed an item "list", rendered none; the items are: "get"',
        '5:1: rules: claimed an item {"apiGroups": ["batch"], "resources": ["jobs"]}, rendered '
        'none; the items are: {"apiGroups": [""], "resources": ["pods…, '
        '{"apiGroups": [""], "resources": ["pods…, {"apiGroups": [""], "resources": ["even…',
    ]


def test_a_null_item_claims_a_null_item() -> None:
    manifest = DEPLOYMENT.replace("[bash, -c, exec airflow scheduler]", "[bash, null]")
    assert holds(manifest, ARGS + "[null]\n")
    assert not holds(DEPLOYMENT, ARGS + "[null]\n")


# Texts of several lines

CFG = "data:\n  airflow.cfg: |\n    "


def test_a_text_must_be_equal() -> None:
    lines = CONFIG[CONFIG.index("[celery]") : CONFIG.index("  empty")]
    assert holds(CONFIG, CFG + lines)
    assert said(CONFIG, CFG + lines.replace("= 16", "= 8").replace("False", "True")) == [
        '4:5: data.airflow.cfg: claimed the line "worker_concurrency = 8", '
        'rendered "worker_concurrency = 16"',
        '9:5: data.airflow.cfg: claimed the line "load_examples = True", '
        'rendered "load_examples = False"',
    ]


def test_lines_of_a_text_may_be_left_out_where_an_ellipsis_says_so() -> None:
    text = """
        data:
          airflow.cfg: |
            ...
            [core]
            executor = CeleryExecutor
            ...
            run_duration = 41460
    """
    assert holds(CONFIG, text)


def test_lines_may_not_be_left_out_without_one() -> None:
    text = """
        data:
          airflow.cfg: |
            ...
            [core]
            load_examples = False
            ...
    """
    assert said(CONFIG, text) == [
        '4:5: data.airflow.cfg: the line "executor = CeleryExecutor" is rendered after this one '
        "and not claimed; write '...' where lines are left out"
    ]


def test_a_text_begins_and_ends_where_the_claim_does() -> None:
    [first, last] = said(CONFIG, CFG + "[core]\n    ...\n    load_examples = False\n")
    assert 'the line "[celery]" and 3 more is rendered before the first' in first
    assert 'the line "" and 2 more is rendered after this one' in last


def test_a_line_of_another_section_does_not_count() -> None:
    text = CFG + "...\n    [core]\n    run_duration = 41460\n"
    assert not holds(CONFIG, text)


def test_blanks_at_the_end_of_lines_and_texts_do_not_count() -> None:
    manifest = CONFIG.replace("prefix =", "prefix = ").replace("41460", "41460\n\n")
    assert holds(
        manifest, CFG + "...\n    flower_url_prefix =\n    ...\n    run_duration = 41460\n"
    )
    assert holds(CONFIG, "data:\n  one: |\n    just a word\n")
    assert not holds(CONFIG, 'data:\n  one: "just a word\\n"\n')


def test_an_ellipsis_at_any_indent_is_a_line_of_the_text_around_it() -> None:
    text = "data:\n  airflow.cfg: |\n    [celery]\n...\n    run_duration = 41460\n"
    assert holds(CONFIG, text)
    assert holds(CONFIG, CFG + "      ...\n    [core]\n  ...\n    run_duration = 41460\n")
    assert holds(CONFIG, CFG + "...\n  one: just a word\n")
    assert holds(CONFIG, CFG + "[celery]\n\n    ...\n\n    [scheduler]\n\n    ...\n\n")


def test_a_text_of_nothing_but_an_ellipsis_is_any_text() -> None:
    assert holds(CONFIG, CFG + "...\n")
    assert not holds(DEPLOYMENT, "spec:\n  replicas: |\n    ...\n")


def test_dots_that_begin_a_text_tell_where_its_lines_begin() -> None:
    manifest = """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: a}
        data:
          pod.yaml: |
            spec:
              containers:
                - name: base
              volumes: []
    """
    head = "data:\n  pod.yaml: |\n"
    assert holds(manifest, head + "    ...\n      containers:\n        - name: base\n    ...\n")
    assert not holds(manifest, head + "      ...\n      containers:\n      ...\n")
    assert holds(manifest, head + "...\n          - name: base\n        volumes: []\n") is False
    assert holds(manifest, head + "      ...\n     - name: base\n    ...\n") is False
    assert holds(manifest, head + "   \n  ...\n    spec:\n...\n      volumes: []\n")


def test_lines_that_are_rendered_elsewhere_are_told_so() -> None:
    [line] = said(CONFIG, CFG + "...\n    executor = CeleryExecutor\n    [core]\n    ...\n")
    assert "is rendered, but not at this place" in line


def test_long_texts_are_shown_from_where_they_differ() -> None:
    long = "airflow db migrate && " * 20
    manifest = CONFIG.replace("just a word", long + "exec a")
    [line] = said(manifest, f"data:\n  one: {long}exec b\n")
    assert line == (
        '2:3: data.one: claimed …" db migrate && exec b", rendered …" db migrate && exec a"'
    )
