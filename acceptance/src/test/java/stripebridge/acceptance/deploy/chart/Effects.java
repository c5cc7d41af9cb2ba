package stripebridge.acceptance.deploy.chart;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// What each value of the chart changes.
final class Effects {
  /// One change of a value.
  ///
  /// A field is `Kind suffix: path`, with the suffix of the object's name, and items of a list by
  /// their name or number; `+Kind suffix` and `-Kind suffix` are objects that appear and disappear.
  ///
  /// @param path the value
  /// @param base values without which it has no effect, as YAML by their paths
  /// @param value the new value, as YAML
  /// @param fields the fields that change, and no others do; a star is any text
  record Effect(String path, Map<String, String> base, String value, List<String> fields) {
    @Override
    public String toString() {
      return path + ": " + value;
    }
  }

  private static final String SERVE = "StatefulSet: spec.template.spec.";
  private static final String REPLICAS = "Deployment: spec.template.spec.";
  private static final String PROVISION = "Job provision: spec.template.spec.";
  private static final String VALIDATE = "Pod validate: spec.";
  private static final String CHECKSUM =
      "StatefulSet: spec.template.metadata.annotations.checksum/config";
  private static final String CLAIM = "StatefulSet: spec.volumeClaimTemplates[0].";

  /// A base that is refused; the value permits it.
  static final String REFUSED = "refused";

  private final Map<String, String> base = new LinkedHashMap<>();
  private final List<Effect> effects = new ArrayList<>();

  private Effects() {}

  /// In the order of `values.yaml`.
  static List<Effect> all() {
    Effects all = new Effects();
    all.names();
    all.broker();
    all.redis();
    all.secrets();
    all.pods();
    all.exposure();
    all.scaling();
    all.provisioning();
    all.everyPod();
    return all.effects;
  }

  /// Sets the base of the effects that follow.
  private void given(String... pathsAndValues) {
    base.clear();
    for (int i = 0; i < pathsAndValues.length; i += 2) {
      base.put(pathsAndValues[i], pathsAndValues[i + 1]);
    }
  }

  private void add(String path, String value, String... fields) {
    effects.add(new Effect(path, new LinkedHashMap<>(base), value, List.of(fields)));
  }

  private void add(String path, String value, List<String> fields) {
    add(path, value, fields.toArray(String[]::new));
  }

  private static List<String> inEachPod(String field) {
    return List.of(SERVE + field, PROVISION + field, VALIDATE + field);
  }

  /// The name of a Secret, in the pods with these prefixes.
  private static List<String> named(String volume, String... pods) {
    return Stream.of(pods).map(pod -> pod + "volumes[" + volume + "].secret.secretName").toList();
  }

  private static List<String> keyed(String volume, String... pods) {
    return Stream.of(pods).map(pod -> pod + "volumes[" + volume + "].secret.items[0].key").toList();
  }

  /// A secret that pods get, or no longer get.
  private static List<String> mounted(String volume, String variable, String... pods) {
    return Stream.of(pods)
        .flatMap(pod ->
            Stream.of(
                pod + "containers[*].env[" + variable + "].*",
                pod + "containers[*].volumeMounts[" + volume + "].*",
                pod + "volumes[" + volume + "].*"))
        .toList();
  }

  @SafeVarargs
  private static List<String> together(List<String>... lists) {
    List<String> all = new ArrayList<>();
    for (List<String> list : lists) {
      all.addAll(list);
    }
    return all;
  }

  private void names() {
    String[] naming = {
      "*: metadata.name",
      "*: *.configMapRef.name",
      "*: *serviceAccountName",
      "Pod validate: spec.containers[validate].args[*]",
      "StatefulSet: spec.serviceName"
    };
    given();
    add(
        "nameOverride",
        "other",
        Stream.concat(Stream.of(naming), Stream.of("*app.kubernetes.io/name")).toList());
    add("fullnameOverride", "other", naming);
    add("replicaCount", "0", "StatefulSet: spec.replicas");
    add("image.repository", "other", inEachPod("containers[*].image"));
    add("image.tag", "other", inEachPod("containers[*].image"));
    add("image.digest", "sha256:0", inEachPod("containers[*].image"));
    add("image.pullPolicy", "Always", inEachPod("containers[*].imagePullPolicy"));
    add("image.pullSecrets", "[{name: r}]", inEachPod("imagePullSecrets[r].name"));
    add("config.stripe.webhookSecretRef", "other", named("webhook-secret", SERVE, VALIDATE));
    add("config.stripe.webhookSecretKey", "other", keyed("webhook-secret", SERVE, VALIDATE));
  }

  private void broker() {
    add("config.solace.host", "tcps://other", "ConfigMap: data.SOLACE_HOST", CHECKSUM);
    add("config.solace.vpn", "other", "ConfigMap: data.SOLACE_VPN", CHECKSUM);
    add("config.solace.usernameRef", "other", named("solace-username", SERVE, VALIDATE));
    add("config.solace.usernameKey", "other", keyed("solace-username", SERVE, VALIDATE));
    add("config.solace.passwordRef", "other", named("solace-password", SERVE, PROVISION, VALIDATE));
    add("config.solace.passwordKey", "other", keyed("solace-password", SERVE, PROVISION, VALIDATE));
    add(
        "config.solace.caRef",
        "ca",
        mounted("solace-ca", "SOLACE_TLS_CA_CERT_PATH", SERVE, PROVISION, VALIDATE));
    given("config.solace.caRef", "ca");
    add("config.solace.caKey", "other", keyed("solace-ca", SERVE, PROVISION, VALIDATE));
    add(
        "config.solace.caPasswordRef",
        "password",
        mounted(
            "solace-ca-password", "SOLACE_TLS_CA_CERT_PASSWORD_FILE", SERVE, PROVISION, VALIDATE));
    given("config.solace.caPasswordRef", "password");
    add(
        "config.solace.caPasswordKey",
        "other",
        keyed("solace-ca-password", SERVE, PROVISION, VALIDATE));
    given();
    add(
        "config.semp.host",
        "http://other",
        PROVISION + "containers[provision].env[SOLACE_SEMP_HOST].value",
        VALIDATE + "containers[validate].env[SOLACE_SEMP_HOST].value");
    add("config.semp.usernameRef", "other", named("semp-username", PROVISION, VALIDATE));
    add("config.semp.usernameKey", "other", keyed("semp-username", PROVISION, VALIDATE));
    add("config.semp.passwordRef", "other", named("semp-password", PROVISION, VALIDATE));
    add("config.semp.passwordKey", "other", keyed("semp-password", PROVISION, VALIDATE));
    add("config.semp.tokenRef", "token", token());
    given("config.semp.tokenRef", "token");
    add("config.semp.tokenKey", "other", keyed("semp-token", PROVISION, VALIDATE));
    given();
    add(
        "config.semp.caRef",
        "ca",
        mounted("semp-ca", "SOLACE_SEMP_TLS_CA_CERT_PATH", PROVISION, VALIDATE));
    given("config.semp.caRef", "ca");
    add("config.semp.caKey", "other", keyed("semp-ca", PROVISION, VALIDATE));
  }

  /// A token takes the place of the administrator's name and password.
  private static List<String> token() {
    return together(
        mounted("semp-token", "SOLACE_SEMP_TOKEN_FILE", PROVISION, VALIDATE),
        mounted("semp-username", "SOLACE_SEMP_USERNAME_FILE", PROVISION, VALIDATE),
        mounted("semp-password", "SOLACE_SEMP_PASSWORD_FILE", PROVISION, VALIDATE));
  }

  private void redis() {
    given();
    add("config.redis.enabled", "true", "-StatefulSet", "+Deployment");
    given("config.redis.enabled", "true");
    String url = REPLICAS + "containers[stripebridge].env[REDIS_URL].value";
    add("config.redis.host", "other", url);
    add("config.redis.tls", "true", url);
    List<String> urlAsSecret =
        together(
            mounted("redis-url", "REDIS_URL_FILE", REPLICAS),
            List.of(REPLICAS + "containers[stripebridge].env[REDIS_URL].*"));
    add("config.redis.urlRef", "url", urlAsSecret);
    given("config.redis.enabled", "true", "config.redis.urlRef", "url");
    add("config.redis.urlKey", "other", keyed("redis-url", REPLICAS));
    add("config.redis.caRef", "ca", mounted("redis-ca", "REDIS_TLS_CA_CERT_PATH", REPLICAS));
    given("config.redis.enabled", "true", "config.redis.caRef", "ca");
    add("config.redis.caKey", "other", keyed("redis-ca", REPLICAS));
    add(
        "config.redis.clientCertRef",
        "certificate",
        together(
            mounted("redis-client", "REDIS_TLS_CERT_PATH", REPLICAS),
            List.of(REPLICAS + "containers[stripebridge].env[REDIS_TLS_KEY_PATH].*")));
    given();
    add("config.settings", "{LOG_LEVEL: debug}", "ConfigMap: data.LOG_LEVEL", CHECKSUM);
    add(
        "topology",
        "'version: 1'",
        together(
            List.of("+ConfigMap topology"),
            inEachPod("containers[*].args[*]"),
            inEachPod("containers[*].volumeMounts[topology].*"),
            inEachPod("volumes[topology].*")));
  }

  private void secrets() {
    given("plainSecrets.webhookSecret", "whsec_x");
    add("allowPlainSecrets", "true", REFUSED);
    given("allowPlainSecrets", "true");
    plain("webhookSecret", "webhook-secret", SERVE, VALIDATE);
    plain("solaceUsername", "solace-username", SERVE, VALIDATE);
    plain("solacePassword", "solace-password", SERVE, PROVISION, VALIDATE);
    plain("sempUsername", "semp-username", PROVISION, VALIDATE);
    plain("sempPassword", "semp-password", PROVISION, VALIDATE);
    add("plainSecrets.sempToken", "x", together(List.of("+Secret semp-token"), token()));
    given(
        "allowPlainSecrets", "true", "config.redis.enabled", "true", "config.redis.urlRef", "url");
    plain("redisUrl", "redis-url", REPLICAS);
    given("externalSecrets.storeName", "vault", "externalSecrets.remoteRefs", "{sempCa: {key: k}}");
    add(
        "externalSecrets.enabled",
        "true",
        together(
            List.of("+ExternalSecret semp-ca"),
            mounted("semp-ca", "SOLACE_SEMP_TLS_CA_CERT_PATH", PROVISION, VALIDATE)));
    base.put("externalSecrets.enabled", "true");
    String spec = "ExternalSecret semp-ca: spec.";
    add("externalSecrets.storeKind", "SecretStore", spec + "secretStoreRef.kind");
    add("externalSecrets.storeName", "other", spec + "secretStoreRef.name");
    add("externalSecrets.refreshInterval", "2h", spec + "refreshInterval");
    add(
        "externalSecrets.remoteRefs",
        "{sempCa: {key: other}, sempUsername: {key: k}}",
        together(
            List.of(spec + "data[0].remoteRef.key", "+ExternalSecret semp-username"),
            named("semp-username", PROVISION, VALIDATE)));
  }

  private void plain(String name, String volume, String... pods) {
    add("plainSecrets." + name, "x", together(List.of("+Secret " + volume), named(volume, pods)));
  }

  private void pods() {
    given();
    add("resources.requests", "{cpu: 1}", inEachPod("containers[*].resources.requests.cpu"));
    add("resources.limits", "{cpu: 1}", inEachPod("containers[*].resources.limits.cpu"));
    add("persistence.size", "1Gi", CLAIM + "spec.resources.requests.storage");
    add("persistence.storageClass", "fast", CLAIM + "spec.storageClassName");
    add("persistence.accessMode", "ReadWriteOncePod", CLAIM + "spec.accessModes[0]");
    add("persistence.annotations", "{a: b}", CLAIM + "metadata.annotations.a");
    add(
        "preStopSeconds",
        "9",
        SERVE + "containers[stripebridge].lifecycle.preStop.exec.command[1]",
        SERVE + "terminationGracePeriodSeconds");
  }

  private void exposure() {
    String args = VALIDATE + "containers[validate].args[*]";
    add("service.type", "LoadBalancer", "Service: spec.type");
    add("service.port", "80", "Service: spec.ports[http-webhooks].port", args);
    add("service.annotations", "{a: b}", "Service: metadata.annotations.a");
    add("adminService.port", "91", "Service admin: spec.ports[http-admin].port", args);
    add("adminService.annotations", "{a: b}", "Service admin: metadata.annotations.a");
    add("ingress.enabled", "true", "+Ingress");
    given("ingress.enabled", "true", "ingress.tls", "true");
    add("ingress.className", "nginx", "Ingress: spec.ingressClassName");
    add("ingress.host", "other", "Ingress: spec.rules[0].host", "Ingress: spec.tls[0].hosts[0]");
    given("ingress.enabled", "true");
    add("ingress.tls", "true", "Ingress: spec.tls[0].*");
    given("ingress.enabled", "true", "ingress.tls", "true");
    add("ingress.tlsSecretName", "other", "Ingress: spec.tls[0].secretName");
    add("ingress.annotations", "{a: b}", "Ingress: metadata.annotations.a");
    given("httpRoute.parentRefs", "[{name: gateway}]");
    add("httpRoute.enabled", "true", "+HTTPRoute");
    base.put("httpRoute.enabled", "true");
    add(
        "httpRoute.parentRefs",
        "[{name: gateway, sectionName: https}]",
        "HTTPRoute: spec.parentRefs[gateway].sectionName");
    add("httpRoute.hostnames", "[a.b]", "HTTPRoute: spec.hostnames[0]");
    add("httpRoute.annotations", "{a: b}", "HTTPRoute: metadata.annotations.a");
    given();
    add("istio.authorizationPolicy.enabled", "true", "+AuthorizationPolicy");
    given("istio.authorizationPolicy.enabled", "true");
    add(
        "istio.authorizationPolicy.adminNamespaces",
        "[other]",
        "AuthorizationPolicy: spec.rules[1].from[0].source.namespaces[0]");
    given();
    add(
        "networkPolicy.enabled",
        "true",
        "+NetworkPolicy",
        "+NetworkPolicy provision",
        "+NetworkPolicy validate");
    given("networkPolicy.enabled", "true");
    String policy = "NetworkPolicy: spec.";
    add("networkPolicy.webhooksFrom", "[{podSelector: {}}]", policy + "ingress[0].from[*");
    add("networkPolicy.adminFrom", "[{podSelector: {}}]", policy + "ingress[1].from[1].*");
    given("networkPolicy.enabled", "true", "config.redis.enabled", "true");
    base.put("config.redis.urlRef", "url");
    add("networkPolicy.redisPorts", "[26379]", policy + "egress[1].ports[1].port");
    add(
        "networkPolicy.extraEgress",
        "[{ports: [{port: 1}]}]",
        policy + "egress[2].ports[0].port",
        "NetworkPolicy provision: spec.egress[2].ports[0].port",
        "NetworkPolicy validate: spec.egress[3].ports[0].port");
  }

  private void scaling() {
    given("config.redis.enabled", "true", "replicaCount", "2");
    add("podDisruptionBudget.enabled", "false", "-PodDisruptionBudget");
    add("autoscaling.enabled", "true", "+HorizontalPodAutoscaler", "Deployment: spec.replicas");
    given("config.redis.enabled", "true", "autoscaling.enabled", "true");
    String scaler = "HorizontalPodAutoscaler: spec.";
    add("autoscaling.minReplicas", "2", scaler + "minReplicas");
    add("autoscaling.maxReplicas", "9", scaler + "maxReplicas");
    add("autoscaling.targetCPU", "50", scaler + "metrics[0].resource.target.averageUtilization");
    add(
        "autoscaling.scaleDownSeconds",
        "60",
        scaler + "behavior.scaleDown.stabilizationWindowSeconds");
    String spread = REPLICAS + "topologySpreadConstraints[";
    add("topologySpread.keys", "[rack]", spread + "0].topologyKey", spread + "1].*");
    add(
        "topologySpread.whenUnsatisfiable",
        "DoNotSchedule",
        spread + "0].whenUnsatisfiable",
        spread + "1].whenUnsatisfiable");
    given();
    add("serviceMonitor.enabled", "true", "+ServiceMonitor");
    given("serviceMonitor.enabled", "true");
    add("serviceMonitor.interval", "15s", "ServiceMonitor: spec.endpoints[0].interval");
    add("serviceMonitor.labels", "{a: b}", "ServiceMonitor: metadata.labels.a");
    monitoring();
  }

  private void monitoring() {
    given();
    add("prometheusRule.enabled", "true", "+PrometheusRule");
    given("prometheusRule.enabled", "true");
    add("prometheusRule.broker", "true", "+PrometheusRule broker");
    add("prometheusRule.labels", "{a: b}", "PrometheusRule: metadata.labels.a");
    String annotation = "PrometheusRule: spec.groups[*].rules[*].annotations.";
    add(
        "prometheusRule.runbookUrl",
        "https://other/docs",
        annotation + "runbook",
        annotation + "runbook_url");
    given();
    add("dashboard.enabled", "true", "+ConfigMap dashboard");
    given("dashboard.enabled", "true");
    add("dashboard.labels", "{a: b}", "ConfigMap dashboard: metadata.labels.a");
    add("dashboard.annotations", "{a: b}", "ConfigMap dashboard: metadata.annotations.a");
  }

  private void provisioning() {
    given();
    add("initJob.enabled", "false", "-Job provision");
    add("initJob.backoffLimit", "1", "Job provision: spec.backoffLimit");
    add("initJob.ttlSecondsAfterFinished", "null", "Job provision: spec.ttlSecondsAfterFinished");
    add(
        "initJob.passwords",
        "[{name: A_PASSWORD, secretRef: s}]",
        mounted("password-a-password", "A_PASSWORD_FILE", PROVISION));
    add("initJob.annotations", "{a: b}", "Job provision: metadata.annotations.a");
    add("driftCheck.enabled", "true", "+CronJob drift-check");
    given("driftCheck.enabled", "true");
    add("driftCheck.schedule", "'@daily'", "CronJob drift-check: spec.schedule");
    given();
    add("tests.withConsumers", "true", VALIDATE + "containers[validate].args[*]");
  }

  private void everyPod() {
    add(
        "serviceAccount.create",
        "false",
        together(List.of("-ServiceAccount"), inEachPod("serviceAccountName")));
    add(
        "serviceAccount.name",
        "other",
        together(
            List.of("-ServiceAccount", "+ServiceAccount other"), inEachPod("serviceAccountName")));
    add("serviceAccount.annotations", "{a: b}", "ServiceAccount: metadata.annotations.a");
    add("podAnnotations", "{a: b}", "StatefulSet: spec.template.metadata.annotations.a");
    add("podLabels", "{a: b}", "StatefulSet: spec.template.metadata.labels.a");
    add("podSecurityContext", "{runAsUser: null}", inEachPod("securityContext.runAsUser"));
    add(
        "securityContext",
        "{privileged: false}",
        inEachPod("containers[*].securityContext.privileged"));
    add("nodeSelector", "{a: b}", inEachPod("nodeSelector.a"));
    add("tolerations", "[{operator: Exists}]", inEachPod("tolerations[0].operator"));
    add("affinity", "{nodeAffinity: {}}", SERVE + "affinity.nodeAffinity");
    add("priorityClassName", "high", SERVE + "priorityClassName");
  }
}
