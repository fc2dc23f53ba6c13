{{/* Questions about the values; "yes" or nothing. */}}

{{- define "sample.isAirflow3" -}}
{{- if semverCompare ">=3.0.0" .Values.airflowVersion }}yes{{ end }}
{{- end }}

{{- define "sample.usesCelery" -}}
{{- if or (contains "CeleryExecutor" .Values.executor) (contains "CeleryKubernetesExecutor" .Values.executor) }}yes{{ end }}
{{- end }}

{{- define "sample.hasApiServer" -}}
{{- if and .Values.apiServer.enabled (include "sample.isAirflow3" .) }}yes{{ end }}
{{- end }}

{{- define "sample.hasWebserver" -}}
{{- if and .Values.webserver.enabled (not (include "sample.isAirflow3" .)) }}yes{{ end }}
{{- end }}

{{- define "sample.hasDagProcessor" -}}
{{- if kindIs "invalid" .Values.dagProcessor.enabled }}
{{- include "sample.isAirflow3" . }}
{{- else if .Values.dagProcessor.enabled }}yes{{ end }}
{{- end }}

{{- define "sample.hasRedis" -}}
{{- if and .Values.redis.enabled (include "sample.usesCelery" .) }}yes{{ end }}
{{- end }}

{{/*
The values of the Celery workers, as YAML: workers, with what workers.celery sets on top.
Security contexts are replaced whole, not merged.
*/}}
{{- define "sample.workers" -}}
{{- $workers := deepCopy .Values.workers }}
{{- $celery := .Values.workers.celery }}
{{- range $key := list "replicas" "terminationGracePeriodSeconds" "safeToEvict" }}
{{- if not (kindIs "invalid" (index $celery $key)) }}
{{- $_ := set $workers $key (index $celery $key) }}
{{- end }}
{{- end }}
{{- range $key := list "enabled" "size" }}
{{- if not (kindIs "invalid" (index $celery.persistence $key)) }}
{{- $_ := set $workers.persistence $key (index $celery.persistence $key) }}
{{- end }}
{{- end }}
{{- range $key := list "pod" "container" }}
{{- with get $celery.securityContexts $key }}
{{- $_ := set $workers.securityContexts $key . }}
{{- end }}
{{- end }}
{{- with $celery.resources }}
{{- $_ := set $workers "resources" . }}
{{- end }}
{{- omit $workers "celery" | toYaml }}
{{- end }}
