{{/* A connection URI; user and password are URL-encoded. Keys: scheme user pass host port path sslmode. */}}
{{- define "sample.uri" -}}
{{- $who := printf "%s:%s" (.user | urlquery) (.pass | urlquery) }}
{{- $query := "" }}
{{- with .sslmode }}
{{- $query = printf "sslmode=%s" . }}
{{- end }}
{{- dict "scheme" .scheme "userinfo" $who "host" (printf "%s:%s" .host (.port | toString)) "path" (printf "/%s" .path) "query" $query | urlJoin }}
{{- end }}

{{/* pgbouncer.ini */}}
{{- define "sample.pgbouncerIni" -}}
{{- $metadata := .Values.data.metadataConnection }}
{{- $results := .Values.data.resultBackendConnection | default $metadata }}
{{- $ownHost := printf "%s-postgresql.%s" .Release.Name .Release.Namespace }}
{{- with .Values.pgbouncer -}}
[databases]
{{ $.Release.Name }}-metadata = host={{ $metadata.host | default $ownHost }} dbname={{ tpl $metadata.db $ }} port={{ $metadata.port }} pool_size={{ .metadataPoolSize }} {{ .extraIniMetadata | default "" }}
{{ $.Release.Name }}-result-backend = host={{ $results.host | default $ownHost }} dbname={{ tpl $results.db $ }} port={{ $results.port }} pool_size={{ .resultBackendPoolSize }} {{ .extraIniResultBackend | default "" }}

[pgbouncer]
pool_mode = transaction
listen_port = {{ $.Values.ports.pgbouncer }}
listen_addr = *
auth_type = {{ .auth_type }}
auth_file = {{ .auth_file }}
stats_users = {{ tpl $metadata.user $ }}
ignore_startup_parameters = extra_float_digits
max_client_conn = {{ .maxClientConn }}
verbose = {{ .verbose }}
log_disconnections = {{ .logDisconnections }}
log_connections = {{ .logConnections }}
server_tls_sslmode = {{ .sslmode }}
server_tls_ciphers = {{ .ciphers }}
{{- if .ssl.ca }}
server_tls_ca_file = /etc/pgbouncer/root.crt
{{- end }}
{{- if .ssl.cert }}
server_tls_cert_file = /etc/pgbouncer/server.crt
{{- end }}
{{- if .ssl.key }}
server_tls_key_file = /etc/pgbouncer/server.key
{{- end }}
{{- with .extraIni }}
{{ . }}
{{- end }}
{{- end }}
{{- end }}

{{/* users.txt */}}
{{- define "sample.pgbouncerUsers" -}}
{{- $metadata := .Values.data.metadataConnection }}
{{- $results := .Values.data.resultBackendConnection | default $metadata }}
{{- range list $metadata $results }}
{{ tpl .user $ | quote }} {{ .pass | quote }}
{{- end }}
{{- end }}
