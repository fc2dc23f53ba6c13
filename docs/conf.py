"""The product's documentation is built with the product.

``AIRFLOW_CHART`` names another chart than the sample to build the guide with.
"""

import os

from sphinx_airflow_prod import __version__

project = "sphinx-airflow-prod"
author = "the sphinx-airflow-prod developers"
project_copyright = author
release = version = __version__

extensions = ["sphinx_airflow_prod", "myst_parser"]
myst_enable_extensions = ["colon_fence"]
exclude_patterns = ["_build", "charts"]
nitpicky = True

helm_chart = os.environ.get("AIRFLOW_CHART") or "charts/airflow-sample"

html_theme = "furo"
html_title = "sphinx-airflow-prod"
