{{/* Directories and files in the pods. config names the first two. */}}

{{- define "airflow_dags" -}}
{{- $root := .Values.dags.mountPath | default (printf "%s/dags" .Values.airflowHome) }}
{{- if .Values.dags.gitSync.enabled }}
{{- printf "%s/repo/%s" $root .Values.dags.gitSync.subPath }}
{{- else }}
{{- $root }}
{{- end }}
{{- end }}

{{- define "airflow_pod_template_file" -}}
{{ .Values.airflowHome }}/pod_templates
{{- end }}

{{- define "sample.path.logs" -}}
{{ .Values.airflowHome }}/logs
{{- end }}
