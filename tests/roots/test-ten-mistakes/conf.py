extensions = ["sphinx_airflow_prod"]
html_theme = "basic"
