extensions = ["sphinx_airflow_prod"]
html_theme = "basic"
helm_chart = "../../charts/shop"
helm_max_manifest_tabs = 2
