{{- define "postgresql.name" -}}
{{ .Release.Name }}-postgresql
{{- end }}

{{- define "postgresql.selector" -}}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/name: postgresql
app.kubernetes.io/component: primary
{{- end }}
