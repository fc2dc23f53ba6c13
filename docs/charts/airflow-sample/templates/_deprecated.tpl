{{/*
What a release sets under names that are on their way out, as YAML: a list of lists, the old
name and the new ones, if any. The notes warn of what differs from the default.
*/}}

{{- define "sample.deprecated" -}}
{{- $all := .Values.ingress.enabled }}
{{- range list
  (list "web" (or .Values.ingress.web.enabled .Values.ingress.flower.enabled $all))
  (list "flower" (or .Values.ingress.web.enabled .Values.ingress.flower.enabled $all))
  (list "apiServer" (or .Values.ingress.apiServer.enabled $all))
  (list "statsd" .Values.ingress.statsd.enabled)
  (list "pgbouncer" .Values.ingress.pgbouncer.enabled) }}
{{- $name := first . }}
{{- $ingress := get $.Values.ingress $name }}
{{- if last . }}
{{- if $ingress.host }}
- ["ingress.{{ $name }}.host", "ingress.{{ $name }}.hosts"]
{{- end }}
{{- /* As in the official chart, those of web and flower are warned of whether set or not. */ -}}
{{- if and (hasKey $ingress "tls") (or (ne $name "apiServer") $ingress.tls.enabled) }}
- ["ingress.{{ $name }}.tls", "ingress.{{ $name }}.hosts[*].tls"]
{{- end }}
{{- end }}
{{- end }}
{{- if $all }}
- ["ingress.enabled", "ingress.web.enabled", "ingress.flower.enabled"]
{{- end }}
{{- if .Values.securityContext }}
- ["securityContext", "securityContexts"]
{{- end }}
{{- range $section := list "scheduler" "webserver" "statsd" }}
{{- if (get $.Values $section).securityContext }}
- ["{{ $section }}.securityContext", "{{ $section }}.securityContexts"]
{{- end }}
{{- end }}
{{- if and .Values.dags.gitSync.enabled .Values.dags.gitSync.readinessProbe }}
- ["dags.gitSync.readinessProbe"]
{{- end }}
{{- $both := list "command" "securityContexts" "serviceAccount" "kerberosSidecar" "kerberosInitContainer" "resources"
  "terminationGracePeriodSeconds" "safeToEvict" "extraContainers" "extraInitContainers" "extraVolumes" "extraVolumeMounts"
  "podAnnotations" "env" }}
{{- range include "sample.changedWorkers" (dict "values" (omit .Values.workers "celery" "kubernetes") "defaults" (include "sample.workerDefaults" . | fromYaml)) | fromYamlArray }}
{{- $new := eq . "securityContext" | ternary "securityContexts" . }}
- ["workers.{{ . }}", "workers.celery.{{ $new }}"{{ if has (splitList "." $new | first) $both }}, "workers.kubernetes.{{ $new }}"{{ end }}]
{{- end }}
{{- end }}

{{/* Paths of what differs from the defaults: values, defaults, and path, their own with a dot at its end. */}}
{{- define "sample.changedWorkers" -}}
{{- $it := . }}
{{- $whole := list "annotations" "podAnnotations" "resources" "strategy" "updateStrategy" "securityContext" "pod" "container" }}
{{- range $key, $value := omit .values "requirePersistence" }}
{{- $default := get $it.defaults $key }}
{{- $path := printf "%s%s" ($it.path | default "") $key }}
{{- if and (kindIs "map" $value) (not (has $key $whole)) }}
{{- include "sample.changedWorkers" (dict "values" $value "defaults" ($default | default dict) "path" (printf "%s." $path)) }}
{{- else if ne (toJson $value) (toJson $default) }}
{{- if or $value (hasKey $it.defaults $key) }}
- {{ $path }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/* Defaults of workers that are not empty. */}}
{{- define "sample.workerDefaults" -}}
replicas: 1
args: {{ list "bash" "-c" "exec \\\nairflow celery worker\n{{- if and .Values.workers.queue (ne .Values.workers.queue \"default\") }}\n{{- \" -q \" }}{{ .Values.workers.queue }}\n{{- end }}" | toJson }}
livenessProbe: {enabled: true, initialDelaySeconds: 10, timeoutSeconds: 20, failureThreshold: 5, periodSeconds: 60}
strategy: {rollingUpdate: {maxSurge: 100%, maxUnavailable: 50%}}
podDisruptionBudget: {enabled: false, config: {maxUnavailable: 1}}
serviceAccount: {automountServiceAccountToken: true, create: true}
persistence: {enabled: true, size: 100Gi}
kerberosSidecar: {enabled: false}
kerberosInitContainer: {enabled: false}
terminationGracePeriodSeconds: 600
safeToEvict: false
logGroomerSidecar:
  enabled: true
  args: [bash, /clean-logs]
  retentionDays: 15
  retentionMinutes: 0
  frequencyMinutes: 15
  maxSizeBytes: 0
  maxSizePercent: 0
waitForMigrations: {enabled: true}
{{- end }}
