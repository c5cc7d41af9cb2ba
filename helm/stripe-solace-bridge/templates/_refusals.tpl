{{/* What the schema cannot say, and what must be said even where the schema is skipped. */}}
{{- define "stripebridge.refuse" -}}
{{- $values := .Values -}}
{{- if not $values.image.repository -}}
{{- fail "image.repository is empty: no image of stripebridge is published, because the licence of Solace's client library forbids it. Build and push your own, `docker build -t REGISTRY/stripebridge:TAG . && docker push REGISTRY/stripebridge:TAG`, and set image.repository=REGISTRY/stripebridge and image.tag=TAG" -}}
{{- end -}}
{{- if not $values.config.redis.enabled -}}
{{- if gt (int $values.replicaCount) 1 -}}
{{- fail (printf "replicaCount is %d, but an inbox on a volume has one owner: set config.redis.enabled=true, so that the replicas share an inbox in Redis, or replicaCount=1" (int $values.replicaCount)) -}}
{{- end -}}
{{- if $values.autoscaling.enabled -}}
{{- fail "autoscaling.enabled is true, but an inbox on a volume has one owner: set config.redis.enabled=true, so that the replicas share an inbox in Redis, or autoscaling.enabled=false" -}}
{{- end -}}
{{- end -}}
{{- if and $values.autoscaling.enabled (gt (int $values.autoscaling.minReplicas) (int $values.autoscaling.maxReplicas)) -}}
{{- fail (printf "autoscaling.minReplicas is %d, and so above autoscaling.maxReplicas, which is %d" (int $values.autoscaling.minReplicas) (int $values.autoscaling.maxReplicas)) -}}
{{- end -}}
{{- if not $values.allowPlainSecrets -}}
{{- range $name, $value := $values.plainSecrets -}}
{{- if $value -}}
{{- fail (printf "plainSecrets.%s is set: everybody who may read this release can read it. Create a Secret and name it in config, or use externalSecrets; for a trial, set allowPlainSecrets=true" $name) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if $values.externalSecrets.enabled -}}
{{- if not $values.externalSecrets.storeName -}}
{{- fail "externalSecrets.enabled is true, but externalSecrets.storeName is empty: name the ClusterSecretStore or SecretStore that has the secrets" -}}
{{- end -}}
{{- range $name, $ref := $values.externalSecrets.remoteRefs -}}
{{- if get $values.plainSecrets $name -}}
{{- fail (printf "plainSecrets.%s and externalSecrets.remoteRefs.%s are both set: remove one" $name $name) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- with (fromYaml $values.topology).Error -}}
{{- fail (printf "topology is not YAML: %s. Pass the file with --set-file topology=topology.yaml" .) -}}
{{- end -}}
{{- if and $values.httpRoute.enabled (not $values.httpRoute.parentRefs) -}}
{{- fail "httpRoute.enabled is true, but httpRoute.parentRefs is empty: name the Gateway that it attaches to" -}}
{{- end -}}
{{- end -}}
