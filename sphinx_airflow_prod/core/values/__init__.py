"""Values as Helm reads them: where each key stands, and how layers compose.

What a values text *means* is decided by Helm's own reader, which is asked
elsewhere (``core.render``).  This package adds what Helm cannot say: whether a
text is safe to parse at all (:func:`guard`), the line and column of every key
and item and every mistake of writing (:func:`parse`), and the composition of
layers of values (:func:`merge`, :func:`coalesce`).
"""

from sphinx_airflow_prod.core.values.layering import ChartValues, coalesce, merge
from sphinx_airflow_prod.core.values.layout import Layout, Path, format_path
from sphinx_airflow_prod.core.values.limits import guard
from sphinx_airflow_prod.core.values.reading import parse

__all__ = [
    "ChartValues",
    "Layout",
    "Path",
    "coalesce",
    "format_path",
    "guard",
    "merge",
    "parse",
]
