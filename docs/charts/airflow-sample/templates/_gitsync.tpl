{{/* The containers that fetch DAG files: (dict "root" $ "once" true), where once is for the init container. */}}

{{- define "sample.gitSync" -}}
{{- $ := .root }}
{{- $own := $.Values.dags.gitSync }}
{{- $key := include "sample.hasGitKey" $ }}
{{- $mounts := list "- {name: dags, mountPath: /git}" }}
{{- if $key }}
{{- $mounts = append $mounts (include "sample.fileMount" (list "git-sync-ssh-key" "gitSshKey" "/etc/git-secret/ssh")) }}
{{- if $own.knownHosts }}
{{- $mounts = append $mounts (include "sample.fileMount" (list "config" "known_hosts" "/etc/git-secret/known_hosts")) }}
{{- end }}
{{- end }}
{{- with $own.extraVolumeMounts }}
{{- $mounts = append $mounts (tpl (toYaml .) $) }}
{{- end }}
{{- $security := $own.securityContexts.container | default $own.securityContext | default (dict "runAsUser" $own.uid) }}
{{- $container := include "sample.container" (dict "root" $ "name" (printf "%s%s" $own.containerName (ternary "-init" "" .once))
  "image" (include "sample.otherImage" (list $ $.Values.images.gitSync)) "pullPolicy" $.Values.images.gitSync.pullPolicy
  "security" (toYaml $security) "env" (include "sample.gitSync.env" .) "resources" $own.resources
  "probes" (ternary "" (include "sample.gitSync.probes" $) .once) "mounts" (join "\n" $mounts)) }}
{{- $container }}
{{- with $own.envFrom }}
  envFrom:
    {{- tpl . $ | trim | nindent 4 }}
{{- end }}
{{- end }}

{{/* Every setting under its name of git-sync 3 and under that of git-sync 4. */}}
{{- define "sample.gitSync.env" -}}
{{- $ := .root }}
{{- $own := $.Values.dags.gitSync }}
{{- $key := include "sample.hasGitKey" $ }}
{{- $hosts := and $key $own.knownHosts }}
{{- range list
  (list $own.rev "GIT_SYNC_REV")
  (list $own.ref "GITSYNC_REF")
  (list $own.branch "GIT_SYNC_BRANCH")
  (list $own.repo "GIT_SYNC_REPO" "GITSYNC_REPO")
  (list $own.depth "GIT_SYNC_DEPTH" "GITSYNC_DEPTH")
  (list "/git" "GIT_SYNC_ROOT" "GITSYNC_ROOT")
  (list "repo" "GIT_SYNC_DEST" "GITSYNC_LINK")
  (list "true" "GIT_SYNC_ADD_USER" "GITSYNC_ADD_USER")
  (list $own.period "GITSYNC_PERIOD")
  (list $own.wait "GIT_SYNC_WAIT")
  (list (toString $own.maxFailures) "GIT_SYNC_MAX_SYNC_FAILURES" "GITSYNC_MAX_FAILURES")
  (list (ternary "true" "" .once) "GIT_SYNC_ONE_TIME" "GITSYNC_ONE_TIME")
  (list (ternary "" (printf ":%v" $own.httpPort) .once) "GIT_SYNC_HTTP_BIND" "GITSYNC_HTTP_BIND")
  (list (ternary "true" "" (eq $key "yes")) "GIT_SYNC_SSH" "GITSYNC_SSH")
  (list (ternary "/etc/git-secret/ssh" "" (eq $key "yes")) "GIT_SSH_KEY_FILE" "GITSYNC_SSH_KEY_FILE")
  (list (ternary (ternary "true" "false" (not (empty $hosts))) "" (eq $key "yes")) "GIT_KNOWN_HOSTS" "GITSYNC_SSH_KNOWN_HOSTS")
  (list (ternary "/etc/git-secret/known_hosts" "" (not (empty $hosts))) "GIT_SSH_KNOWN_HOSTS_FILE" "GITSYNC_SSH_KNOWN_HOSTS_FILE") }}
{{- $value := first . }}
{{- if $value }}
{{- range rest . }}
- name: {{ . }}
  value: {{ $value | quote }}
{{- end }}
{{- end }}
{{- end }}
{{- if and $own.credentialsSecret (not $key) }}
{{- range list "GIT_SYNC_USERNAME" "GITSYNC_USERNAME" "GIT_SYNC_PASSWORD" "GITSYNC_PASSWORD" }}
{{ include "sample.envFromSecret" (list . $own.credentialsSecret .) }}
{{- end }}
{{- end }}
{{- with $own.env }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "sample.gitSync.probes" -}}
{{- $own := .Values.dags.gitSync }}
{{- $check := dict "httpGet" (dict "path" "/" "port" $own.httpPort) }}
{{- $probes := dict }}
{{- if $own.startupProbe.enabled }}
{{- $_ := set $probes "startupProbe" (merge (omit $own.startupProbe "enabled") $check) }}
{{- end }}
{{- if and $own.recommendedProbeSetting $own.livenessProbe.enabled }}
{{- $timing := dict "timeoutSeconds" 1 "initialDelaySeconds" 0 "periodSeconds" 5 "failureThreshold" 10 }}
{{- range $name, $default := $timing }}
{{- $_ := set $timing $name (get $own.livenessProbe $name | default $default) }}
{{- end }}
{{- $_ := set $probes "livenessProbe" (merge $timing $check) }}
{{- else if $own.livenessProbe }}
{{- $_ := set $probes "livenessProbe" (tpl (toYaml $own.livenessProbe) . | fromYaml) }}
{{- end }}
{{- if and $own.readinessProbe (not $own.recommendedProbeSetting) }}
{{- $_ := set $probes "readinessProbe" (tpl (toYaml $own.readinessProbe) . | fromYaml) }}
{{- end }}
{{- with $probes }}
{{- toYaml . }}
{{- end }}
{{- end }}
