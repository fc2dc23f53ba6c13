{{/* A Service without an address of its own, for the logs of single pods: (list $ component name port). */}}
{{- define "sample.logService" -}}
{{- $it := dict "root" (first .) "component" (index . 1) -}}
apiVersion: v1
kind: Service
metadata:
  name: {{ $it.root.Release.Name }}-{{ $it.component }}
  labels:
    {{- include "sample.labels" $it | nindent 4 }}
spec:
  clusterIP: None
  selector:
    {{- include "sample.selector" $it | nindent 4 }}
  ports:
    - name: {{ index . 2 }}
      protocol: TCP
      port: {{ index . 3 }}
      targetPort: {{ index . 3 }}
{{- end }}

{{/* The Service of something to look at: (list $ component values). */}}
{{- define "sample.frontService" -}}
{{- $ := first . }}
{{- $it := dict "root" $ "component" (index . 1) -}}
{{- with last . -}}
apiVersion: v1
kind: Service
metadata:
  name: {{ $.Release.Name }}-{{ $it.component }}
  labels:
    {{- include "sample.labels" $it | nindent 4 }}
  {{- with .annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  type: {{ .type }}
  selector:
    {{- include "sample.selector" $it | nindent 4 }}
  ports:
    {{- tpl (toYaml .ports) $ | replace "'" "" | nindent 4 }}
  {{- with .loadBalancerIP }}
  loadBalancerIP: {{ . }}
  {{- end }}
  {{- with .loadBalancerSourceRanges }}
  loadBalancerSourceRanges:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
{{- end }}
