{{/*
Pod security context of an Airflow component: (list .Values.scheduler .Values).
The first that is set counts, whole: the component's securityContexts.pod, its old
securityContext, the same two of all components, then uid and gid.
*/}}
{{- define "sample.podSecurity" -}}
{{- $own := first . }}
{{- $all := last . }}
{{- $chosen := coalesce $own.securityContexts.pod $own.securityContext $all.securityContexts.pod $all.securityContext }}
{{- $chosen | default (dict "runAsUser" $all.uid "fsGroup" $all.gid) | toYaml }}
{{- end }}

{{/*
Container security context: (list .Values.scheduler .Values). Sidecars and init containers
pass their own section, so that a component's setting stays with its main container.
*/}}
{{- define "sample.containerSecurity" -}}
{{- $own := first . }}
{{- $all := last . }}
{{- $chosen := coalesce $own.securityContexts.container $all.securityContexts.containers }}
{{- if $chosen }}
{{- toYaml $chosen }}
{{- else }}
{{- include "sample.lockedContainer" . }}
{{- end }}
{{- end }}

{{- define "sample.lockedContainer" -}}
allowPrivilegeEscalation: false
capabilities:
  drop:
    - ALL
{{- end }}

{{/* The same for what is not Airflow (redis, statsd, pgbouncer): global settings do not reach it. */}}
{{- define "sample.foreignPodSecurity" -}}
{{- coalesce .securityContexts.pod .securityContext (dict "runAsUser" .uid) | toYaml }}
{{- end }}

{{- define "sample.foreignContainerSecurity" -}}
{{- if .securityContexts.container }}
{{- toYaml .securityContexts.container }}
{{- else }}
{{- include "sample.lockedContainer" . }}
{{- end }}
{{- end }}
