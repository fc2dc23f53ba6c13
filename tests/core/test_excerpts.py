"""What a reader sees of a resource: the changed lines, and the way to them."""

from __future__ import annotations

from textwrap import dedent

from sphinx_airflow_prod.core.changes import ResourceChange, compare
from sphinx_airflow_prod.core.excerpts import Excerpt, excerpt, summary, whole
from sphinx_airflow_prod.core.manifests import Resource, parse_selectors, split
from sphinx_airflow_prod.core.render.base import Rendered

DIGEST = "900000d36b325c0eb02d30a5daebc0d0208c90d0175a1d163f2f1b8be79987f1"

DEPLOYMENT = f"""\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels:
    tier: front
    release: r
spec:
  replicas: 1
  selector:
    matchLabels:
      tier: front
  template:
    metadata:
      labels:
        tier: front
      annotations:
        checksum/config: {DIGEST}
    spec:
      nodeSelector:
        {{}}
      # what runs
      containers:
        - name: web
          image: web:1
          args: ["serve", "--all"]
          env:

            - name: A
              value: "1"
            - name: B
              valueFrom:
                secretKeyRef:
                  name: old
                  key: connection
            - name: C
              value: "3"
          resources:
            {{}}
        - name: sidecar
          image: sidecar:1
          env:
            - name: A
              value: "1"
      volumes:
      - name: data
        emptyDir: {{}}
"""

CONFIG = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: config
data:
  app.cfg: |
    [core]
    # how many
    parallelism = 1
    home = /opt

    [log]
    level = info
    colour = no
    remote = no

    [web]
    port = 80
  pod.yaml: |-
    kind: Pod
    spec:
      containers:
        - name: base
          image: x:1
          args: []
      volumes: []
    status: {}
"""


def one(text: str) -> Resource:
    [found] = split(Rendered({"a.yaml": text})).resources
    return found


def change(text: str, *edits: tuple[str, str]) -> ResourceChange:
    after = text
    for old, new in edits:
        assert after.count(old) == 1, old
        after = after.replace(old, new)
    [found] = compare([one(text)], [one(after)]).changed
    return found


def shown(excerpt: Excerpt) -> str:
    """The excerpt with the highlighted lines marked in the margin."""
    lines = excerpt.text.splitlines()
    return "\n".join(
        f"{'>' if number in excerpt.highlight else ' '}{line}".rstrip()
        for number, line in enumerate(lines, 1)
    )


def expect(excerpt: Excerpt, text: str) -> None:
    assert shown(excerpt) == dedent(text).strip("\n")


def test_a_changed_line_is_shown_with_the_keys_that_lead_to_it() -> None:
    expect(
        excerpt(change(DEPLOYMENT, ("name: old", "name: new"))),
        """
         apiVersion: apps/v1
         kind: Deployment
         metadata:
           name: web
           ...
         spec:
           ...
           template:
             ...
             spec:
               ...
               containers:
                 - name: web
                   ...
                   env:
                     ...
                     - name: B
                       valueFrom:
                         secretKeyRef:
        >                  name: new
                           key: connection
               ...
        """,
    )


def test_a_single_line_is_shown_rather_than_left_out_unless_it_is_a_checksum() -> None:
    found = excerpt(
        change(
            DEPLOYMENT,
            ("      nodeSelector:\n        {}", "      nodeSelector:\n        disk: ssd"),
        )
    )
    assert "checksum" not in found.text
    expect(
        excerpt(change(DEPLOYMENT, ("replicas: 1", "replicas: 2"))),
        """
         apiVersion: apps/v1
         kind: Deployment
         metadata:
           name: web
           ...
         spec:
        >  replicas: 2
           ...
        """,
    )


def test_what_was_empty_and_is_filled_is_highlighted_without_its_key() -> None:
    text = shown(
        excerpt(
            change(DEPLOYMENT, ("nodeSelector:\n        {}", "nodeSelector:\n        disk: ssd"))
        )
    )
    assert "\n       nodeSelector:\n>        disk: ssd\n" in text


def test_an_item_that_is_new_is_highlighted_as_a_whole_and_no_other() -> None:
    new = "            - name: NEW\n              value: x\n"
    text = shown(
        excerpt(change(DEPLOYMENT, ("            - name: C\n", new + "            - name: C\n")))
    )
    assert text.count(">") == 2
    assert ">            - name: NEW\n>              value: x\n       ..." in text


def test_what_was_taken_away_leaves_its_parent_and_no_highlight() -> None:
    gone = '            - name: C\n              value: "3"\n'
    found = excerpt(change(DEPLOYMENT, (gone, "")))
    assert found.highlight == ()
    assert "        - name: web\n          ...\n          env:\n            ...\n" in found.text


def test_a_key_whose_values_are_left_out_does_not_look_empty() -> None:
    gone = "      labels:\n        tier: front\n      annotations"
    found = excerpt(change(DEPLOYMENT, (gone, "      annotations")))
    assert "  template:\n    metadata:\n      ...\n" in found.text


def test_a_list_on_one_line_is_shown_with_that_line() -> None:
    text = shown(excerpt(change(DEPLOYMENT, ('"--all"', '"--some"'))))
    assert '\n>          args: ["serve", "--some"]\n' in text


def test_a_text_shows_changed_lines_with_their_section_and_neighbours() -> None:
    expect(
        excerpt(change(CONFIG, ("colour = no", "colour = yes"), ("port = 80", "port = 81"))),
        """
         apiVersion: v1
         kind: ConfigMap
         metadata:
           name: config
         data:
           app.cfg: |
             ...
             [log]
             level = info
        >    colour = yes
             remote = no

             [web]
        >    port = 81
           ...
        """,
    )


def test_yaml_within_a_text_shows_the_keys_that_lead_to_a_changed_line() -> None:
    text = shown(excerpt(change(CONFIG, ("image: x:1", "image: x:2"))))
    assert text.endswith(
        dedent(
            """
               pod.yaml: |-
                 kind: Pod
                 spec:
                   containers:
                     - name: base
            >          image: x:2
                       args: []
                   volumes: []
                 status: {}
            """
        ).rstrip("\n")
    )


def test_a_comment_sign_within_a_text_is_no_comment() -> None:
    text = shown(excerpt(change(CONFIG, ("# how many", "# how much"))))
    assert "\n>    # how much\n" in text


def test_a_new_resource_is_shown_whole() -> None:
    new = one(CONFIG)
    [added] = compare([], [new]).added
    assert excerpt(added) == Excerpt(new.raw, (), complete=True)


def test_a_long_new_resource_is_shown_by_its_upper_levels() -> None:
    found = summary(one(DEPLOYMENT), limit=20)
    assert not found.complete
    assert "checksum" not in found.text
    assert "    spec:\n      nodeSelector:\n" in found.text
    assert "        - name: web\n" not in found.text
    assert (
        "        - name: web\n          image: web:1\n" in summary(one(DEPLOYMENT), limit=30).text
    )


def test_a_long_text_in_a_new_resource_is_shown_from_its_beginning() -> None:
    body = "".join(f"    line {n}\n" for n in range(500))
    found = summary(one(CONFIG.split("  app.cfg", maxsplit=1)[0] + "  app.cfg: |\n" + body))
    assert found.text.endswith("    line 52\n    line 53\n    ...\n")
    assert len(found.text.splitlines()) == 61


def test_an_excerpt_can_be_narrowed_to_a_path() -> None:
    changed = change(DEPLOYMENT, ("name: old", "name: new"), ("replicas: 1", "replicas: 2"))
    [selector] = parse_selectors("Deployment/web#spec.template.spec.containers.web.env.B")
    expected = """
         apiVersion: apps/v1
         kind: Deployment
         metadata:
           name: web
           ...
         spec:
           ...
           template:
             ...
             spec:
               ...
               containers:
                 - name: web
                   ...
                   env:
                     ...
                     - name: B
                       valueFrom:
                         secretKeyRef:
        >                  name: new
                           key: connection
               ...
        """
    expect(excerpt(changed, selector.path_in(changed.resource)), expected)
    unchanged = one(DEPLOYMENT)
    narrowed = summary(unchanged, selector.path_in(unchanged))
    assert narrowed.text == excerpt(changed, selector.path_in(unchanged)).text.replace("new", "old")
    assert narrowed.highlight == ()


def test_the_whole_text_is_highlighted_in_the_same_places() -> None:
    changed = change(DEPLOYMENT, ("name: old", "name: new"))
    found = whole(changed.resource, changed)
    assert found.text == changed.resource.raw
    assert found.complete
    [number] = found.highlight
    assert found.text.splitlines()[number - 1].strip() == "name: new"


def test_a_resource_that_vanishes_is_shown_as_it_was() -> None:
    old = one(CONFIG)
    [gone] = compare([old], []).removed
    assert excerpt(gone).text == old.raw
    assert whole(old, gone).highlight == ()
