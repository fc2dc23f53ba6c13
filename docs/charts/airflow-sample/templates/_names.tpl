{{/* What the resources and their accounts are called. */}}

{{- define "airflow.fullname" -}}
{{ .Release.Name }}
{{- end }}

{{/* Labels of a resource: (dict "root" $ "component" "scheduler"), component optional. */}}
{{- define "sample.labels" -}}
tier: airflow
{{- with .component }}
component: {{ . }}
{{- end }}
release: {{ .root.Release.Name }}
chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | quote }}
heritage: {{ .root.Release.Service }}
{{- end }}

{{/* Labels that select the pods of a component. */}}
{{- define "sample.selector" -}}
tier: airflow
component: {{ .component }}
release: {{ .root.Release.Name }}
{{- end }}

{{/*
The service account of a component: (dict "root" $ "component" "api-server" "account" .Values.apiServer.serviceAccount).
Accounts carry "airflow" in their name even where the release's name does not.
*/}}
{{- define "sample.account" -}}
{{- $base := .root.Release.Name }}
{{- if not (contains "airflow" $base) }}
{{- $base = printf "%s-airflow" $base }}
{{- end }}
{{- if .account.create }}
{{- .account.name | default (printf "%s-%s" $base .component) }}
{{- else }}
{{- .account.name | default "default" }}
{{- end }}
{{- end }}

{{/* Names of Secrets: the reader's own where one is named, else the chart's. */}}
{{- define "sample.secret.metadata" -}}
{{ .Values.data.metadataSecretName | default (printf "%s-metadata" .Release.Name) }}
{{- end }}
{{- define "sample.secret.resultBackend" -}}
{{ .Values.data.resultBackendSecretName | default (printf "%s-result-backend" .Release.Name) }}
{{- end }}
{{- define "sample.secret.brokerUrl" -}}
{{ .Values.data.brokerUrlSecretName | default (printf "%s-broker-url" .Release.Name) }}
{{- end }}
{{- define "sample.secret.fernetKey" -}}
{{ .Values.fernetKeySecretName | default (printf "%s-fernet-key" .Release.Name) }}
{{- end }}
{{- define "sample.secret.apiSecretKey" -}}
{{ .Values.apiSecretKeySecretName | default (printf "%s-api-secret-key" .Release.Name) }}
{{- end }}
{{- define "sample.secret.jwt" -}}
{{ .Values.jwtSecretName | default (printf "%s-jwt-secret" .Release.Name) }}
{{- end }}
{{- define "sample.secret.webserverSecretKey" -}}
{{ .Values.webserverSecretKeySecretName | default (printf "%s-webserver-secret-key" .Release.Name) }}
{{- end }}
{{- define "sample.secret.redisPassword" -}}
{{ .Values.redis.passwordSecretName | default (printf "%s-redis-password" .Release.Name) }}
{{- end }}
{{- define "sample.secret.pgbouncerConfig" -}}
{{ .Values.pgbouncer.configSecretName | default (printf "%s-pgbouncer-config" .Release.Name) }}
{{- end }}
{{- define "sample.secret.pgbouncerStats" -}}
{{ .Values.pgbouncer.metricsExporterSidecar.statsSecretName | default (printf "%s-pgbouncer-stats" .Release.Name) }}
{{- end }}
{{- define "sample.secret.pgbouncerCertificates" -}}
{{ .Release.Name }}-pgbouncer-certificates
{{- end }}
{{- define "sample.secret.elasticsearch" -}}
{{ .Values.elasticsearch.secretName | default (printf "%s-elasticsearch" .Release.Name) }}
{{- end }}
{{- define "sample.secret.opensearch" -}}
{{ .Values.opensearch.secretName | default (printf "%s-opensearch" .Release.Name) }}
{{- end }}
{{- define "sample.secret.flower" -}}
{{ .Values.flower.secretName | default (printf "%s-flower" .Release.Name) }}
{{- end }}
{{- define "sample.secret.gitSshKey" -}}
{{ .Values.dags.gitSync.sshKeySecret | default (printf "%s-ssh-secret" .Release.Name) }}
{{- end }}
{{- define "sample.secret.kerberosKeytab" -}}
{{ .Release.Name }}-kerberos-keytab
{{- end }}

{{/* Claims of volumes that all pods share: the reader's own or the chart's. */}}
{{- define "sample.claim.dags" -}}
{{ .Values.dags.persistence.existingClaim | default (printf "%s-dags" .Release.Name) }}
{{- end }}
{{- define "sample.claim.logs" -}}
{{ .Values.logs.persistence.existingClaim | default (printf "%s-logs" .Release.Name) }}
{{- end }}

{{/* The accounts of all that may start pods. */}}
{{- define "sample.taskAccounts" -}}
{{- $scheduler := or (contains "LocalExecutor" .Values.executor) (include "sample.usesKubernetes" .) }}
{{- range list
  (list "scheduler" .Values.scheduler.serviceAccount (and .Values.scheduler.enabled $scheduler))
  (list "worker" .Values.workers.serviceAccount (include "sample.hasWorkerAccount" .))
  (list "worker-kubernetes" .Values.workers.kubernetes.serviceAccount (include "sample.bindsTaskAccount" .))
  (list "triggerer" .Values.triggerer.serviceAccount .Values.triggerer.enabled) }}
{{- if last . }}
- {{ include "sample.account" (dict "root" $ "component" (first .) "account" (index . 1)) }}
{{- end }}
{{- end }}
{{- end }}

{{/* Annotations that make a Secret one that only installation writes. */}}
{{- define "sample.onlyAtInstallation" -}}
helm.sh/hook: pre-install
helm.sh/hook-weight: "0"
helm.sh/hook-delete-policy: before-hook-creation
{{- with . }}
{{ toYaml . }}
{{- end }}
{{- end }}
