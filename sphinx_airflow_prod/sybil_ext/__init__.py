"""The Sybil and pytest adapter: every example of a guide is a test.

::

    # conftest.py
    from sphinx_airflow_prod.sybil_ext import guide

    pytest_collect_file = guide(chart="../chart").pytest()
"""

from sphinx_airflow_prod.sybil_ext.guide import Guide, guide

__all__ = ["Guide", "guide"]
