extensions = ["sphinx_airflow_prod", "myst_parser"]
myst_enable_extensions = ["colon_fence"]
exclude_patterns = ["parts"]
html_theme = "basic"
helm_chart = "../../charts/shop"
rst_prolog = """
.. |shop| replace:: the shop

.. _prolog: https://example.org/
"""
