"""The Sybil and pytest adapter: every example of a guide is a test.

::

    # conftest.py
    from sphinx_airflow_prod.sybil_ext import guide

    pytest_collect_file = guide(chart="../chart").pytest()
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx_airflow_prod.sybil_ext.guides import Guide, guide

__all__ = ["Guide", "guide"]


def __getattr__(name: str) -> Any:
    """Import what is asked for at its first use (PEP 562).

    pytest imports this package for its plugin, in every run of every project
    where it is installed, and Sybil need not be.
    """
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from sphinx_airflow_prod.sybil_ext import guides

    return getattr(guides, name)
