{{/* Which failures of a run are final, as part of a Job's specification: those with these exit codes
     (docs/reference/exit-codes.md). A pod that a drain of its node ends does not count. Argument: a
     list of exit codes. */}}
{{- define "stripebridge.retries" -}}
podFailurePolicy:
  rules:
    - action: Ignore
      onPodConditions:
        - type: DisruptionTarget
          status: "True"
    - action: FailJob
      onExitCodes:
        containerName: provision
        operator: In
        values: {{ . | toJson }}
{{- end -}}

{{/* The pod of a provisioning run. Arguments: root, component (of its secrets), arguments. */}}
{{- define "stripebridge.provisionPod" -}}
{{- $secrets := include "stripebridge.secretsOf" (pick . "root" "component") | fromYamlArray -}}
{{- $own := dict "root" .root "secrets" $secrets -}}
metadata:
  labels:
    {{- include "stripebridge.selector" (dict "root" .root "component" "provision") | nindent 4 }}
spec:
  {{- include "stripebridge.podFields" .root | nindent 2 }}
  restartPolicy: Never
  containers:
    - name: provision
      {{- include "stripebridge.containerFields" $own | nindent 6 }}
      args:
        - provision
        {{- range .arguments }}
        - {{ . }}
        {{- end }}
        {{- with include "stripebridge.topologyArguments" .root | trim }}
        {{- . | nindent 8 }}
        {{- end }}
      env:
        {{- include "stripebridge.sempVariable" .root | nindent 8 }}
        {{- with include "stripebridge.secretVariables" $own | trim }}
        {{- . | nindent 8 }}
        {{- end }}
      resources:
        {{- toYaml .root.Values.resources | nindent 8 }}
      volumeMounts:
        {{- include "stripebridge.mounts" $own | trim | nindent 8 }}
  volumes:
    {{- include "stripebridge.volumes" $own | trim | nindent 4 }}
{{- end -}}
