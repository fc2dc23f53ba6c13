"""The changes of an example as one text, as a reader of diffs expects it."""

from __future__ import annotations

from textwrap import dedent

from sphinx_airflow_prod.core.changes import Changes, compare
from sphinx_airflow_prod.core.diff import unified_diff
from sphinx_airflow_prod.core.manifests import split
from sphinx_airflow_prod.core.render.base import Rendered

DIGEST = "900000d36b325c0eb02d30a5daebc0d0208c90d0175a1d163f2f1b8be79987f1"
OTHER = "b2fe937560e9635aeb01fce9100c2f836c5880f81c802565ce95fbcc8a56da4c"

WEB = f"""\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels:
    heritage: Helm
spec:
  replicas: 1
  selector: {{}}
  template:
    metadata:
      annotations:
        checksum/config: {DIGEST}
    spec:

      # where
      nodeSelector:
        {{}}
      containers:
        - name: web
          env:
            - name: A
              value: "1"
            - name: B
              value: "2"
          args: [a, b]
"""

CONFIG = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: config
data:
  app.cfg: |
    [core]
    a = 1
    b = 2
    c = 3
    d = 4
    e = 5

    [log]
    # a comment of the text
    level = info
"""


def changes(before: str, after: str) -> Changes:
    def resources(text: str) -> Rendered:
        return Rendered({"chart/a.yaml": text})

    return compare(split(resources(before)).resources, split(resources(after)).resources)


def diff(text: str, *edits: tuple[str, str], context: int = 3) -> str:
    after = text
    for old, new in edits:
        assert old in after
        after = after.replace(old, new)
    return unified_diff(changes(text, after), context)


def body(text: str) -> str:
    """A diff of one resource without the two lines of its head."""
    return text.split("\n", 2)[2]


def test_no_changes_make_no_diff() -> None:
    assert unified_diff(changes(WEB, WEB)) == ""


def test_a_changed_line_stands_under_its_path_with_what_it_belongs_to() -> None:
    assert diff(WEB, ("replicas: 1", "replicas: 2")) == dedent(
        """\
        --- a/Deployment/web (defaults)
        +++ b/Deployment/web
        @@ spec.replicas @@
         spec:
        -  replicas: 1
        +  replicas: 2
           selector: {}
           template:
             metadata:
        """
    )


def test_resources_that_appear_or_vanish_are_named_first() -> None:
    service = "apiVersion: v1\nkind: Service\nmetadata: {name: NAME}\n"
    before = f"{WEB}---\n{service.replace('NAME', 'old')}"
    after = f"{WEB.replace('replicas: 1', 'replicas: 2')}---\n{service.replace('NAME', 'new')}"
    text = unified_diff(changes(before, after))
    assert text.startswith(
        "+ added Service/new\n- removed Service/old\n\n--- a/Deployment/web (defaults)\n"
    )
    assert text.count("Service") == 2


def test_a_new_item_in_front_takes_nothing_from_the_others() -> None:
    new = '            - name: NEW\n              value: "0"\n            - name: A\n'
    assert body(diff(WEB, ("            - name: A\n", new))) == (
        "@@ spec.template.spec.containers.web.env.NEW @@\n"
        "       containers:\n"
        "         - name: web\n"
        "           env:\n"
        "+            - name: NEW\n"
        '+              value: "0"\n'
        "             - name: A\n"
        '               value: "1"\n'
    )


def test_an_item_that_is_gone_stands_where_it_stood() -> None:
    assert body(diff(WEB, ('            - name: B\n              value: "2"\n', ""))) == (
        "@@ spec.template.spec.containers.web.env.B @@\n"
        "           env:\n"
        "             - name: A\n"
        '               value: "1"\n'
        "-            - name: B\n"
        '-              value: "2"\n'
    )


def test_an_empty_mapping_that_is_filled_keeps_its_key() -> None:
    text = body(diff(WEB, ("nodeSelector:\n        {}", "nodeSelector:\n        disk: ssd")))
    assert text == (
        "@@ spec.template.spec.nodeSelector @@\n"
        "     spec:\n"
        "       nodeSelector:\n"
        "-        {}\n"
        "+        disk: ssd\n"
    )


def test_items_without_a_name_are_added_and_taken_away_where_they_stand() -> None:
    lines = "args:\n  - a\n  - b\n  - c\n"
    head = "apiVersion: v1\nkind: X\nmetadata: {name: x}\n"
    assert body(diff(head + lines, ("  - a\n", "  - new\n  - a\n"))) == (
        "@@ args.0 @@\n args:\n+  - new\n   - a\n   - b\n   - c\n"
    )
    assert body(diff(head + lines, ("  - b\n", ""))) == (
        "@@ args.1 @@\n args:\n   - a\n-  - b\n   - c\n"
    )
    assert body(diff(head + lines, ("  - c\n", ""))) == (
        "@@ args.2 @@\n args:\n   - a\n   - b\n-  - c\n"
    )
    assert body(diff(head + lines, ("  - b\n", "  - x: 1\n"))) == (
        "@@ args.1 @@\n args:\n   - a\n-  - b\n+  - x: 1\n   - c\n"
    )


def test_an_item_that_moved_is_gone_there_and_new_here() -> None:
    lines = "env:\n  - name: a\n  - name: b\n  - name: c\n"
    head = "apiVersion: v1\nkind: X\nmetadata: {name: x}\n"
    after = (("  - name: a\n", ""), ("  - name: c\n", "  - name: c\n  - name: a\n"))
    assert body(diff(head + lines, *after)) == (
        "@@ env.a @@\n env:\n-  - name: a\n   - name: b\n   - name: c\n+  - name: a\n"
    )


def test_a_list_on_one_line_is_one_line() -> None:
    text = diff(WEB, ("args: [a, b]", "args: [x, a, y]"))
    assert [line for line in text.splitlines() if line[:2] in ("- ", "+ ")] == [
        "-          args: [a, b]",
        "+          args: [x, a, y]",
    ]


def test_checksums_comments_and_blank_lines_are_no_changes() -> None:
    text = diff(
        WEB,
        (DIGEST, OTHER),
        ("\n      # where\n", "      # why\n\n\n"),
        ("replicas: 1", "replicas: 2"),
    )
    assert text == diff(WEB, ("replicas: 1", "replicas: 2"))
    assert diff(WEB, (DIGEST, OTHER)) == ""
    near = body(diff(WEB, (DIGEST, OTHER), ("annotations:\n", "annotations:\n        a: b\n")))
    assert near == (
        "@@ spec.template.metadata.annotations.a @@\n"
        "   template:\n"
        "     metadata:\n"
        "       annotations:\n"
        "+        a: b\n"
        f"         checksum/config: {OTHER}\n"
    )


def test_a_text_is_compared_by_its_lines_and_names_the_section() -> None:
    assert body(diff(CONFIG, ("    b = 2\n", ""), ("info", "debug"), context=1)) == (
        "@@ data.app.cfg [core] @@\n"
        "     a = 1\n"
        "-    b = 2\n"
        "     c = 3\n"
        "@@ data.app.cfg [log] @@\n"
        "     # a comment of the text\n"
        "-    level = info\n"
        "+    level = debug\n"
    )


def test_changes_near_each_other_share_a_hunk() -> None:
    text = body(diff(CONFIG, ("a = 1", "a = x"), ("e = 5", "e = x")))
    assert text.count("@@ data.app.cfg [core] @@") == 1
    assert "     b = 2\n     c = 3\n     d = 4\n" in text
    assert diff(CONFIG, ("a = 1", "a = x"), ("e = 5", "e = x"), context=1).count("@@ ") == 2


def test_trailing_blanks_that_changed_in_a_text_are_kept() -> None:
    assert "-    a = 1\n+    a = 1 \n" in diff(CONFIG, ("a = 1\n", "a = 1 \n"))


def test_the_same_lines_again_are_referred_to() -> None:
    def deployment(name: str) -> str:
        return WEB.replace("name: web", f"name: {name}")

    before = "---\n".join(map(deployment, ("a", "b", "c")))
    after = before.replace("replicas: 1", "replicas: 2")
    after = after.replace("name: c\n", "name: c\n  namespace: x\n", 0)
    assert unified_diff(changes(before, after)).split("\n\n")[1:] == [
        "--- a/Deployment/b (defaults)\n+++ b/Deployment/b\n@@ spec.replicas @@\n"
        " (the same lines as in Deployment/a)",
        "--- a/Deployment/c (defaults)\n+++ b/Deployment/c\n@@ spec.replicas @@\n"
        " (the same lines as in Deployment/a)\n",
    ]


def test_a_resource_with_more_changes_than_an_earlier_one_is_shown_in_full() -> None:
    def deployment(name: str) -> str:
        return WEB.replace("name: web", f"name: {name}")

    before = f"{deployment('a')}---\n{deployment('b')}"
    after = before.replace("replicas: 1", "replicas: 2")
    after = after[::-1].replace("[a, b]"[::-1], "[z]"[::-1], 1)[::-1]
    assert "the same lines" not in unified_diff(changes(before, after))
