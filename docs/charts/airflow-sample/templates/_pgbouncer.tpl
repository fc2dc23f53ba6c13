{{/* The two containers of PgBouncer's pods. */}}

{{- define "sample.pgbouncer" -}}
{{- with .Values.pgbouncer }}
{{- $mounts := list }}
{{- if .mountConfigSecret }}
{{- range list "pgbouncer.ini" "users.txt" }}
{{- $mounts = append $mounts (include "sample.fileMount" (list "pgbouncer-config" . (printf "/etc/pgbouncer/%s" .))) }}
{{- end }}
{{- end }}
{{- range $file, $given := dict "root.crt" .ssl.ca "server.crt" .ssl.cert "server.key" .ssl.key }}
{{- if $given }}
{{- $mounts = append $mounts (include "sample.fileMount" (list "pgbouncer-certificates" $file (printf "/etc/pgbouncer/%s" $file))) }}
{{- end }}
{{- end }}
{{- $mounts = append $mounts (include "sample.extraMounts" (dict "root" $ "values" .)) }}
{{- $check := dict "tcpSocket" (dict "port" $.Values.ports.pgbouncer) }}
{{- $env := "" }}
{{- with .env }}
{{- $env = toYaml . }}
{{- end }}
{{- include "sample.container" (dict "root" $ "name" "pgbouncer"
  "image" (include "sample.otherImage" (list $ $.Values.images.pgbouncer)) "pullPolicy" $.Values.images.pgbouncer.pullPolicy
  "security" (include "sample.foreignContainerSecurity" .) "command" .command "args" .args "env" $env
  "ports" (include "sample.port" (list "pgbouncer" $.Values.ports.pgbouncer))
  "probes" (dict "livenessProbe" $check "readinessProbe" $check | toYaml)
  "resources" .resources "mounts" (join "\n" (compact $mounts)) "lifecycle" .containerLifecycleHooks) }}
{{- end }}
{{- end }}

{{- define "sample.pgbouncerExporter" -}}
{{- with .Values.pgbouncer.metricsExporterSidecar }}
{{- $key := "connection" }}
{{- if .statsSecretName }}
{{- $key = .statsSecretKey | default $key }}
{{- end }}
{{- $check := dict "exec" (dict "command" (list "pgbouncer_exporter" "health")) }}
{{- include "sample.container" (dict "root" $ "name" "metrics-exporter"
  "image" (include "sample.otherImage" (list $ $.Values.images.pgbouncerExporter)) "pullPolicy" $.Values.images.pgbouncerExporter.pullPolicy
  "security" (include "sample.foreignContainerSecurity" .)
  "env" (include "sample.envFromSecret" (list "DATABASE_URL" (include "sample.secret.pgbouncerStats" $) $key))
  "ports" (include "sample.port" (list "metrics" $.Values.ports.pgbouncerScrape))
  "probes" (dict "livenessProbe" (merge .livenessProbe $check) "readinessProbe" (merge .readinessProbe $check) | toYaml)
  "resources" .resources) }}
{{- end }}
{{- end }}
