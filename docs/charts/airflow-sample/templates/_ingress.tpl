{{/*
Spec of an Ingress: root; ingress, its section of the values; is, the section's name; service
and port that it leads to. Hosts are names, as they were once, or mappings with settings for
TLS; tls of the section counts for names alone.
*/}}
{{- define "sample.ingress" -}}
{{- $ := .root }}
{{- $it := . }}
{{- $own := .ingress }}
{{- $hosts := list }}
{{- range $own.hosts | default (list $own.host) }}
{{- $hosts = append $hosts (kindIs "string" . | ternary (dict "name" .) .) }}
{{- end }}
{{- $settled := and $own.hosts (not (kindIs "string" (first $own.hosts))) }}
{{- $tls := list }}
{{- if $settled }}
{{- range $hosts }}
{{- if dig "tls" "enabled" false . }}
{{- $tls = append $tls (dict "hosts" (list (tpl .name $)) "secretName" .tls.secretName) }}
{{- end }}
{{- end }}
{{- else if dig "tls" "enabled" false $own }}
{{- $names := list }}
{{- range $hosts }}
{{- $names = append $names (tpl .name $) }}
{{- end }}
{{- $tls = list (dict "hosts" $names "secretName" $own.tls.secretName) }}
{{- end }}
{{- with $own.ingressClassName -}}
ingressClassName: {{ . }}
{{ end }}
{{- with $tls -}}
tls:
  {{- toYaml . | nindent 2 }}
{{ end -}}
rules:
  {{- range $hosts }}
  - http:
      paths:
        {{- range $own.precedingPaths }}
        {{- include "sample.ingress.path" (dict "it" $it "path" .) | nindent 8 }}
        {{- end }}
        - backend:
            service:
              name: {{ $it.service }}
              port:
                name: {{ $it.port }}
          {{- if $own.path }}
          path: {{ $own.path }}
          pathType: {{ $own.pathType }}
          {{- end }}
        {{- range $own.succeedingPaths }}
        {{- include "sample.ingress.path" (dict "it" $it "path" .) | nindent 8 }}
        {{- end }}
    {{- with .name }}
    host: {{ tpl . $ | quote }}
    {{- end }}
  {{- end }}
{{- end }}

{{/* A path of the reader. As in the official chart, the API server's all lead to the API server. */}}
{{- define "sample.ingress.path" -}}
- path: {{ .path.path }}
  pathType: {{ .path.pathType }}
  backend:
    service:
      name: {{ eq .it.is "apiServer" | ternary .it.service .path.serviceName }}
      port:
        name: {{ .path.servicePort }}
{{- end }}
