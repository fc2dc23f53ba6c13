{{/*
Workers of a kind: (list .Values.workers .Values.workers.celery), or with the other kind.
What the second sets lies over the first. Nothing and empty lists or mappings do not count
as set; what belongs together, such as a security context, is replaced whole; elsewhere
mappings are merged. A Kerberos container is there where either asks for it.
*/}}
{{- define "sample.workers" -}}
{{- $below := first . }}
{{- $above := last . }}
{{- $merged := include "sample.overlay" (list $below (include "sample.given" $above | fromYaml)) | fromYaml }}
{{- range $name := list "kerberosSidecar" "kerberosInitContainer" }}
{{- $_ := set (get $merged $name) "enabled" (or (get $below $name).enabled (get $above $name).enabled) }}
{{- end }}
{{- omit $merged "celery" | toYaml }}
{{- end }}

{{- define "sample.celeryWorkers" -}}
{{- include "sample.workers" (list .Values.workers .Values.workers.celery) }}
{{- end }}

{{- define "sample.taskPods" -}}
{{- include "sample.workers" (list .Values.workers .Values.workers.kubernetes) }}
{{- end }}

{{/* A mapping without what is not set. */}}
{{- define "sample.given" -}}
{{- $given := dict }}
{{- range $key, $value := . }}
{{- if kindIs "map" $value }}
{{- with include "sample.given" $value | fromYaml }}
{{- $_ := set $given $key . }}
{{- end }}
{{- else if not (or (kindIs "invalid" $value) (and (kindIs "slice" $value) (empty $value))) }}
{{- $_ := set $given $key $value }}
{{- end }}
{{- end }}
{{- toYaml $given }}
{{- end }}

{{- define "sample.overlay" -}}
{{- $whole := list "annotations" "podAnnotations" "pod" "container" "config" "resources" }}
{{- $merged := deepCopy (first .) }}
{{- range $key, $value := last . }}
{{- $under := get $merged $key }}
{{- if and (kindIs "map" $value) (kindIs "map" $under) (not (has $key $whole)) }}
{{- $value = include "sample.overlay" (list $under $value) | fromYaml }}
{{- end }}
{{- $_ := set $merged $key $value }}
{{- end }}
{{- toYaml $merged }}
{{- end }}

