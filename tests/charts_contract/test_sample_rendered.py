"""What the guide's prose says of rendered resources.

It is tested on the sample in any case, and on the official chart where it is
there: ``AIRFLOW_CHART=airflow-1.22.0.tgz``. The values are in ``features.yaml``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.charts_contract import comparison
from tests.charts_contract.contract import Resources, containers, decoded, pod, uses_of

AIRFLOW_CONTAINERS = {
    ("airflow-api-server", "api-server"),
    ("airflow-api-server", "wait-for-airflow-migrations"),
    ("airflow-create-user", "create-user"),
    ("airflow-dag-processor", "dag-processor"),
    ("airflow-dag-processor", "wait-for-airflow-migrations"),
    ("airflow-run-airflow-migrations", "run-airflow-migrations"),
    ("airflow-scheduler", "scheduler"),
    ("airflow-scheduler", "wait-for-airflow-migrations"),
    ("airflow-triggerer", "triggerer"),
    ("airflow-triggerer", "wait-for-airflow-migrations"),
    ("airflow-worker", "wait-for-airflow-migrations"),
    ("airflow-worker", "worker"),
}
LOCKED = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}


def everywhere(variable: str, key: str) -> set[tuple[str, str, str, str]]:
    return {(owner, container, variable, key) for owner, container in AIRFLOW_CONTAINERS}


def checksums(resource: Mapping[str, Any]) -> dict[str, str]:
    annotations = resource["spec"]["template"]["metadata"].get("annotations", {})
    return {key: value for key, value in annotations.items() if key.startswith("checksum/")}


class TestDatabase:
    def test_own_secret_reaches_all_of_airflow_and_nothing_else(
        self, rendered: Mapping[str, Resources]
    ) -> None:
        resources = rendered["database-secret"]
        assert "Secret/airflow-metadata" not in resources
        assert not [name for name in resources if "postgresql" in name]
        assert uses_of(resources, "mydatabase") == everywhere(
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", "connection"
        ) | everywhere("AIRFLOW_CONN_AIRFLOW_DB", "connection")

    def test_credentials_in_values_are_encoded(self, rendered: Mapping[str, Resources]) -> None:
        secret = decoded(rendered["database-values"]["Secret/airflow-metadata"])
        assert secret == {
            "connection": "postgresql://airflow:p%40ss%2Fword@db.example.org:5432/airflow"
            "?sslmode=require"
        }

    def test_a_space_becomes_a_plus(self, rendered: Mapping[str, Resources]) -> None:
        secret = decoded(rendered["space-in-password"]["Secret/airflow-metadata"])
        assert ":two+words@" in secret["connection"]

    def test_no_tls_by_default(self, rendered: Mapping[str, Resources]) -> None:
        secret = decoded(rendered["defaults"]["Secret/airflow-metadata"])
        assert secret["connection"].endswith("?sslmode=disable")

    def test_result_backend_is_set_only_on_demand(self, rendered: Mapping[str, Resources]) -> None:
        variable = "AIRFLOW__CELERY__RESULT_BACKEND"
        assert not uses_of(rendered["defaults"], "airflow-result-backend")
        assert uses_of(rendered["result-backend"], "my-result-backend") == everywhere(
            variable, "connection"
        )

    def test_jobs_are_hooks_unless_told_otherwise(self, rendered: Mapping[str, Resources]) -> None:
        for job in ("Job/airflow-run-airflow-migrations", "Job/airflow-create-user"):
            annotations = rendered["defaults"][job]["metadata"]["annotations"]
            assert annotations["helm.sh/hook"] == "post-install,post-upgrade"
            plain = rendered["migrations-without-hooks"][job]
            assert not plain["metadata"].get("annotations")
            assert plain["spec"]["ttlSecondsAfterFinished"] == 300

    def test_own_secret_leaves_no_checksum_to_restart_by(
        self, rendered: Mapping[str, Resources]
    ) -> None:
        name = "Deployment/airflow-scheduler"
        one = checksums(rendered["database-secret"][name])["checksum/metadata-secret"]
        other = checksums(rendered["pgbouncer-own-secrets"][name])["checksum/metadata-secret"]
        chart = checksums(rendered["defaults"][name])["checksum/metadata-secret"]
        assert one == other != chart


class TestPgBouncer:
    def test_airflow_connects_to_the_pooler(self, rendered: Mapping[str, Resources]) -> None:
        resources = rendered["pgbouncer-managed"]
        uri = decoded(resources["Secret/airflow-metadata"])["connection"]
        assert uri.endswith("@airflow-pgbouncer.airflow:6543/airflow-metadata?sslmode=disable")
        stats = decoded(resources["Secret/airflow-pgbouncer-stats"])["connection"]
        assert stats.endswith("@127.0.0.1:6543/pgbouncer?sslmode=disable")
        ini = comparison.read_ini(
            decoded(resources["Secret/airflow-pgbouncer-config"])["pgbouncer.ini"]
        )
        assert ini["databases"]["airflow-metadata"].strip() == (
            "host=db.example.org dbname=airflow port=5432 pool_size=10"
        )
        assert ini["pgbouncer"]["stats_users"] == "airflow"
        assert ini["pgbouncer"]["server_tls_sslmode"] == "verify-full"

    def test_two_containers_two_ports(self, rendered: Mapping[str, Resources]) -> None:
        resources = rendered["pgbouncer-managed"]
        deployment = resources["Deployment/airflow-pgbouncer"]
        assert {
            name: [port["containerPort"] for port in container["ports"]]
            for name, container in containers(deployment).items()
        } == {"pgbouncer": [6543], "metrics-exporter": [9127]}
        service = resources["Service/airflow-pgbouncer"]
        assert [(port["name"], port["port"]) for port in service["spec"]["ports"]] == [
            ("pgbouncer", 6543),
            ("pgb-metrics", 9127),
        ]
        assert service["metadata"]["annotations"]["prometheus.io/port"] == "9127"

    def test_sizes(self, rendered: Mapping[str, Resources]) -> None:
        resources = rendered["pgbouncer-size"]
        ini = comparison.read_ini(
            decoded(resources["Secret/airflow-pgbouncer-config"])["pgbouncer.ini"]
        )
        assert ini["pgbouncer"]["max_client_conn"] == "300"
        assert "pool_size=20" in ini["databases"]["airflow-metadata"]
        assert "pool_size=5" in ini["databases"]["airflow-result-backend"]
        assert resources["Deployment/airflow-pgbouncer"]["spec"]["replicas"] == 2

    def test_own_secrets_take_the_place_of_the_charts(
        self, rendered: Mapping[str, Resources]
    ) -> None:
        resources = rendered["pgbouncer-own-secrets"]
        assert not [name for name in resources if name.startswith("Secret/airflow-pgbouncer")]
        deployment = resources["Deployment/airflow-pgbouncer"]
        within = pod(deployment)
        assert within is not None
        assert [volume["secret"]["secretName"] for volume in within["volumes"]] == [
            "my-pgbouncer-config"
        ]
        assert {
            mount["subPath"]: mount["mountPath"]
            for mount in containers(deployment)["pgbouncer"]["volumeMounts"]
        } == {
            "pgbouncer.ini": "/etc/pgbouncer/pgbouncer.ini",
            "users.txt": "/etc/pgbouncer/users.txt",
        }
        assert uses_of(resources, "my-pgbouncer-stats") == {
            ("airflow-pgbouncer", "metrics-exporter", "DATABASE_URL", "connection")
        }

    def test_a_foreign_connection_alone_is_not_enough(
        self, rendered: Mapping[str, Resources]
    ) -> None:
        resources = rendered["pooler-with-foreign-connection"]
        config = decoded(resources["Secret/airflow-pgbouncer-config"])
        assert "host=airflow-postgresql.airflow " in config["pgbouncer.ini"]
        assert '"postgres" "postgres"' in config["users.txt"]


class TestKeys:
    def test_api_secret_key(self, rendered: Mapping[str, Resources]) -> None:
        resources = rendered["api-key-secret"]
        assert "Secret/airflow-api-secret-key" not in resources
        assert uses_of(resources, "my-api-secret") == everywhere(
            "AIRFLOW__API__SECRET_KEY", "api-secret-key"
        )
        fixed = decoded(rendered["api-key-values"]["Secret/airflow-api-secret-key"])
        assert fixed == {"api-secret-key": "<secret_key>"}

    def test_api_secret_key_restarts_nothing(self, rendered: Mapping[str, Resources]) -> None:
        for resource in rendered["defaults"].values():
            if pod(resource) is not None:
                assert not [key for key in checksums(resource) if "api-secret" in key]

    def test_api_secret_key_is_written_by_upgrades_too(
        self, rendered: Mapping[str, Resources]
    ) -> None:
        for name in ("Secret/airflow-api-secret-key", "Secret/airflow-jwt-secret"):
            assert not rendered["defaults"][name]["metadata"].get("annotations")

    def test_jwt_secret(self, rendered: Mapping[str, Resources]) -> None:
        resources = rendered["jwt-secret-name"]
        assert "Secret/airflow-jwt-secret" not in resources
        assert uses_of(resources, "my-jwt-secret") == {
            (f"airflow-{name}", name, "AIRFLOW__API_AUTH__JWT_SECRET", "jwt-secret")
            for name in ("scheduler", "api-server")
        }
        with_checksum = {
            name
            for name, resource in rendered["defaults"].items()
            if pod(resource) and "checksum/jwt-secret" in checksums(resource)
        }
        assert with_checksum == {"Deployment/airflow-scheduler", "Deployment/airflow-api-server"}

    def test_webserver_secret_key_of_airflow_2(self, rendered: Mapping[str, Resources]) -> None:
        resources = rendered["webserver-secret-key"]
        uses = uses_of(resources, "my-webserver-secret")
        assert {use[2:] for use in uses} == {
            ("AIRFLOW__WEBSERVER__SECRET_KEY", "webserver-secret-key")
        }
        assert ("airflow-webserver", "webserver") in {use[:2] for use in uses}
        assert not [name for name in resources if "secret-key" in name or "jwt" in name]
        with_checksum = {
            name
            for name, resource in resources.items()
            if pod(resource) and "checksum/webserver-secret-key" in checksums(resource)
        }
        assert with_checksum == {"Deployment/airflow-webserver", "StatefulSet/airflow-worker"}


class TestBroker:
    def test_own_secret(self, rendered: Mapping[str, Resources]) -> None:
        resources = rendered["external-redis"]
        assert not [name for name in resources if "redis" in name or "broker" in name]
        assert uses_of(resources, "my-broker") == everywhere(
            "AIRFLOW__CELERY__BROKER_URL", "connection"
        )

    def test_url_is_written_as_it_is_and_only_at_installation(
        self, rendered: Mapping[str, Resources]
    ) -> None:
        secret = rendered["external-redis-url"]["Secret/airflow-broker-url"]
        assert decoded(secret) == {"connection": "redis://redis-user:password@redis-host:6379/0"}
        assert secret["metadata"]["annotations"]["helm.sh/hook"] == "pre-install"

    def test_own_password(self, rendered: Mapping[str, Resources]) -> None:
        resources = rendered["redis-password"]
        assert "Secret/airflow-redis-password" not in resources
        assert uses_of(resources, "my-redis-password") == {
            ("airflow-redis", "redis", "REDIS_PASSWORD", "password")
        }

    def test_url_is_ignored_while_the_charts_redis_runs(
        self, rendered: Mapping[str, Resources]
    ) -> None:
        secret = decoded(rendered["ignored-broker"]["Secret/airflow-broker-url"])
        assert secret["connection"].endswith("@airflow-redis:6379/0")


def security(resources: Resources, name: str) -> Any:
    within = pod(resources[name])
    assert within is not None
    return within["securityContext"]


class TestSecurity:
    def test_defaults(self, rendered: Mapping[str, Resources]) -> None:
        resources = rendered["global-everything"]
        for name, user in (("StatefulSet/airflow-redis", 0), ("Deployment/airflow-statsd", 65534)):
            assert security(rendered["defaults"], name) == {"runAsUser": user}
            assert security(resources, name) == {"runAsUser": user}
        assert security(resources, "Deployment/airflow-pgbouncer") == {"runAsUser": 65534}
        for owner, container in AIRFLOW_CONTAINERS:
            (resource,) = (
                r for n, r in rendered["defaults"].items() if n.endswith(f"/{owner}") and pod(r)
            )
            assert containers(resource)[container]["securityContext"] == LOCKED
            within = pod(resource)
            assert within is not None
            assert within["securityContext"] == {"runAsUser": 50000, "fsGroup": 0}

    @pytest.mark.parametrize(
        ("example", "scheduler", "others"),
        [
            ("precedence-uid", 40000, 40000),
            ("precedence-global", 45000, 45000),
            ("precedence-local", 1001, 45000),
        ],
    )
    def test_precedence(
        self, rendered: Mapping[str, Resources], example: str, scheduler: int, others: int
    ) -> None:
        resources = rendered[example]
        expected = {"runAsUser": scheduler, "fsGroup": scheduler}
        assert security(resources, "Deployment/airflow-scheduler") == expected
        for name in ("Deployment/airflow-api-server", "Job/airflow-run-airflow-migrations"):
            assert security(resources, name) == {"runAsUser": others, "fsGroup": others}

    def test_layers_are_not_merged(self, rendered: Mapping[str, Resources]) -> None:
        resources = rendered["user-without-group"]
        assert security(resources, "Deployment/airflow-scheduler") == {"runAsUser": 45000}
        deployment = rendered["one-container-setting"]["Deployment/airflow-scheduler"]
        assert containers(deployment)["scheduler"]["securityContext"] == {
            "allowPrivilegeEscalation": False
        }

    def test_local_container_setting_reaches_the_main_container_alone(
        self, rendered: Mapping[str, Resources]
    ) -> None:
        resources = rendered["security-local"]
        deployment = resources["Deployment/airflow-scheduler"]
        assert security(resources, "Deployment/airflow-scheduler") == {
            "runAsUser": 5000,
            "fsGroup": 0,
        }
        found = {name: c["securityContext"] for name, c in containers(deployment).items()}
        assert found["scheduler"]["runAsNonRoot"] is True
        assert found["wait-for-airflow-migrations"] == LOCKED
        assert found["scheduler-log-groomer"] == LOCKED

    def test_init_containers_and_sidecars_have_settings_of_their_own(
        self, rendered: Mapping[str, Resources]
    ) -> None:
        deployment = rendered["sidecars"]["Deployment/airflow-scheduler"]
        found = {name: c["securityContext"] for name, c in containers(deployment).items()}
        assert found == {
            "wait-for-airflow-migrations": {"runAsUser": 8},
            "scheduler-log-groomer": {"runAsUser": 9},
            "scheduler": LOCKED,
        }

    def test_workers(self, rendered: Mapping[str, Resources]) -> None:
        resources = rendered["workers"]
        assert security(resources, "StatefulSet/airflow-worker") == {"runAsUser": 7}
        assert security(resources, "Deployment/airflow-scheduler")["runAsUser"] == 50000

    def test_global_container_setting_reaches_all_of_airflow(
        self, rendered: Mapping[str, Resources]
    ) -> None:
        reached = {
            (resource["metadata"]["name"], name)
            for resource in rendered["global-everything"].values()
            for name, container in containers(resource).items()
            if container["securityContext"] == {"runAsNonRoot": True}
        }
        groomers = {
            (f"airflow-{name}", f"{name}-log-groomer")
            for name in ("scheduler", "dag-processor", "triggerer", "worker")
        }
        assert reached == AIRFLOW_CONTAINERS | groomers

    def test_openshift(self, rendered: Mapping[str, Resources]) -> None:
        name = "RoleBinding/airflow-scc-rolebinding"
        binding = rendered["openshift"][name]
        assert binding["roleRef"]["name"] == "system:openshift:scc:anyuid"
        bound = {subject["name"] for subject in binding["subjects"]}
        assert "airflow-dag-processor" in bound
        assert name not in rendered["defaults"]
        assert name not in rendered["openshift-without-rbac"]

    def test_openshift_leaves_two_out(self, rendered: Mapping[str, Resources]) -> None:
        resources = rendered["openshift-pooler"]
        assert "Deployment/airflow-dag-processor" in resources
        assert "Deployment/airflow-pgbouncer" in resources
        binding = resources["RoleBinding/airflow-scc-rolebinding"]
        bound = {subject["name"] for subject in binding["subjects"]}
        assert not bound & {"airflow-dag-processor", "airflow-pgbouncer", "default"}
