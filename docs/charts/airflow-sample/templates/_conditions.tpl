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

{{- define "sample.hasFlower" -}}
{{- if and .Values.flower.enabled (include "sample.usesCelery" .) }}yes{{ end }}
{{- end }}

{{- define "sample.flowerAsksForPassword" -}}
{{- if or .Values.flower.secretName (and .Values.flower.username .Values.flower.password) }}yes{{ end }}
{{- end }}

{{/* Executors that make pods for tasks, also as one of several. */}}
{{- define "sample.usesKubernetes" -}}
{{- if contains "KubernetesExecutor" .Values.executor }}yes{{ end }}
{{- end }}

{{/* Executors whose tasks are processes of the scheduler. */}}
{{- define "sample.schedulerRunsTasks" -}}
{{- if contains "Local" .Values.executor }}yes{{ end }}
{{- end }}

{{/* Executors whose tasks may talk to Kubernetes: the token of the service account matters. */}}
{{- define "sample.launchesPods" -}}
{{- if or (include "sample.usesCelery" .) (include "sample.usesKubernetes" .) }}yes{{ end }}
{{- end }}

{{/* Whether the account of the pods that KubernetesExecutor makes is one of its own. */}}
{{- define "sample.hasTaskAccount" -}}
{{- if not (kindIs "invalid" .Values.workers.kubernetes.serviceAccount.create) }}yes{{ end }}
{{- end }}

{{- define "sample.hasDags" -}}
{{- if or .Values.dags.persistence.enabled .Values.dags.gitSync.enabled }}yes{{ end }}
{{- end }}

{{- define "sample.hasGitKey" -}}
{{- if or .Values.dags.gitSync.sshKeySecret .Values.dags.gitSync.sshKey }}yes{{ end }}
{{- end }}

{{/* As in the official chart, roles are bound to the account of workers, not to that of workers.celery. */}}
{{- define "sample.hasWorkerAccount" -}}
{{- if or (include "sample.usesCelery" .) (and (include "sample.usesKubernetes" .) (not (include "sample.hasTaskAccount" .))) }}yes{{ end }}
{{- end }}

{{- define "sample.bindsTaskAccount" -}}
{{- $account := .Values.workers.kubernetes.serviceAccount }}
{{- if and (or $account.create $account.name) (include "sample.usesKubernetes" .) }}yes{{ end }}
{{- end }}
