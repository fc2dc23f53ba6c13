{{- /* The bundles that DAG files come from, as Airflow reads them: JSON, keys in order. */ -}}
{{- define "dag_bundle_config_list" -}}
{{- $bundles := list }}
{{- range .Values.dagProcessor.dagBundleConfigList }}
{{- $bundles = append $bundles (merge (pick . "name" "classpath") (dict "kwargs" (default dict .kwargs))) }}
{{- end }}
{{- toJson $bundles }}
{{- end }}
