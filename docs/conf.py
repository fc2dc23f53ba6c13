"""The product's documentation is built with the product.

``AIRFLOW_CHART`` names another chart than the sample to build the guide with: a path, or
``official`` for Airflow's own, from its repository.
"""

import os
import sys
from pathlib import Path

from sphinx_airflow_prod import __version__

project = "sphinx-airflow-prod"
author = "the sphinx-airflow-prod developers"
project_copyright = author
release = version = __version__

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

extensions = ["sphinx_airflow_prod", "myst_parser", "sphinx.ext.autodoc", "product_reference"]
myst_enable_extensions = ["colon_fence", "deflist"]
exclude_patterns = ["_build", "charts"]
nitpicky = True

autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
# types of other projects, and of modules that are not part of the API, have no page to link to
nitpick_ignore_regex = [("py:.*", r"(?!sphinx_airflow_prod\.).*")]

official_chart = {
    "repo": "https://airflow.apache.org",
    "name": "airflow",
    "version": "1.22.0",
    "sha256": "1f7d1dfe3d58e2c54899950aba907a43625a18c8b6fb3c54760c21592129a5b6",
}
named_chart = os.environ.get("AIRFLOW_CHART") or "charts/airflow-sample"
helm_chart = official_chart if named_chart == "official" else named_chart

html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["docs.css"]
html_title = "sphinx-airflow-prod"
# a click on the selected tab leaves it open, as it does in the tabs of examples
sphinx_tabs_disable_tab_closing = True
