{{/* The containers that Airflow pods are made of. */}}

{{/*
A container, with texts already rendered where the keys say so:
  root image name
  security    text
  command     list, or nothing; args likewise, both rendered as templates
  env         text; envFrom whether the reader's sources are taken too
  ports probes mounts lifecycle   texts
  resources
*/}}
{{- define "sample.container" -}}
- name: {{ .name }}
  image: {{ .image | default (include "sample.image" .root) }}
  imagePullPolicy: {{ .pullPolicy | default .root.Values.images.airflow.pullPolicy }}
  securityContext:
    {{- .security | nindent 4 }}
  {{- with .command }}
  command:
    {{- tpl (toYaml .) $.root | nindent 4 }}
  {{- end }}
  {{- with .args }}
  args:
    {{- tpl (toYaml .) $.root | nindent 4 }}
  {{- end }}
  {{- with and .envFrom .root.Values.extraEnvFrom }}
  envFrom:
    {{- tpl . $.root | trim | nindent 4 }}
  {{- end }}
  {{- with .env }}
  env:
    {{- trim . | nindent 4 }}
  {{- end }}
  {{- with .ports }}
  ports:
    {{- . | nindent 4 }}
  {{- end }}
  {{- with .probes }}
  {{- trim . | nindent 2 }}
  {{- end }}
  resources:
    {{- toYaml .resources | nindent 4 }}
  {{- with .mounts }}
  volumeMounts:
    {{- trim . | nindent 4 }}
  {{- end }}
  {{- with .lifecycle }}
  lifecycle:
    {{- tpl (toYaml .) $.root | nindent 4 }}
  {{- end }}
{{- end }}

{{- define "sample.port" -}}
- name: {{ first . }}
  containerPort: {{ last . }}
{{- end }}

{{/* What waits for the migrations; keys of sample.podTemplate. */}}
{{- define "sample.waitContainer" -}}
{{- $ := .root }}
{{- $mounts := list (include "sample.configMount" $) (include "sample.extraMounts" .) }}
{{- if .logsWhileWaiting }}
{{- $mounts = prepend $mounts (include "sample.logsMount" (list $ "/opt/airflow/logs")) }}
{{- end }}
{{- $env := include "sample.env" (dict "root" $) }}
{{- with .values.waitForMigrations.env }}
{{- $env = printf "%s\n%s" $env (tpl (toYaml .) $) }}
{{- end }}
{{- include "sample.container" (dict "root" $ "name" "wait-for-airflow-migrations" "image" (include "sample.migrationImage" $)
  "security" (include "sample.containerSecurity" (list .values.waitForMigrations $.Values))
  "args" (list "airflow" "db" "check-migrations" (printf "--migration-wait-timeout=%v" $.Values.images.migrationsWaitTimeout))
  "env" $env "envFrom" true "resources" .values.resources "mounts" (join "\n" (compact $mounts))) }}
{{- end }}

{{/* The container that gives the component its name. */}}
{{- define "sample.mainContainer" -}}
{{- $ := .root }}
{{- $own := .values }}
{{- $env := .env | default (include "sample.env" (dict "root" $ "jwt" .jwt "own" $own.env)) }}
{{- $mounts := list (include "sample.configMount" $) (include "sample.extraMounts" .) }}
{{- if or (eq "always" (.logs | default "")) (and .logs $.Values.logs.persistence.enabled) }}
{{- $mounts = append $mounts (include "sample.logsMount" (list $ (include "sample.path.logs" $))) }}
{{- end }}
{{- if .seesPodTemplate }}
{{- $mounts = append $mounts (include "sample.fileMount" (list "config" "pod_template_file.yaml" (printf "%s/pod_template_file.yaml" (include "airflow_pod_template_file" $)))) }}
{{- end }}
{{- if and .dags .dags.mount (include "sample.hasDags" $) }}
{{- $mounts = append $mounts (include "sample.dagsMount" $) }}
{{- end }}
{{- if and .kerberos $.Values.kerberos.enabled }}
{{- $mounts = append $mounts (include "sample.kerberosMounts" (list $ false)) }}
{{- end }}
{{- if and .kerberos $own.kerberosSidecar.enabled }}
{{- $env = printf "%s\n%s" $env (include "sample.env.kerberos" $) }}
{{- end }}
{{- if eq .component "worker" }}
{{- /* TERM is for Celery alone, which then lets its tasks end. */ -}}
{{- $env = printf "- name: DUMB_INIT_SETSID\n  value: \"0\"\n%s" $env }}
{{- end }}
{{- if include "sample.tokenIsMounted" . }}
{{- $mounts = append $mounts (include "sample.tokenMount" .) }}
{{- end }}
{{- $ports := "" }}
{{- with .port }}
{{- $ports = include "sample.port" . }}
{{- end }}
{{- include "sample.container" (dict "root" $ "name" .component "image" .image "pullPolicy" .pullPolicy
  "security" (include "sample.containerSecurity" (list $own $.Values))
  "command" $own.command "args" $own.args "env" $env "envFrom" true "ports" $ports "probes" (include "sample.probes" .)
  "resources" $own.resources "mounts" (join "\n" (compact $mounts))) }}
{{- end }}

{{/* What deletes old logs. */}}
{{- define "sample.groomer" -}}
{{- $ := .root }}
{{- $own := .values.logGroomerSidecar }}
{{- $env := list (dict "name" "AIRFLOW_HOME" "value" $.Values.airflowHome) }}
{{- range list
  (list "AIRFLOW__LOG_RETENTION_DAYS" $own.retentionDays true)
  (list "AIRFLOW__LOG_RETENTION_MINUTES" $own.retentionMinutes true)
  (list "AIRFLOW__LOG_CLEANUP_FREQUENCY_MINUTES" $own.frequencyMinutes false)
  (list "AIRFLOW__LOG_MAX_SIZE_BYTES" (int64 $own.maxSizeBytes) false)
  (list "AIRFLOW__LOG_MAX_SIZE_PERCENT" $own.maxSizePercent false) }}
{{- if or (index . 1) (and (last .) (not (kindIs "invalid" (index . 1)))) }}
{{- $env = append $env (dict "name" (first .) "value" (toString (index . 1))) }}
{{- end }}
{{- end }}
{{- $env = toYaml $env }}
{{- with $own.env }}
{{- $env = printf "%s\n%s" $env (tpl (toYaml .) $) }}
{{- end }}
{{- $mounts := printf "%s%s" (include "sample.logsMount" (list $ (include "sample.path.logs" $))) (include "sample.extraMounts" .) }}
{{- include "sample.container" (dict "root" $ "name" (printf "%s-log-groomer" .component)
  "security" (include "sample.containerSecurity" (list $own $.Values))
  "command" $own.command "args" $own.args "env" $env "resources" $own.resources "mounts" $mounts) }}
{{- end }}

{{/* airflow kerberos: keys of sample.podTemplate, and name, args, own. */}}
{{- define "sample.kerberosContainer" -}}
{{- $ := .root }}
{{- $mounts := list (include "sample.configMount" $)
  (include "sample.logsMount" (list $ (include "sample.path.logs" $)))
  (include "sample.kerberosMounts" (list $ true))
  (include "sample.extraMounts" .) }}
{{- include "sample.container" (dict "root" $ "name" .name
  "security" (include "sample.containerSecurity" (list .own $.Values)) "args" .args
  "env" (printf "%s\n%s" (include "sample.env.kerberos" $) (include "sample.env" (dict "root" $))) "envFrom" true
  "resources" .own.resources "mounts" (join "\n" (compact $mounts))) }}
{{- end }}
