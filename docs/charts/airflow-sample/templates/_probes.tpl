{{/*
Health checks of a component's main container: those of its probes that the keys name.
  beats   the job whose heartbeat tells that it lives
  answers the path that it answers HTTP requests at, on its port
  asks    a command that tells
*/}}
{{- define "sample.probes" -}}
{{- $pod := . }}
{{- $probes := dict }}
{{- range $name := list "livenessProbe" "readinessProbe" "startupProbe" }}
{{- $own := get $pod.values $name }}
{{- if and $own (or (not (hasKey $own "enabled")) $own.enabled) }}
{{- $probe := pick $own "initialDelaySeconds" "timeoutSeconds" "failureThreshold" "periodSeconds" }}
{{- with $pod.answers }}
{{- $get := dict "path" .path "port" (last $pod.port) "scheme" ($own.scheme | default "http") }}
{{- with .host }}
{{- $_ := set $get "httpHeaders" (list (dict "name" "Host" "value" .)) }}
{{- end }}
{{- $_ := set $probe "httpGet" $get }}
{{- else }}
{{- $_ := set $probe "exec" (dict "command" ($own.command | default $pod.asks)) }}
{{- end }}
{{- $_ := set $probes $name $probe }}
{{- end }}
{{- end }}
{{- with $probes }}
{{- toYaml . }}
{{- end }}
{{- end }}

{{/* The command that looks for a heartbeat: (list "--job-type" "SchedulerJob" "--local"), as YAML. */}}
{{- define "sample.heartbeat" -}}
{{- $quietly := "CONNECTION_CHECK_MAX_COUNT=0 AIRFLOW__LOGGING__LOGGING_LEVEL=ERROR exec /entrypoint" }}
{{- list "sh" "-c" (printf "%s \\\nairflow jobs check %s\n" $quietly (join " " .)) | toYaml }}
{{- end }}

{{/* The command that asks the pod's own worker whether it is there. */}}
{{- define "sample.pingCelery" -}}
CONNECTION_CHECK_MAX_COUNT=0 exec /entrypoint python -m celery --app airflow.providers.celery.executors.celery_executor.app inspect ping -d celery@$(python -c 'import socket; print(socket.gethostname())')
{{- end }}
