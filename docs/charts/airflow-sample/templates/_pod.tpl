{{/*
Pod template of an Airflow component:
  root       the chart's scope
  component  its name in labels, and that of its main container
  values     its section of the values
  account    name of its service account
  restartOn  (list (list "annotation" "template") …)
  jwt        whether it signs or checks tokens
  port       (list "name" number), where it listens
  beats, answers, asks    see sample.probes
  logs       "always" when it writes them into a volume, "shared" when only into one of all pods
  stateful   whether that volume is a claim of a StatefulSet
  groomer    whether a sidecar deletes old logs
  logsWhileWaiting   whether the container that waits for migrations sees them
  dags       dict: mount, init, sidecar, key: what of the DAG files it has
  kerberos   whether Kerberos is for it
  token      whether its account can have a token volume
  seesPodTemplate    whether the file for KubernetesExecutor is mounted
  apart      whether its pods keep to different nodes
*/}}
{{- define "sample.podTemplate" -}}
metadata:
  labels:
    {{- include "sample.selector" . | nindent 4 }}
  annotations:
    {{- include "sample.podAnnotations" . | trim | nindent 4 }}
spec:
  {{- include "sample.podSpec" . | nindent 2 }}
{{- end }}

{{- define "sample.podAnnotations" -}}
{{- $ := .root }}
{{- $own := .values }}
{{- include "sample.checksums" (dict "root" $ "of" .restartOn) }}
{{- $given := deepCopy $.Values.airflowPodAnnotations }}
{{- if and (hasKey $own "safeToEvict") (or $own.safeToEvict (eq .component "worker")) }}
{{- $_ := set $given "cluster-autoscaler.kubernetes.io/safe-to-evict" (toString $own.safeToEvict) }}
{{- end }}
{{- with mergeOverwrite $given $own.podAnnotations }}
{{ tpl (toYaml .) $ }}
{{- end }}
{{- end }}

{{- define "sample.podSpec" -}}
{{- $ := .root }}
{{- $own := .values -}}
restartPolicy: Always
{{- if hasKey $own "terminationGracePeriodSeconds" }}
terminationGracePeriodSeconds: {{ $own.terminationGracePeriodSeconds }}
{{- end }}
serviceAccountName: {{ .account | quote }}
{{- if and .token (include "sample.launchesPods" $) (not $own.serviceAccount.automountServiceAccountToken) }}
automountServiceAccountToken: false
{{- end }}
securityContext:
  {{- include "sample.podSecurity" (list $own $.Values) | nindent 2 }}
{{- include "sample.pullSecrets" $ }}
{{- if .apart }}
affinity:
  podAntiAffinity:
    preferredDuringSchedulingIgnoredDuringExecution:
      - weight: 100
        podAffinityTerm:
          topologyKey: kubernetes.io/hostname
          labelSelector:
            matchLabels:
              component: {{ .component }}
{{- end }}
{{- with include "sample.initContainers" . | trim }}
initContainers:
  {{- . | nindent 2 }}
{{- end }}
containers:
  {{- include "sample.mainContainer" . | nindent 2 }}
  {{- include "sample.sidecars" . | trim | nindent 2 }}
volumes:
  {{- include "sample.volumes" . | nindent 2 }}
{{- end }}

{{- define "sample.initContainers" -}}
{{- $ := .root }}
{{- $own := .values }}
{{- if and .kerberos $own.kerberosInitContainer.enabled }}
{{ include "sample.kerberosContainer" (merge (dict "name" "kerberos-init" "args" (list "kerberos" "-o") "own" $own.kerberosInitContainer) .) }}
{{- end }}
{{- if dig "enabled" false ($own.waitForMigrations | default dict) }}
{{ include "sample.waitContainer" . }}
{{- end }}
{{- if and .dags .dags.init }}
{{ include "sample.gitSync" (dict "root" $ "once" true) }}
{{- end }}
{{- with $own.extraInitContainers }}
{{ tpl (toYaml .) $ }}
{{- end }}
{{- end }}

{{- define "sample.sidecars" -}}
{{- $ := .root }}
{{- $own := .values }}
{{- if and .dags .dags.sidecar }}
{{ include "sample.gitSync" (dict "root" $ "once" false) }}
{{- end }}
{{- if .groomer }}
{{ include "sample.groomer" . }}
{{- end }}
{{- if and .kerberos $own.kerberosSidecar.enabled }}
{{ include "sample.kerberosContainer" (merge (dict "name" "worker-kerberos" "args" (list "kerberos") "own" $own.kerberosSidecar) .) }}
{{- end }}
{{- with $own.extraContainers }}
{{ tpl (toYaml .) $ }}
{{- end }}
{{- end }}

{{/*
Pod template of what is not Airflow: root, component, values, account as above, and as texts
annotations, containers and volumes.
*/}}
{{- define "sample.foreignPod" -}}
{{- $ := .root -}}
metadata:
  labels:
    {{- include "sample.selector" . | nindent 4 }}
  {{- if and .annotations (ne .annotations "{}") }}
  annotations:
    {{- tpl .annotations $ | trim | nindent 4 }}
  {{- end }}
spec:
  {{- if ne .component "redis" }}
  restartPolicy: Always
  {{- end }}
  {{- if hasKey .values "terminationGracePeriodSeconds" }}
  terminationGracePeriodSeconds: {{ .values.terminationGracePeriodSeconds }}
  {{- end }}
  serviceAccountName: {{ .account | quote }}
  securityContext:
    {{- include "sample.foreignPodSecurity" .values | nindent 4 }}
  {{- include "sample.pullSecrets" $ | nindent 2 }}
  containers:
    {{- .containers | nindent 4 }}
  {{- with .volumes }}
  volumes:
    {{- . | nindent 4 }}
  {{- end }}
{{- end }}

{{/* Checksums of what the pods must be restarted for: root, of (list (list "annotation" "template") …). */}}
{{- define "sample.checksums" -}}
{{- $ := .root }}
{{- range .of }}
checksum/{{ first . }}: {{ include (printf "%s/%s" $.Template.BasePath (last .)) $ | sha256sum }}
{{- end }}
{{- end }}
