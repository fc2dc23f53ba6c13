"""What a chart's ``values.schema.json`` says about values.

:class:`ChartSchema` is one chart's schema with its defaults: which keys it
knows, what a value may be, and what breaks it.  :func:`violations` and
:func:`unknown_keys` put what is wrong with an example at the places of its
text.
"""

from sphinx_airflow_prod.core.schema.checks import unknown_keys, violations
from sphinx_airflow_prod.core.schema.unknown import unknown_key
from sphinx_airflow_prod.core.schema.validation import Violation
from sphinx_airflow_prod.core.schema.view import ChartSchema, ValueInfo

__all__ = ["ChartSchema", "ValueInfo", "Violation", "unknown_key", "unknown_keys", "violations"]
