{{/* What all pods that run Airflow share. */}}

{{- define "sample.image" -}}
{{- $repository := .Values.images.airflow.repository | default .Values.defaultAirflowRepository }}
{{- $digest := .Values.images.airflow.digest | default .Values.defaultAirflowDigest }}
{{- if $digest }}
{{- printf "%s@%s" $repository $digest }}
{{- else }}
{{- printf "%s:%s" $repository (.Values.images.airflow.tag | default .Values.defaultAirflowTag) }}
{{- end }}
{{- end }}

{{/* One environment variable from a Secret: (list "NAME" "secret" "key"). */}}
{{- define "sample.envFromSecret" -}}
- name: {{ index . 0 }}
  valueFrom:
    secretKeyRef:
      name: {{ index . 1 }}
      key: {{ index . 2 }}
{{- end }}

{{/* Environment of an Airflow container: (dict "root" $ "jwt" true "own" .Values.scheduler.env). */}}
{{- define "sample.env" -}}
{{- $ := .root }}
{{- $on := $.Values.enableBuiltInSecretEnvVars }}
{{- range $.Values.env }}
- name: {{ .name }}
  value: {{ .value | quote }}
{{- end }}
{{- range $.Values.secret }}
{{ include "sample.envFromSecret" (list .envName .secretName (.secretKey | default "value")) }}
{{- end }}
{{- with $.Values.extraEnv }}
{{ tpl . $ | trim }}
{{- end }}
- name: AIRFLOW_HOME
  value: {{ $.Values.airflowHome }}
{{- if $on.AIRFLOW__CORE__FERNET_KEY }}
{{ include "sample.envFromSecret" (list "AIRFLOW__CORE__FERNET_KEY" (include "sample.secret.fernetKey" $) "fernet-key") }}
{{- end }}
{{- if $on.AIRFLOW__DATABASE__SQL_ALCHEMY_CONN }}
{{ include "sample.envFromSecret" (list "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN" (include "sample.secret.metadata" $) "connection") }}
{{- end }}
{{- if $on.AIRFLOW_CONN_AIRFLOW_DB }}
{{ include "sample.envFromSecret" (list "AIRFLOW_CONN_AIRFLOW_DB" (include "sample.secret.metadata" $) "connection") }}
{{- end }}
{{- if include "sample.isAirflow3" $ }}
{{- if $on.AIRFLOW__API__SECRET_KEY }}
{{ include "sample.envFromSecret" (list "AIRFLOW__API__SECRET_KEY" (include "sample.secret.apiSecretKey" $) "api-secret-key") }}
{{- end }}
{{- if and .jwt $on.AIRFLOW__API_AUTH__JWT_SECRET }}
{{ include "sample.envFromSecret" (list "AIRFLOW__API_AUTH__JWT_SECRET" (include "sample.secret.jwt" $) "jwt-secret") }}
{{- end }}
{{- else if $on.AIRFLOW__WEBSERVER__SECRET_KEY }}
{{ include "sample.envFromSecret" (list "AIRFLOW__WEBSERVER__SECRET_KEY" (include "sample.secret.webserverSecretKey" $) "webserver-secret-key") }}
{{- end }}
{{- if include "sample.usesCelery" $ }}
{{- if and $on.AIRFLOW__CELERY__RESULT_BACKEND (or $.Values.data.resultBackendSecretName $.Values.data.resultBackendConnection) }}
{{ include "sample.envFromSecret" (list "AIRFLOW__CELERY__RESULT_BACKEND" (include "sample.secret.resultBackend" $) "connection") }}
{{- end }}
{{- if $on.AIRFLOW__CELERY__BROKER_URL }}
{{ include "sample.envFromSecret" (list "AIRFLOW__CELERY__BROKER_URL" (include "sample.secret.brokerUrl" $) "connection") }}
{{- end }}
{{- end }}
{{- with .own }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "sample.envFrom" -}}
{{- with .Values.extraEnvFrom }}
envFrom:
  {{- tpl . $ | trim | nindent 2 }}
{{- end }}
{{- end }}

{{- define "sample.configMount" -}}
- name: config
  mountPath: {{ .Values.airflowHome }}/airflow.cfg
  subPath: airflow.cfg
  readOnly: true
{{- end }}

{{/* Checksums of the Secrets and files that the pods must be restarted for. */}}
{{- define "sample.checksums" -}}
{{- $ := .root }}
{{- range .of }}
checksum/{{ index . 0 }}: {{ include (printf "%s/%s" $.Template.BasePath (index . 1)) $ | sha256sum }}
{{- end }}
{{- end }}

{{/*
Pod template of an Airflow component:
  root       the chart's scope
  component  name in labels
  values     its section of the values
  jwt        whether it signs or checks tokens
  logs       whether it writes logs into a volume
  claimed    whether that volume is one of the StatefulSet's claims
  port       (list "name" number), where it listens
  restartOn  (list (list "annotation" "template") …)
*/}}
{{- define "sample.pod" -}}
{{- $ := .root }}
{{- $own := .values }}
metadata:
  labels:
    {{- include "sample.selector" . | nindent 4 }}
  annotations:
    {{- include "sample.checksums" (dict "root" $ "of" .restartOn) | nindent 4 }}
    {{- if hasKey $own "safeToEvict" }}
    {{- if or $own.safeToEvict (eq .component "worker") }}
    cluster-autoscaler.kubernetes.io/safe-to-evict: {{ $own.safeToEvict | quote }}
    {{- end }}
    {{- end }}
    {{- with $own.podAnnotations }}
    {{- tpl (toYaml .) $ | nindent 4 }}
    {{- end }}
spec:
  restartPolicy: Always
  {{- with $own.terminationGracePeriodSeconds }}
  terminationGracePeriodSeconds: {{ . }}
  {{- end }}
  serviceAccountName: {{ include "sample.account" (dict "root" $ "component" .component "account" $own.serviceAccount) | quote }}
  securityContext:
    {{- include "sample.podSecurity" (list $own $.Values) | nindent 4 }}
  {{- if $own.waitForMigrations.enabled }}
  initContainers:
    - name: wait-for-airflow-migrations
      image: {{ include "sample.image" $ }}
      imagePullPolicy: {{ $.Values.images.airflow.pullPolicy }}
      args:
        - airflow
        - db
        - check-migrations
        - --migration-wait-timeout={{ $.Values.images.migrationsWaitTimeout }}
      securityContext:
        {{- include "sample.containerSecurity" (list $own.waitForMigrations $.Values) | nindent 8 }}
      {{- include "sample.envFrom" $ | nindent 6 }}
      env:
        {{- include "sample.env" (dict "root" $) | trim | nindent 8 }}
      volumeMounts:
        {{- include "sample.configMount" $ | nindent 8 }}
  {{- end }}
  containers:
    - name: {{ .component }}
      image: {{ include "sample.image" $ }}
      imagePullPolicy: {{ $.Values.images.airflow.pullPolicy }}
      args:
        {{- tpl (toYaml $own.args) $ | nindent 8 }}
      securityContext:
        {{- include "sample.containerSecurity" (list $own $.Values) | nindent 8 }}
      {{- include "sample.envFrom" $ | nindent 6 }}
      env:
        {{- if eq .component "worker" }}
        - name: DUMB_INIT_SETSID
          value: "0"
        {{- end }}
        {{- include "sample.env" (dict "root" $ "jwt" .jwt "own" $own.env) | trim | nindent 8 }}
      {{- with .port }}
      ports:
        - name: {{ first . }}
          containerPort: {{ last . }}
      {{- end }}
      resources:
        {{- toYaml $own.resources | nindent 8 }}
      volumeMounts:
        {{- include "sample.configMount" $ | nindent 8 }}
        {{- if .logs }}
        - name: logs
          mountPath: {{ $.Values.airflowHome }}/logs
        {{- end }}
    {{- if and .logs $own.logGroomerSidecar.enabled }}
    - name: {{ .component }}-log-groomer
      image: {{ include "sample.image" $ }}
      imagePullPolicy: {{ $.Values.images.airflow.pullPolicy }}
      args:
        {{- tpl (toYaml $own.logGroomerSidecar.args) $ | nindent 8 }}
      securityContext:
        {{- include "sample.containerSecurity" (list $own.logGroomerSidecar $.Values) | nindent 8 }}
      env:
        - name: AIRFLOW_HOME
          value: {{ $.Values.airflowHome | quote }}
        - name: AIRFLOW__LOG_RETENTION_DAYS
          value: {{ $own.logGroomerSidecar.retentionDays | quote }}
      resources:
        {{- toYaml $own.logGroomerSidecar.resources | nindent 8 }}
      volumeMounts:
        - name: logs
          mountPath: {{ $.Values.airflowHome }}/logs
    {{- end }}
  volumes:
    - name: config
      configMap:
        name: {{ $.Release.Name }}-config
    {{- if and .logs (not .claimed) }}
    - name: logs
      emptyDir: {}
    {{- end }}
{{- end }}

{{/* The claim of a StatefulSet for its logs: the size. */}}
{{- define "sample.logsClaim" -}}
volumeClaimTemplates:
  - apiVersion: v1
    kind: PersistentVolumeClaim
    metadata:
      name: logs
    spec:
      accessModes: [ReadWriteOnce]
      resources:
        requests:
          storage: {{ . }}
{{- end }}

{{/* Pod of a job: root, component, values, args. */}}
{{- define "sample.jobPod" -}}
{{- $ := .root }}
{{- $own := .values }}
metadata:
  labels:
    {{- include "sample.selector" . | nindent 4 }}
spec:
  restartPolicy: OnFailure
  serviceAccountName: {{ include "sample.account" (dict "root" $ "component" .account "account" $own.serviceAccount) | quote }}
  securityContext:
    {{- include "sample.podSecurity" (list $own $.Values) | nindent 4 }}
  containers:
    - name: {{ .container }}
      image: {{ include "sample.image" $ }}
      imagePullPolicy: {{ $.Values.images.airflow.pullPolicy }}
      args:
        {{- tpl (toYaml .args) $ | nindent 8 }}
      securityContext:
        {{- include "sample.containerSecurity" (list $own $.Values) | nindent 8 }}
      {{- include "sample.envFrom" $ | nindent 6 }}
      env:
        {{- include "sample.env" (dict "root" $) | trim | nindent 8 }}
      resources:
        {{- toYaml $own.resources | nindent 8 }}
      volumeMounts:
        {{- include "sample.configMount" $ | nindent 8 }}
  volumes:
    - name: config
      configMap:
        name: {{ $.Release.Name }}-config
{{- end }}

{{/* Annotations that make a job a hook: its weight. */}}
{{- define "sample.afterwards" -}}
helm.sh/hook: post-install,post-upgrade
helm.sh/hook-weight: {{ . | quote }}
helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
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
