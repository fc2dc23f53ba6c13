{{/* The pod that KubernetesExecutor starts for a task, before it fills in image, command and names. */}}

{{- define "sample.podTemplateFile" -}}
{{- $own := include "sample.taskPods" . | fromYaml }}
{{- $renews := $own.kerberosSidecar.enabled }}
{{- $fetches := and .Values.dags.gitSync.enabled (not .Values.dags.persistence.enabled) }}
{{- $it := dict "root" . "component" "worker" "values" $own "logs" "always" "kerberos" true
  "dags" (dict "mount" true "key" (and .Values.dags.gitSync.enabled (include "sample.hasGitKey" .))) }}
{{- $account := dict "root" . "component" "worker" "account" .Values.workers.serviceAccount }}
{{- if include "sample.hasTaskAccount" . }}
{{- $account = dict "root" . "component" "worker-kubernetes" "account" .Values.workers.kubernetes.serviceAccount }}
{{- end }}
{{- if $own.kerberosInitContainer.enabled }}
{{- $_ := set $it "restartOn" (list (list "kerberos-keytab" "secrets/kerberos-keytab.yaml")) }}
{{- end -}}
apiVersion: v1
kind: Pod
metadata:
  name: placeholder-name
  labels:
    {{- include "sample.selector" $it | nindent 4 }}
  annotations:
    {{- include "sample.podAnnotations" $it | trim | nindent 4 }}
spec:
  restartPolicy: Never
  terminationGracePeriodSeconds: {{ $own.terminationGracePeriodSeconds }}
  serviceAccountName: {{ include "sample.account" $account | quote }}
  securityContext:
    {{- include "sample.podSecurity" (list $own .Values) | nindent 4 }}
  {{- include "sample.pullSecrets" . | nindent 2 }}
  initContainers:
    {{- if $fetches }}
    {{- include "sample.gitSync" (dict "root" . "once" true) | nindent 4 }}
    {{- end }}
    {{- with $own.extraInitContainers }}
    {{- tpl (toYaml .) $ | nindent 4 }}
    {{- end }}
    {{- if $own.kerberosInitContainer.enabled }}
    {{- include "sample.kerberosContainer" (merge (dict "name" "kerberos-init" "args" (list "kerberos" "-o") "own" $own.kerberosInitContainer) $it) | nindent 4 }}
    {{- end }}
  containers:
    {{- include "sample.taskContainer" $it | nindent 4 }}
    {{- if $renews }}
    {{- include "sample.kerberosContainer" (merge (dict "name" "worker-kerberos" "args" (list "kerberos") "own" $own.kerberosSidecar) $it) | nindent 4 }}
    {{- end }}
    {{- with $own.extraContainers }}
    {{- tpl (toYaml .) $ | nindent 4 }}
    {{- end }}
  volumes:
    {{- include "sample.volumes" $it | nindent 4 }}
{{- end }}

{{- define "sample.taskContainer" -}}
{{- $ := .root }}
{{- $own := .values }}
{{- $env := printf "- {name: AIRFLOW__CORE__EXECUTOR, value: %q}\n%s" $.Values.executor (include "sample.env" (dict "root" $ "own" $own.env)) }}
{{- if or $own.kerberosSidecar.enabled $own.kerberosInitContainer.enabled }}
{{- $env = printf "%s\n%s" $env (include "sample.env.kerberos" $) }}
{{- end }}
{{- $mounts := list (include "sample.configMount" $) (include "sample.logsMount" (list $ (include "sample.path.logs" $))) (include "sample.extraMounts" .) }}
{{- if include "sample.hasDags" $ }}
{{- $mounts = append $mounts (include "sample.dagsMount" $) }}
{{- end }}
{{- if $.Values.kerberos.enabled }}
{{- $mounts = append $mounts (include "sample.kerberosMounts" (list $ false)) }}
{{- end }}
{{- include "sample.container" (dict "root" $ "name" "base"
  "image" (include "sample.otherImage" (list $ $.Values.images.pod_template)) "pullPolicy" $.Values.images.pod_template.pullPolicy
  "security" (include "sample.containerSecurity" (list $own $.Values)) "command" $own.command
  "env" $env "envFrom" true "resources" $own.resources "mounts" (join "\n" (compact $mounts))) }}
{{- end }}
