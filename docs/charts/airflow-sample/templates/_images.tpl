{{/* Which images the pods run. */}}

{{- define "sample.image" -}}
{{- include "sample.imageOf" (list .
  (.Values.images.airflow.repository | default .Values.defaultAirflowRepository)
  (.Values.images.airflow.tag | default .Values.defaultAirflowTag)
  (.Values.images.airflow.digest | default .Values.defaultAirflowDigest)) }}
{{- end }}

{{/* What migrates the database, and what waits for it. */}}
{{- define "sample.migrationImage" -}}
{{- if .Values.images.useDefaultImageForMigration }}
{{- include "sample.imageOf" (list . .Values.defaultAirflowRepository .Values.defaultAirflowTag .Values.defaultAirflowDigest) }}
{{- else }}
{{- include "sample.image" . }}
{{- end }}
{{- end }}

{{- define "sample.imageOf" -}}
{{- if index . 3 }}
{{- printf "%s@%s" (index . 1) (index . 3) }}
{{- else }}
{{- printf "%s:%s" (index . 1) (index . 2) }}
{{- end }}
{{- end }}

{{/* Another image: (list $ .Values.images.redis). Without a repository the default one; digests do not count. */}}
{{- define "sample.otherImage" -}}
{{- $values := (first .).Values }}
{{- $image := last . }}
{{- printf "%s:%s" ($image.repository | default $values.defaultAirflowRepository) ($image.tag | default $values.defaultAirflowTag) }}
{{- end }}

{{/* Secrets for private registries, as a pod names them; nothing where there are none. */}}
{{- define "sample.pullSecrets" -}}
{{- $names := .Values.imagePullSecrets | default (list .Values.registry.secretName | compact) }}
{{- if and (not $names) .Values.registry.connection }}
{{- $names = list (printf "%s-registry" .Release.Name) }}
{{- end }}
{{- with $names }}
imagePullSecrets:
  {{- range . }}
  - name: {{ kindIs "string" . | ternary . (get (kindIs "map" . | ternary . dict) "name") }}
  {{- end }}
{{- end }}
{{- end }}
