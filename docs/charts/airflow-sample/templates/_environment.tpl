{{/* Environment variables of the Airflow containers. */}}

{{/* One variable from a Secret: (list "NAME" "secret" "key"). */}}
{{- define "sample.envFromSecret" -}}
- name: {{ index . 0 }}
  valueFrom:
    secretKeyRef:
      name: {{ index . 1 }}
      key: {{ index . 2 }}
{{- end }}

{{/* What the reader sets for all containers. */}}
{{- define "sample.env.custom" -}}
{{- range .Values.env }}
- name: {{ .name }}
  value: {{ .value | quote }}
{{- end }}
{{- range .Values.secret }}
{{ include "sample.envFromSecret" (list .envName .secretName (.secretKey | default "value")) }}
{{- end }}
{{- with .Values.extraEnv }}
{{ tpl . $ | trim }}
{{- end }}
{{- end }}

{{/* What the chart sets: (dict "root" $ "jwt" true). */}}
{{- define "sample.env.builtIn" -}}
{{- $ := .root }}
{{- $data := $.Values.data }}
{{- $airflow3 := include "sample.isAirflow3" $ }}
{{- $celery := include "sample.usesCelery" $ }}
- name: AIRFLOW_HOME
  value: {{ $.Values.airflowHome }}
{{- range list
  (list true "AIRFLOW__CORE__FERNET_KEY" "fernetKey" "fernet-key")
  (list true "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN" "metadata" "connection")
  (list true "AIRFLOW_CONN_AIRFLOW_DB" "metadata" "connection")
  (list $airflow3 "AIRFLOW__API__SECRET_KEY" "apiSecretKey" "api-secret-key")
  (list (and $airflow3 .jwt) "AIRFLOW__API_AUTH__JWT_SECRET" "jwt" "jwt-secret")
  (list (not $airflow3) "AIRFLOW__WEBSERVER__SECRET_KEY" "webserverSecretKey" "webserver-secret-key")
  (list (and $celery (or $data.resultBackendSecretName $data.resultBackendConnection)) "AIRFLOW__CELERY__RESULT_BACKEND" "resultBackend" "connection")
  (list $celery "AIRFLOW__CELERY__BROKER_URL" "brokerUrl" "connection")
  (list $.Values.elasticsearch.enabled "AIRFLOW__ELASTICSEARCH__HOST" "elasticsearch" "connection")
  (list $.Values.opensearch.enabled "AIRFLOW__OPENSEARCH__HOST" "opensearch" "connection") }}
{{- $name := index . 1 }}
{{- if and (first .) (get $.Values.enableBuiltInSecretEnvVars $name) }}
{{ include "sample.envFromSecret" (list $name (include (printf "sample.secret.%s" (index . 2)) $) (last .)) }}
{{- end }}
{{- end }}
{{- end }}

{{/* Both, and the component's own: (dict "root" $ "jwt" true "own" .Values.scheduler.env). */}}
{{- define "sample.env" -}}
{{- include "sample.env.custom" .root | trim }}
{{ include "sample.env.builtIn" . }}
{{- include "sample.env.own" .own }}
{{- end }}

{{/* A component's own variables; of what Kubernetes offers, values and keys of Secrets and ConfigMaps. */}}
{{- define "sample.env.own" -}}
{{- range . }}
- name: {{ .name }}
  {{- if .value }}
  value: {{ .value | quote }}
  {{- else if .valueFrom }}
  {{- $from := .valueFrom }}
  valueFrom:
    {{- range $kind := list "secretKeyRef" "configMapKeyRef" }}
    {{- with get $from $kind }}
    {{ $kind }}: {{ pick . "name" "key" | toJson }}
    {{- end }}
    {{- end }}
  {{- end }}
{{- end }}
{{- end }}

{{/* Variables that point Kerberos libraries at the ticket cache. */}}
{{- define "sample.env.kerberos" -}}
- name: KRB5_CONFIG
  value: {{ .Values.kerberos.configPath | quote }}
- name: KRB5CCNAME
  value: {{ printf "%s/%s" .Values.kerberos.ccacheMountPath .Values.kerberos.ccacheFileName | quote }}
{{- end }}
