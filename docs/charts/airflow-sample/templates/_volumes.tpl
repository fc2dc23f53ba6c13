{{/* Mounts of the Airflow containers and the volumes behind them. */}}

{{/* A read-only file of a volume: (list "config" "krb5.conf" "/etc/krb5.conf"). */}}
{{- define "sample.fileMount" -}}
- name: {{ index . 0 }}
  subPath: {{ index . 1 }}
  mountPath: {{ index . 2 }}
  readOnly: true
{{- end }}

{{- define "sample.configMount" -}}
{{- include "sample.fileMount" (list "config" "airflow.cfg" (printf "%s/airflow.cfg" .Values.airflowHome)) }}
{{ include "sample.fileMount" (list "config" "airflow_local_settings.py" (printf "%s/config/airflow_local_settings.py" .Values.airflowHome)) }}
{{- end }}

{{/* The logs: (list $ "/opt/airflow/logs"). */}}
{{- define "sample.logsMount" -}}
- name: logs
  mountPath: {{ last . }}
  {{- with (first .).Values.logs.persistence.subPath }}
  subPath: {{ . }}
  {{- end }}
{{- end }}

{{- define "sample.dagsMount" -}}
- name: dags
  mountPath: {{ .Values.dags.mountPath | default (printf "%s/dags" .Values.airflowHome) }}
  {{- with .Values.dags.persistence.subPath }}
  subPath: {{ . }}
  {{- end }}
  readOnly: {{ .Values.dags.gitSync.enabled }}
{{- end }}

{{/* Keytab, krb5.conf and the ticket cache: (list $ true), whether tickets may be written. */}}
{{- define "sample.kerberosMounts" -}}
{{- $kerberos := (first .).Values.kerberos }}
{{- include "sample.fileMount" (list "kerberos-keytab" "kerberos.keytab" $kerberos.keytabPath) }}
{{ include "sample.fileMount" (list "config" "krb5.conf" $kerberos.configPath) }}
- name: kerberos-ccache
  mountPath: {{ $kerberos.ccacheMountPath }}
  readOnly: {{ not (last .) }}
{{- end }}

{{/* What the reader mounts, into all containers and into those of a component: root, values. */}}
{{- define "sample.extraMounts" -}}
{{- with .root.Values.volumeMounts }}
{{ toYaml . }}
{{- end }}
{{- with .values.extraVolumeMounts }}
{{ tpl (toYaml .) $.root }}
{{- end }}
{{- end }}

{{- define "sample.tokenIsMounted" -}}
{{- $account := .values.serviceAccount }}
{{- if and .token (include "sample.launchesPods" .root) (not $account.automountServiceAccountToken) $account.serviceAccountTokenVolume.enabled }}yes{{ end }}
{{- end }}

{{- define "sample.tokenMount" -}}
{{- with .values.serviceAccount.serviceAccountTokenVolume }}
- name: {{ .volumeName }}
  mountPath: {{ .mountPath }}
  readOnly: true
{{- end }}
{{- end }}

{{/* What a kubelet would mount by itself, with settings. */}}
{{- define "sample.tokenVolume" -}}
{{- with .values.serviceAccount.serviceAccountTokenVolume }}
- name: {{ .volumeName }}
  projected:
    defaultMode: 420
    sources:
      - serviceAccountToken:
          path: token
          expirationSeconds: {{ .expirationSeconds }}
          {{- with .audience }}
          audience: {{ . }}
          {{- end }}
      - configMap:
          name: kube-root-ca.crt
          items: [{key: ca.crt, path: ca.crt}]
      - downwardAPI:
          items:
            - path: namespace
              fieldRef: {apiVersion: v1, fieldPath: metadata.namespace}
{{- end }}
{{- end }}

{{/* All volumes of a pod; for the keys see sample.podTemplate. */}}
{{- define "sample.volumes" -}}
{{- $ := .root }}
- name: config
  configMap:
    name: {{ $.Release.Name }}-config
{{- if and .dags .dags.mount }}
{{- if $.Values.dags.persistence.enabled }}
- name: dags
  persistentVolumeClaim:
    claimName: {{ include "sample.claim.dags" $ }}
{{- else if $.Values.dags.gitSync.enabled }}
- name: dags
  emptyDir: {{ $.Values.dags.gitSync.emptyDirConfig | default dict | toJson }}
{{- end }}
{{- if .dags.key }}
- name: git-sync-ssh-key
  secret:
    secretName: {{ include "sample.secret.gitSshKey" $ }}
    defaultMode: 288
{{- end }}
{{- end }}
{{- if and .kerberos $.Values.kerberos.enabled }}
- name: kerberos-keytab
  secret:
    secretName: {{ include "sample.secret.kerberosKeytab" $ }}
- name: kerberos-ccache
  emptyDir: {}
{{- end }}
{{- with $.Values.volumes }}
{{ toYaml . }}
{{- end }}
{{- with .values.extraVolumes }}
{{ tpl (toYaml .) $ }}
{{- end }}
{{- if include "sample.tokenIsMounted" . }}
{{ include "sample.tokenVolume" . }}
{{- end }}
{{- if and .logs $.Values.logs.persistence.enabled }}
- name: logs
  persistentVolumeClaim:
    claimName: {{ include "sample.claim.logs" $ }}
{{- else if and (eq "always" (.logs | default "")) (not .stateful) }}
- name: logs
  emptyDir: {{ $.Values.logs.emptyDirConfig | default dict | toJson }}
{{- end }}
{{- end }}
