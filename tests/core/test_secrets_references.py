"""Every way in which a manifest can name a Secret is found, with the keys that it needs."""

from __future__ import annotations

from textwrap import dedent, indent

import pytest

from sphinx_airflow_prod.core.manifests import split
from sphinx_airflow_prod.core.render.base import Rendered
from sphinx_airflow_prod.core.resource import Resource
from sphinx_airflow_prod.core.secrets import Reference, consumers, survey


def resources(text: str) -> tuple[Resource, ...]:
    manifests = split(Rendered({"chart/templates/a.yaml": dedent(text)}))
    assert manifests.problems == ()
    return manifests.resources


def found(text: str) -> list[tuple[str, tuple[str, ...] | None, bool, str]]:
    return [(ref.secret, ref.keys, ref.optional, ref.where) for ref in consumers(resources(text))]


def pod(spec: str) -> str:
    head = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n"
    return head + indent(dedent(spec), "  ")


@pytest.mark.parametrize(
    ("kind", "way"),
    [
        ("apiVersion: v1\nkind: Pod\nspec: {}", "Pod/w#spec"),
        (
            "apiVersion: apps/v1\nkind: Deployment\nspec: {template: {spec: {}}}",
            "Deployment/w#spec.template.spec",
        ),
        (
            "apiVersion: apps/v1\nkind: StatefulSet\nspec: {template: {spec: {}}}",
            "StatefulSet/w#spec.template.spec",
        ),
        (
            "apiVersion: apps/v1\nkind: DaemonSet\nspec: {template: {spec: {}}}",
            "DaemonSet/w#spec.template.spec",
        ),
        (
            "apiVersion: batch/v1\nkind: Job\nspec: {template: {spec: {}}}",
            "Job/w#spec.template.spec",
        ),
        (
            "apiVersion: batch/v1\nkind: CronJob\n"
            "spec: {jobTemplate: {spec: {template: {spec: {}}}}}",
            "CronJob/w#spec.jobTemplate.spec.template.spec",
        ),
        ("apiVersion: v1\nkind: PodTemplate\ntemplate: {spec: {}}", "PodTemplate/w#template.spec"),
        (
            "apiVersion: sparkoperator.example.org/v1\nkind: Spark\nspec: {driver: {pod: {}}}",
            "Spark/w#spec.driver.pod",
        ),
    ],
)
def test_pod_specs_are_found_wherever_they_stand(kind: str, way: str) -> None:
    variable = "{name: A, valueFrom: {secretKeyRef: {name: s, key: k}}}"
    spec = f"{{containers: [{{name: c, env: [{variable}]}}]}}"
    text = kind.replace("{}", spec) + "\nmetadata: {name: w, namespace: prod}\n"
    [reference] = consumers(resources(text))
    assert reference == Reference(
        "s", "prod", ("k",), False, way.partition("#")[0], reference.path, "variable"
    )
    assert reference.where == f"{way}.containers.c.env.A.valueFrom.secretKeyRef"


def test_variables() -> None:
    spec = """\
        initContainers:
          - name: i
            envFrom: [{secretRef: {name: whole}}, {secretRef: {name: maybe, optional: true}}]
        containers:
          - name: c
            env:
              - {name: A, valueFrom: {secretKeyRef: {name: s, key: k, optional: true}}}
              - {name: B, valueFrom: {configMapKeyRef: {name: s, key: k}}}
              - {name: C, value: x}
    """
    assert found(pod(spec)) == [
        ("whole", None, False, "Pod/p#spec.initContainers.i.envFrom.0.secretRef"),
        ("maybe", None, True, "Pod/p#spec.initContainers.i.envFrom.1.secretRef"),
        ("s", ("k",), True, "Pod/p#spec.containers.c.env.A.valueFrom.secretKeyRef"),
    ]


@pytest.mark.parametrize(
    ("secret", "mounts", "keys"),
    [
        ("", ["{mountPath: /a}"], None),
        ("", [], None),
        ("", ["{mountPath: /a, subPath: one}", "{mountPath: /b, subPath: two}"], ("one", "two")),
        ("", ["{mountPath: /a, subPath: one}", "{mountPath: /b}"], None),
        ("", ["{mountPath: /a, subPathExpr: $(A)}"], None),
        (", items: [{key: k, path: x/y}, {key: l, path: z}]", ["{mountPath: /a}"], ("k", "l")),
        (", items: [{key: k, path: x}]", ["{mountPath: /a, subPath: x}"], ("k",)),
    ],
)
def test_a_volume_needs_its_items_or_what_is_mounted(
    secret: str, mounts: list[str], keys: tuple[str, ...] | None
) -> None:
    own = [mount.replace("{", "{name: v, ", 1) for mount in mounts]
    listed = ", ".join([*own, "{name: other, mountPath: /o}"])
    text = pod(
        f"""\
        containers: [{{name: c, volumeMounts: [{listed}]}}]
        volumes:
          - {{name: v, secret: {{secretName: s{secret}}}}}
          - {{name: other, emptyDir: {{}}}}
        """
    )
    assert found(text) == [("s", keys, False, "Pod/p#spec.volumes.v.secret")]


def test_other_volumes() -> None:
    spec = """\
        containers: [{name: c}]
        volumes:
          - name: p
            projected:
              sources:
                - {configMap: {name: no}}
                - {secret: {name: one, optional: true, items: [{key: k, path: x}]}}
                - {secret: {name: two}}
          - {name: c, csi: {driver: d, nodePublishSecretRef: {name: three}}}
          - {name: a, azureFile: {secretName: four, shareName: x}}
          - {name: m, configMap: {name: no}}
    """
    assert [(name, keys, optional) for name, keys, optional, _ in found(pod(spec))] == [
        ("one", ("k",), True),
        ("two", None, False),
        ("three", None, False),
        ("four", None, False),
    ]


def test_images_service_accounts_and_ingresses() -> None:
    text = (
        pod("imagePullSecrets: [{name: pull}]\ncontainers: [{name: c}]\n")
        + """\
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: a}
imagePullSecrets: [{name: pull}]
secrets: [{name: token}]
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: i}
spec: {tls: [{hosts: [x], secretName: cert}, {hosts: [y]}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: g}
spec: {listeners: [{name: l, tls: {certificateRefs: [{name: cert}, {kind: Other, name: no}]}}]}
"""
    )
    assert [
        (ref.secret, ref.keys, ref.optional, ref.use) for ref in consumers(resources(text))
    ] == [
        ("pull", (".dockerconfigjson",), False, "pull"),
        ("pull", (".dockerconfigjson",), False, "pull"),
        ("token", None, True, "account"),
        ("cert", ("tls.crt", "tls.key"), False, "tls"),
        ("cert", ("tls.crt", "tls.key"), False, "tls"),
    ]


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("{secretName: s}", ("s", None)),
        ("{secretName: s, secretKey: k}", ("s", ("k",))),
        ("{db: {credentialsSecretName: s}}", ("s", None)),
        ("{auth: {secretRef: {name: s}}}", ("s", None)),
        ("{passwordSecretRef: {name: s, key: k}}", ("s", ("k",))),
        ("{secretTargetRef: [{parameter: p, name: s, key: k}]}", ("s", ("k",))),
        ("{bearerTokenSecret: {name: s, key: k}}", ("s", ("k",))),
        ("{endpoints: [{basicAuth: {username: {name: s, key: k}}}]}", ("s", ("k",))),
        ("{passwordFromSecret: s}", ("s", None)),
        ("{fromSecret: {name: s, key: k}}", ("s", ("k",))),
        ("{passwordFromSecret: {name: s, key: k}}", ("s", ("k",))),
        ("{secret: {name: s}}", None),
        ("{secretName: ''}", None),
        ("{secretName: {type: string}}", None),
    ],
)  # fmt: skip
def test_conventions_of_custom_resources(
    spec: str, expected: tuple[str, tuple[str, ...] | None] | None
) -> None:
    text = f"apiVersion: example.org/v1\nkind: Thing\nmetadata: {{name: t}}\nspec: {spec}\n"
    assert [(name, keys) for name, keys, _, _ in found(text)] == ([expected] if expected else [])


def test_texts_of_a_config_map_that_are_manifests_count() -> None:
    template = pod("containers: [{name: base, envFrom: [{secretRef: {name: s}}]}]\n")
    text = (
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: config, namespace: prod}\ndata:\n"
        "  airflow.cfg: |\n    [core]\n    kind: Pod\n"
        "  broken.yaml: |\n    kind: Pod\n    spec: {{ a }\n"
        "  pod_template_file.yaml: |\n    ---\n" + indent(template, "    ")
    )
    [reference] = consumers(resources(text))
    assert (reference.secret, reference.namespace) == ("s", "prod")
    assert reference.where == (
        "ConfigMap/config#data.pod_template_file.yaml.spec.containers.base.envFrom.0.secretRef"
    )


@pytest.mark.parametrize(
    "text",
    [
        "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata: {secretName: YQ==}",
        "apiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: {name: c}\n"
        "spec: {secretName: made, issuerRef: {name: x}}",
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n"
        "metadata: {name: c}\nspec: {example: {secretName: x}}",
        pod("containers: x\nvolumes: {a: b}\nimagePullSecrets: [x, {}]\n"),
        pod("containers: [{name: c, env: x, envFrom: [1], volumeMounts: {}}]\nvolumes: [x, 1]\n"),
    ],
)
def test_what_names_no_secret(text: str) -> None:
    assert found(text) == []


def test_secrets_that_controllers_make_are_brought_by_the_render() -> None:
    text = """\
        apiVersion: v1
        kind: Secret
        metadata: {name: plain}
        data: {a: YQ==}
        stringData: {b: x}
        ---
        apiVersion: bitnami.com/v1alpha1
        kind: SealedSecret
        metadata: {name: sealed}
        spec: {encryptedData: {k: x}}
        ---
        apiVersion: external-secrets.io/v1
        kind: ExternalSecret
        metadata: {name: external}
        spec: {target: {name: target}}
        ---
        apiVersion: cert-manager.io/v1
        kind: Certificate
        metadata: {name: c}
        spec: {secretName: certificate}
        ---
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata: {name: i, annotations: {cert-manager.io/cluster-issuer: x}}
        spec: {tls: [{secretName: annotated}]}
        """
    assert survey(resources(text)).provided == {
        "plain": {"a", "b"},
        "sealed": {"k"},
        "target": None,
        "certificate": None,
        "annotated": None,
    }
