{{/* Jobs that run Airflow once: what Job and CronJob share. */}}

{{/*
Pod template of a job: root, component, values, and
  account  name of its service account
  container, image
  custom   whether it gets the reader's variables
  env      text, more variables
  annotations   of the pod
  token    whether its account can have a token volume
*/}}
{{- define "sample.jobPod" -}}
{{- $ := .root }}
{{- $own := .values -}}
metadata:
  labels:
    {{- include "sample.selector" . | nindent 4 }}
  {{- with merge (deepCopy .annotations) $.Values.airflowPodAnnotations }}
  annotations:
    {{- tpl (toYaml .) $ | nindent 4 }}
  {{- end }}
spec:
  restartPolicy: {{ $own.restartPolicy | default "Never" }}
  serviceAccountName: {{ .account | quote }}
  securityContext:
    {{- include "sample.podSecurity" (list $own $.Values) | nindent 4 }}
  {{- include "sample.pullSecrets" $ | nindent 2 }}
  {{- with $own.extraInitContainers }}
  initContainers:
    {{- tpl (toYaml .) $ | nindent 4 }}
  {{- end }}
  containers:
    {{- include "sample.jobContainer" . | nindent 4 }}
    {{- with $own.extraContainers }}
    {{- tpl (toYaml .) $ | nindent 4 }}
    {{- end }}
  volumes:
    {{- include "sample.volumes" . | nindent 4 }}
{{- end }}

{{- define "sample.jobContainer" -}}
{{- $ := .root }}
{{- $own := .values }}
{{- $env := include "sample.env.builtIn" (dict "root" $) }}
{{- if .custom }}
{{- $env = printf "%s\n%s" (include "sample.env.custom" $ | trim) $env }}
{{- end }}
{{- $mounts := printf "%s%s" (include "sample.configMount" $) (include "sample.extraMounts" .) }}
{{- if include "sample.tokenIsMounted" . }}
{{- $mounts = printf "%s\n%s" $mounts (include "sample.tokenMount" . | trim) }}
{{- end }}
{{- include "sample.container" (dict "root" $ "name" .container "image" .image
  "security" (include "sample.containerSecurity" (list $own $.Values))
  "command" $own.command "args" $own.args "env" (printf "%s\n%s" $env .env) "envFrom" .custom
  "resources" $own.resources "mounts" $mounts) }}
{{- end }}

{{/* A Job: keys of sample.jobPod, and name and weight, its place among the hooks. */}}
{{- define "sample.job" -}}
{{- $ := .root }}
{{- $own := .values }}
{{- $annotations := dict }}
{{- if $own.useHelmHooks }}
{{- $annotations = dict "helm.sh/hook" "post-install,post-upgrade" "helm.sh/hook-weight" .weight "helm.sh/hook-delete-policy" "before-hook-creation,hook-succeeded" }}
{{- end -}}
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ $.Release.Name }}-{{ .name }}
  labels:
    {{- include "sample.labels" . | nindent 4 }}
  {{- with merge $annotations $own.jobAnnotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  {{- if not (kindIs "invalid" $own.ttlSecondsAfterFinished) }}
  ttlSecondsAfterFinished: {{ $own.ttlSecondsAfterFinished }}
  {{- end }}
  template:
    {{- include "sample.jobPod" . | nindent 4 }}
{{- end }}

{{/* A CronJob: keys of sample.jobPod, and name. */}}
{{- define "sample.cronJob" -}}
{{- $ := .root }}
{{- $own := .values -}}
apiVersion: batch/v1
kind: CronJob
metadata:
  name: {{ $.Release.Name }}-{{ .name }}
  labels:
    {{- include "sample.labels" . | nindent 4 }}
  {{- with $own.jobAnnotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  schedule: {{ tpl $own.schedule $ | quote }}
  concurrencyPolicy: Forbid
  {{- range $key := list "failedJobsHistoryLimit" "successfulJobsHistoryLimit" }}
  {{- if not (kindIs "invalid" (get $own $key)) }}
  {{ $key }}: {{ get $own $key }}
  {{- end }}
  {{- end }}
  jobTemplate:
    spec:
      backoffLimit: 1
      {{- if not (kindIs "invalid" $own.ttlSecondsAfterFinished) }}
      ttlSecondsAfterFinished: {{ $own.ttlSecondsAfterFinished }}
      {{- end }}
      template:
        {{- include "sample.jobPod" . | nindent 8 }}
{{- end }}
