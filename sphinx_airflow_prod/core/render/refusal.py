"""What ``helm template`` refuses before it renders, and Helm's SDK does not."""

from __future__ import annotations

import re

from sphinx_airflow_prod.core.render.base import Failure, Inspect, Job, ReadValues

_RELEASE_NAME = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_MAX_RELEASE_NAME = 53


def refusal(job: Job) -> Failure | None:
    """Return why Helm would not even begin with *job*, ``None`` where it would.

    The rules are those of Helm's ``pkg/cmd/install.go`` (``checkIfInstallable``),
    ``pkg/action/action.go`` (``CheckDependencies``) and
    ``pkg/chart/v2/util/validate_name.go``.
    """
    if isinstance(job, ReadValues):
        return None
    chart = job.chart
    if chart.metadata.get("type") not in {None, "", "application"}:
        kind = chart.metadata["type"]
        return Failure("template", f"{kind} charts cannot be rendered", template="Chart.yaml")
    if isinstance(job, Inspect):
        return None
    if missing := chart.missing_dependencies:
        return Failure(
            "template",
            f"Chart.yaml lists {', '.join(missing)}, which charts/ does not hold: "
            f"run 'helm dependency build {chart.source}'",
            template="Chart.yaml",
        )
    name = job.release.name
    if len(name) > _MAX_RELEASE_NAME or not _RELEASE_NAME.fullmatch(name):
        return Failure(
            "template",
            f"the release name {name!r} cannot be used: lower-case letters, digits, '-' and '.', "
            f"at most {_MAX_RELEASE_NAME} characters",
        )
    return None
