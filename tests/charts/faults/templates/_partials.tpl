{{- define "self" }}{{ include "self" . }}{{ end }}
{{- define "outer" }}
  {{ include "inner" . }}
{{- end }}
{{- define "inner" }}
    {{ .Values.database.connection.user }}
{{- end }}
