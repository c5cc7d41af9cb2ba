{{/* The chart's name in names and labels. */}}
{{- define "stripebridge.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* The name of the workload, of 36 characters at most: a Job's name appends up to 27, and is a
     label of its pods. A name that is cut ends with a hash, so that two releases stay apart. */}}
{{- define "stripebridge.fullname" -}}
{{- $name := include "stripebridge.name" . -}}
{{- $full := .Release.Name -}}
{{- if .Values.fullnameOverride -}}
{{- $full = .Values.fullnameOverride -}}
{{- else if not (contains $name .Release.Name) -}}
{{- $full = printf "%s-%s" .Release.Name $name -}}
{{- end -}}
{{- if gt (len $full) 36 -}}
{{- $full = printf "%s-%s" ($full | trunc 27 | trimSuffix "-") (sha256sum $full | trunc 8) -}}
{{- end -}}
{{- $full -}}
{{- end -}}

{{/* What selects the pods of one component of one release. Arguments: root, component. */}}
{{- define "stripebridge.selector" -}}
app.kubernetes.io/name: {{ include "stripebridge.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{/* The labels of an object. Arguments: root, component. */}}
{{- define "stripebridge.labels" -}}
{{ include "stripebridge.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- end -}}

{{/* The name and labels of an object. Arguments: root, component, suffix (optional). */}}
{{- define "stripebridge.metadata" -}}
name: {{ include "stripebridge.fullname" .root }}{{ with .suffix }}-{{ . }}{{ end }}
labels:
  {{- include "stripebridge.labels" . | nindent 2 }}
{{- end -}}

{{- define "stripebridge.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "stripebridge.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "stripebridge.image" -}}
{{- $image := .Values.image -}}
{{- if $image.digest -}}
{{ $image.repository }}@{{ $image.digest }}
{{- else -}}
{{ $image.repository }}:{{ default .Chart.AppVersion $image.tag }}
{{- end -}}
{{- end -}}

{{/* Whether there can be more than one bridge at a time; "true" or nothing. */}}
{{- define "stripebridge.hasReplicas" -}}
{{- if .Values.autoscaling.enabled -}}
{{- if gt (int .Values.autoscaling.maxReplicas) 1 }}true{{ end -}}
{{- else if gt (int .Values.replicaCount) 1 -}}
true
{{- end -}}
{{- end -}}

{{- define "stripebridge.topologyName" -}}
{{ include "stripebridge.fullname" . }}-topology-{{ sha256sum .Values.topology | trunc 8 }}
{{- end -}}
