{{/* A value as the text of an environment variable. Helm reads numbers as floating point, and would
     write 100000000 as 1e+08. */}}
{{- define "stripebridge.text" -}}
{{- if and (kindIs "float64" .) (eq (floor .) .) -}}
{{ int64 . }}
{{- else -}}
{{ toString . }}
{{- end -}}
{{- end -}}

{{- define "stripebridge.webhookPath" -}}
{{- default "/webhooks/stripe" (get (include "stripebridge.settings" . | fromYaml) "APP_WEBHOOK_PATH") -}}
{{- end -}}

{{/* The settings of all pods that are no secrets, as YAML of a ConfigMap's data. */}}
{{- define "stripebridge.settings" -}}
{{- $config := .Values.config -}}
{{- $settings := dict
      "SOLACE_HOST" $config.solace.host
      "SOLACE_VPN" $config.solace.vpn -}}
{{- range $name, $value := $config.settings -}}
{{- if not (kindIs "invalid" $value) -}}
{{- $_ := set $settings $name (include "stripebridge.text" $value) -}}
{{- end -}}
{{- end -}}
{{- range $name, $value := $settings -}}
{{- if eq $value "" -}}
{{- $_ := unset $settings $name -}}
{{- end -}}
{{- end -}}
{{- toYaml $settings -}}
{{- end -}}

{{/* How long a pod may take to end: preStop, the bridge's own time, and ten seconds to spare. */}}
{{- define "stripebridge.gracePeriodSeconds" -}}
{{- $timeout := default "30" (get (include "stripebridge.settings" . | fromYaml) "ASYNC_SHUTDOWN_TIMEOUT_SECONDS") -}}
{{- add (int .Values.preStopSeconds) ($timeout | float64 | ceil | int) 10 -}}
{{- end -}}

{{/* Every secret that a pod can have: its variable, and the Secret that config names. */}}
{{- define "stripebridge.secretTable" -}}
{{- $stripe := .Values.config.stripe -}}
{{- $solace := .Values.config.solace -}}
{{- $semp := .Values.config.semp -}}
{{- $redis := .Values.config.redis -}}
webhookSecret:
  {{- dict "variable" "STRIPE_WEBHOOK_SECRET_FILE" "name" $stripe.webhookSecretRef "key" $stripe.webhookSecretKey | toYaml | nindent 2 }}
solaceUsername:
  {{- dict "variable" "SOLACE_USERNAME_FILE" "name" $solace.usernameRef "key" $solace.usernameKey | toYaml | nindent 2 }}
solacePassword:
  {{- dict "variable" "SOLACE_PASSWORD_FILE" "name" $solace.passwordRef "key" $solace.passwordKey | toYaml | nindent 2 }}
solaceCa:
  {{- dict "variable" "SOLACE_TLS_CA_CERT_PATH" "name" $solace.caRef "key" $solace.caKey | toYaml | nindent 2 }}
solaceCaPassword:
  {{- dict "variable" "SOLACE_TLS_CA_CERT_PASSWORD_FILE" "name" $solace.caPasswordRef "key" $solace.caPasswordKey | toYaml | nindent 2 }}
sempUsername:
  {{- dict "variable" "SOLACE_SEMP_USERNAME_FILE" "name" $semp.usernameRef "key" $semp.usernameKey | toYaml | nindent 2 }}
sempPassword:
  {{- dict "variable" "SOLACE_SEMP_PASSWORD_FILE" "name" $semp.passwordRef "key" $semp.passwordKey | toYaml | nindent 2 }}
sempToken:
  {{- dict "variable" "SOLACE_SEMP_TOKEN_FILE" "name" $semp.tokenRef "key" $semp.tokenKey | toYaml | nindent 2 }}
sempCa:
  {{- dict "variable" "SOLACE_SEMP_TLS_CA_CERT_PATH" "name" $semp.caRef "key" $semp.caKey | toYaml | nindent 2 }}
redisUrl:
  {{- dict "variable" "REDIS_URL_FILE" "name" $redis.urlRef "key" $redis.urlKey | toYaml | nindent 2 }}
redisCa:
  {{- dict "variable" "REDIS_TLS_CA_CERT_PATH" "name" $redis.caRef "key" $redis.caKey | toYaml | nindent 2 }}
{{- end -}}

{{/* Those of these secrets that are configured, as YAML of a list of {id, variable, name, key,
     made}: one that the chart makes, of a value or an entry of remoteRefs, goes before the Secret
     that config names.
     Arguments: root, names. */}}
{{- define "stripebridge.secrets" -}}
{{- $root := .root -}}
{{- $table := include "stripebridge.secretTable" $root | fromYaml -}}
{{- $external := ternary $root.Values.externalSecrets.remoteRefs dict $root.Values.externalSecrets.enabled -}}
{{- range $name := .names }}
{{- $entry := get $table $name }}
{{- if or (get $root.Values.plainSecrets $name) (get $external $name) }}
{{- $own := printf "%s-%s" (include "stripebridge.fullname" $root) (kebabcase $name) }}
{{- $entry = merge (dict "name" $own "key" "value" "made" true) $entry }}
{{- end }}
{{- if $entry.name }}
- {{- set $entry "id" (kebabcase $name) | toYaml | nindent 2 }}
{{- end }}
{{- end }}
{{- end -}}

{{/* The secrets of one component, as YAML of a list of {id, variable, name, key}. No pod gets more
     than its command reads: `provision --check` changes nothing and needs no user's password.
     Arguments: root, component (serve, provision, check or validate). */}}
{{- define "stripebridge.secretsOf" -}}
{{- $root := .root -}}
{{- $messaging := list "webhookSecret" "solaceUsername" "solacePassword" -}}
{{- $trust := list "solaceCa" "solaceCaPassword" -}}
{{- $admin := list "sempUsername" "sempPassword" "sempCa" -}}
{{- if include "stripebridge.secrets" (dict "root" $root "names" (list "sempToken")) -}}
{{- $admin = list "sempToken" "sempCa" -}}
{{- end -}}
{{- $redis := ternary (list "redisUrl" "redisCa") list $root.Values.config.redis.enabled -}}
{{- $names := get (dict
      "serve" (concat $messaging $trust $redis)
      "provision" (concat (list "solacePassword") $trust $admin)
      "check" (concat $trust $admin)
      "validate" (concat $messaging $trust $admin)) .component -}}
{{- include "stripebridge.secrets" (dict "root" $root "names" $names) }}
{{- if eq .component "provision" }}
{{- range $root.Values.initJob.passwords }}
- id: {{ printf "password-%s" (.name | lower | replace "_" "-") }}
  variable: {{ .name }}_FILE
  name: {{ .secretRef }}
  key: {{ default "value" .secretKey }}
{{- end }}
{{- end }}
{{- end -}}

{{/* The pod-level fields that all pods have. Arguments: root. */}}
{{- define "stripebridge.podFields" -}}
serviceAccountName: {{ include "stripebridge.serviceAccountName" . }}
automountServiceAccountToken: false
# A Service called `app` would set APP_PORT to its address.
enableServiceLinks: false
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  {{- toYaml .Values.podSecurityContext | nindent 2 }}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* The container-level fields that all containers have. Arguments: root, component. */}}
{{- define "stripebridge.containerFields" -}}
image: {{ include "stripebridge.image" .root | quote }}
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
securityContext:
  {{- toYaml .root.Values.securityContext | nindent 2 }}
envFrom:
  - configMapRef:
      name: {{ include "stripebridge.fullname" .root }}
{{- end -}}

{{/* The variables that name the files of secrets. Arguments: root, secrets (a list, as above). */}}
{{- define "stripebridge.secretVariables" -}}
{{- range .secrets }}
- name: {{ .variable }}
  value: /run/secrets/stripebridge/{{ .id }}/value
{{- end }}
{{- end -}}

{{/* Where the broker is administered; not for `serve`, which would stop over an illegal address. */}}
{{- define "stripebridge.sempVariable" -}}
- name: SOLACE_SEMP_HOST
  value: {{ .Values.config.semp.host | quote }}
{{- end -}}

{{/* The mounts of a pod: its secrets, the topology, /tmp. A Secret is mounted as a folder, never by
     subPath, so that a pod sees it change. Arguments: root, secrets. */}}
{{- define "stripebridge.mounts" -}}
- name: tmp
  mountPath: /tmp
{{- if .root.Values.topology }}
- name: topology
  mountPath: /etc/stripebridge
  readOnly: true
{{- end }}
{{- range .secrets }}
- name: {{ .id }}
  mountPath: /run/secrets/stripebridge/{{ .id }}
  readOnly: true
{{- end }}
{{- end -}}

{{/* The volumes of these mounts. Arguments: root, secrets. */}}
{{- define "stripebridge.volumes" -}}
- name: tmp
  emptyDir: {}
{{- if .root.Values.topology }}
- name: topology
  configMap:
    name: {{ include "stripebridge.topologyName" .root }}
{{- end }}
{{- range .secrets }}
- name: {{ .id }}
  secret:
    secretName: {{ .name }}
    defaultMode: 0440
    items:
      - key: {{ .key }}
        path: value
{{- end }}
{{- end -}}

{{/* The option that names the mounted topology, as YAML of a list. */}}
{{- define "stripebridge.topologyArguments" -}}
{{- if .Values.topology }}
- --topology
- /etc/stripebridge/topology.yaml
{{- end }}
{{- end -}}
