"""Secrets that a document tells its reader to make, and who consumes them.

:func:`read_secrets` reads ``kubectl create secret …`` commands and ``Secret``
manifests as ``kubectl`` does; :func:`consumers` finds every reference to a
Secret in rendered resources; :func:`unconsumed`, :func:`unmet` and
:func:`decodes_to` hold the two together.
"""

from sphinx_airflow_prod.core.secrets.closure import Unmet, decodes_to, unconsumed, unmet
from sphinx_airflow_prod.core.secrets.reading import read_secrets
from sphinx_airflow_prod.core.secrets.references import Reference, consumers
from sphinx_airflow_prod.core.secrets.secret import Entry, Secret, SecretProblem
from sphinx_airflow_prod.core.secrets.survey import Survey, survey

__all__ = [
    "Entry",
    "Reference",
    "Secret",
    "SecretProblem",
    "Survey",
    "Unmet",
    "consumers",
    "decodes_to",
    "read_secrets",
    "survey",
    "unconsumed",
    "unmet",
]
