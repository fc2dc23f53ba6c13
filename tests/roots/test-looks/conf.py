project = html_title = "Looks"
extensions = ["sphinx_airflow_prod"]
helm_chart = "../../../docs/charts/airflow-sample"
