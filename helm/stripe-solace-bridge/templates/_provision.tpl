{{/* The pod of a provisioning run. Arguments: root, arguments. */}}
{{- define "stripebridge.provisionPod" -}}
{{- $provision := dict "root" .root "component" "provision" -}}
metadata:
  labels:
    {{- include "stripebridge.selector" $provision | nindent 4 }}
spec:
  {{- include "stripebridge.podFields" .root | nindent 2 }}
  restartPolicy: Never
  containers:
    - name: provision
      {{- include "stripebridge.containerFields" $provision | nindent 6 }}
      args:
        - provision
        {{- range .arguments }}
        - {{ . }}
        {{- end }}
        {{- with include "stripebridge.topologyArguments" .root | trim }}
        {{- . | nindent 8 }}
        {{- end }}
      env:
        {{- include "stripebridge.secretVariables" $provision | trim | nindent 8 }}
      resources:
        {{- toYaml .root.Values.resources | nindent 8 }}
      volumeMounts:
        {{- include "stripebridge.mounts" $provision | trim | nindent 8 }}
  volumes:
    {{- include "stripebridge.volumes" $provision | trim | nindent 4 }}
{{- end -}}
