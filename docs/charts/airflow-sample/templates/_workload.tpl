{{/*
A Deployment or, with stateful, a StatefulSet; the keys of sample.podTemplate and
  template   text of the pod template, where it is not that of an Airflow component
  replicas   number, or nothing
  strategy   how pods are replaced
  claim      dict: name, and the values of the volume, for a claim of each pod
*/}}
{{- define "sample.workload" -}}
{{- $it := . }}
{{- $ := .root }}
apiVersion: apps/v1
kind: {{ ternary "StatefulSet" "Deployment" (default false .stateful) }}
metadata:
  name: {{ $.Release.Name }}-{{ .component }}
  labels:
    {{- include "sample.labels" . | nindent 4 }}
    {{- with .executor }}
    executor: {{ . | replace "," "-" | replace ":" "-" | trunc 63 | trimAll "-_." | quote }}
    {{- end }}
  {{- with .values.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  {{- if .stateful }}
  serviceName: {{ $.Release.Name }}-{{ .component }}
  {{- end }}
  {{- if hasKey . "replicas" }}
  replicas: {{ .replicas }}
  {{- end }}
  {{- with .strategy }}
  {{ ternary "updateStrategy" "strategy" (default false $it.stateful) }}:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  selector:
    matchLabels:
      {{- include "sample.selector" . | nindent 6 }}
  template:
    {{- .template | default (include "sample.podTemplate" .) | nindent 4 }}
  {{- with .claim }}
  volumeClaimTemplates:
    - apiVersion: v1
      kind: PersistentVolumeClaim
      metadata:
        name: {{ .name }}
        {{- with .annotations }}
        annotations:
          {{- toYaml . | nindent 10 }}
        {{- end }}
      spec:
        accessModes: [ReadWriteOnce]
        {{- with .storageClassName }}
        storageClassName: {{ tpl . $ | quote }}
        {{- end }}
        resources:
          requests:
            storage: {{ .size }}
  {{- end }}
{{- end }}

{{/* Replace pods one after the other, none missing. */}}
{{- define "sample.oneByOne" -}}
type: RollingUpdate
rollingUpdate:
  maxSurge: 1
  maxUnavailable: 0
{{- end }}
