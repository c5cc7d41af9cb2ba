{{/* The port of an address, as text. Arguments: address, default (for an address without one). */}}
{{- define "stripebridge.portOf" -}}
{{- default .default (regexFind "[0-9]+$" (regexFind ":[0-9]+$" (.address | trimSuffix "/"))) -}}
{{- end -}}

{{/* The ports of the broker for messaging, as YAML of a list. */}}
{{- define "stripebridge.brokerPorts" -}}
{{- $defaults := dict "tcp" "55555" "tcps" "55443" "ws" "80" "wss" "443" -}}
{{- $ports := list -}}
{{- range splitList "," .Values.config.solace.host -}}
{{- $scheme := lower (trim (index (splitList "://" .) 0)) -}}
{{- $ports = append $ports (include "stripebridge.portOf" (dict "address" (trim .) "default" (get $defaults $scheme)) | int) -}}
{{- end -}}
{{- toYaml (uniq $ports) -}}
{{- end -}}

{{/* The port of SEMP, as YAML of a list. */}}
{{- define "stripebridge.sempPorts" -}}
{{- $address := urlParse .Values.config.semp.host -}}
{{- $default := ternary "443" "80" (eq $address.scheme "https") -}}
{{- toYaml (list (include "stripebridge.portOf" (dict "address" $address.host "default" $default) | int)) -}}
{{- end -}}

{{/* The ports of Redis, as YAML of a list; none without Redis. */}}
{{- define "stripebridge.redisPorts" -}}
{{- if not .Values.config.redis.enabled -}}
[]
{{- else if include "stripebridge.secrets" (dict "root" . "names" (list "redisUrl")) -}}
{{- toYaml .Values.networkPolicy.redisPorts -}}
{{- else -}}
{{- toYaml (list (include "stripebridge.portOf" (dict "address" .Values.config.redis.host "default" "6379") | int)) -}}
{{- end -}}
{{- end -}}

{{/* Rules of a NetworkPolicy that let pods look up names, and reach some ports anywhere.
     Arguments: ports (a list). */}}
{{- define "stripebridge.egress" -}}
- ports:
    - {port: 53, protocol: UDP}
    - {port: 53, protocol: TCP}
{{- with .ports }}
- ports:
    {{- range . }}
    - {port: {{ . }}, protocol: TCP}
    {{- end }}
{{- end }}
{{- end -}}
