package stripebridge.acceptance.deploy.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import stripebridge.acceptance.deploy.manifest.Manifests;

/// The rules, and the schemas of Kubernetes' objects, find what is planted in a rendering.
class ChartRulesTest {
  static Stream<Arguments> planted() {
    return Stream.of(
        planted(
            "default",
            "name: SOLACE_PASSWORD_FILE",
            "name: SOLACE_PASSWORD",
            "SECRETS_ARE_FILES: Pod/bridge-stripe-solace-bridge-validate: SOLACE_PASSWORD is a"),
        planted(
            "default",
            "  SOLACE_VPN: default",
            "  SOLACE_PASSWORD: x",
            "SECRETS_ARE_FILES: ConfigMap: SOLACE_PASSWORD is a secret"),
        planted(
            "gateway",
            "value: rediss://redis",
            "value: rediss://:secret@redis",
            "SECRETS_ARE_FILES: Deployment/bridge-stripe-solace-bridge: REDIS_URL is a secret"),
        planted(
            "default",
            "name: SOLACE_USERNAME_FILE",
            "name: SOLACE_USER_FILE",
            "VARIABLES_ARE_SETTINGS: Pod/bridge-stripe-solace-bridge-validate: no setting SOLACE"),
        planted(
            "default",
            "  SOLACE_VPN: default",
            "  SOLACE_VPNS: x",
            "VARIABLES_ARE_SETTINGS: ConfigMap: no setting SOLACE_VPNS"),
        planted(
            "default",
            "- serve\n          env:",
            "- serve\n          env:\n            - {name: SOLACE_SEMP_USERNAME_FILE, value: /x}",
            "PODS_HAVE_ONLY_THEIR_SECRETS: StatefulSet/bridge-stripe-solace-bridge: does not read"),
        planted(
            "default",
            "mountPath: /run/secrets/stripebridge/webhook-secret",
            "mountPath: /run/secrets/stripebridge/other",
            "PODS_HAVE_ONLY_THEIR_SECRETS: Pod/bridge-stripe-solace-bridge-validate: nothing"),
        planted(
            "default",
            "- name: tmp\n              mountPath: /tmp",
            "- name: tmp\n              subPath: x\n              mountPath: /tmp",
            "MOUNTS_AND_VOLUMES_MATCH: StatefulSet/bridge-stripe-solace-bridge: subPath at /tmp"),
        planted(
            "default",
            "- name: inbox\n              mountPath",
            "- name: inbx\n              mountPath",
            "MOUNTS_AND_VOLUMES_MATCH: StatefulSet/bridge-stripe-solace-bridge: no volume inbx"),
        planted(
            "replicas",
            "configMap:\n            name: bridge-stripe-solace-bridge-topology-",
            "configMap:\n            name: other-",
            "MOUNTS_AND_VOLUMES_MATCH: Deployment/bridge-stripe-solace-bridge: no ConfigMap"),
        planted(
            "default",
            "        app.kubernetes.io/component: serve\n    spec:",
            "        app.kubernetes.io/component: server\n    spec:",
            "SELECTORS_SELECT: StatefulSet/bridge-stripe-solace-bridge: its selector does not"),
        planted(
            "default",
            "    app.kubernetes.io/instance: bridge\n    app.kubernetes.io/component: serve\n  p",
            "    app.kubernetes.io/component: serve\n  p",
            "SELECTORS_SELECT: Service/bridge-stripe-solace-bridge: may select pods of another"),
        planted(
            "ingress",
            "app.kubernetes.io/component: admin\n  endpoints:",
            "app.kubernetes.io/component: serve\n  endpoints:",
            "PORTS_EXIST_BY_NAME: ServiceMonitor: no port http-admin"),
        planted(
            "default",
            "targetPort: webhooks",
            "targetPort: webhook",
            "PORTS_EXIST_BY_NAME: Service/bridge-stripe-solace-bridge: its pods have no port"),
        planted(
            "ingress",
            "port: http-admin\n      path",
            "port: admin\n      path",
            "PORTS_EXIST_BY_NAME: ServiceMonitor: no port admin"),
        planted(
            "default",
            "path: \"/ready?exclude=broker,topics,loss\"",
            "path: /ready",
            "PROBES_ASK_THE_ADMIN_PORT: StatefulSet/bridge-stripe-solace-bridge: probes"),
        planted(
            "default",
            "terminationGracePeriodSeconds: 45",
            "terminationGracePeriodSeconds: 30",
            "PODS_HAVE_TIME_TO_END: StatefulSet/bridge-stripe-solace-bridge: has 30 s to end, and"),
        planted(
            "default",
            "          lifecycle:\n            preStop:",
            "          x-lifecycle:\n            preStop:",
            "PODS_HAVE_TIME_TO_END: StatefulSet/bridge-stripe-solace-bridge: ends while"),
        planted(
            "default",
            "readOnlyRootFilesystem: true",
            "readOnlyRootFilesystem: false",
            "PODS_ARE_CONFINED: Job/bridge-stripe-solace-bridge-provision-1-"),
        planted(
            "default",
            "enableServiceLinks: false",
            "enableServiceLinks: true",
            "PODS_ARE_CONFINED: StatefulSet/bridge-stripe-solace-bridge: lacks links"),
        planted(
            "ingress",
            "path: /webhooks/stripe",
            "path: /",
            "ONLY_WEBHOOKS_ARE_PUBLIC: Ingress: exposes Exact / http-webhooks"),
        planted(
            "gateway",
            "method: POST",
            "method: GET",
            "ONLY_WEBHOOKS_ARE_PUBLIC: HTTPRoute: exposes GET Exact /hooks/stripe"),
        planted(
            "default",
            "clusterIP: None",
            "type: LoadBalancer",
            "ONLY_WEBHOOKS_ARE_PUBLIC: Service: exposes the admin port"),
        planted(
            "gateway",
            "kind: Deployment\n    name: bridge",
            "kind: Deployment\n    name: other",
            "REFERENCES_LEAD_SOMEWHERE: HorizontalPodAutoscaler: no Deployment to scale"),
        planted(
            "default",
            "serviceName: bridge-stripe-solace-bridge-admin",
            "serviceName: other",
            "REFERENCES_LEAD_SOMEWHERE: StatefulSet: no Service other"),
        planted(
            "default",
            "  replicas: 1",
            "  replicas: 2",
            "ONE_VOLUME_HAS_ONE_POD: StatefulSet: has several replicas"),
        planted(
            "default",
            "podManagementPolicy: Parallel",
            "podManagementPolicy: OrderedReady",
            "ONE_VOLUME_HAS_ONE_POD: StatefulSet: a rollback does not replace"),
        planted(
            "default",
            "mountPath: /var/lib/stripebridge",
            "mountPath: /var/lib/other",
            "ONE_VOLUME_HAS_ONE_POD: StatefulSet: its inbox is not on a claim"),
        planted(
            "replicas",
            "maxUnavailable: 0",
            "maxUnavailable: 1",
            "REPLICAS_ARE_REPLACED_ONE_BY_ONE: Deployment: an update takes replicas away"),
        planted(
            "default",
            "values: [1,2,5]",
            "values: [1,2]",
            "JOBS_FAIL_AT_ONCE: Job: tries again what cannot succeed"),
        planted(
            "monitoring",
            "{{ $labels.job }} refuses genuine",
            "refuses genuine",
            "MONITORING_IS_SHIPPED_AS_IT_IS: PrometheusRule/bridge-stripe-solace-bridge: is not"),
        planted(
            "monitoring",
            "for: 2m",
            "for: 3m",
            "MONITORING_IS_SHIPPED_AS_IT_IS: PrometheusRule/bridge-stripe-solace-bridge: is not"),
        planted(
            "monitoring",
            "\"refresh\": \"30s\"",
            "\"refresh\": \"5s\"",
            "MONITORING_IS_SHIPPED_AS_IT_IS: ConfigMap: is not dashboard.json"),
        planted(
            "default",
            "-provision-1-",
            "-provision-1-" + "x".repeat(30),
            "NAMES_ARE_SHORT: Job/bridge-stripe-solace-bridge-provision-1-x"));
  }

  private static Arguments planted(String shape, String text, String planted, String violation) {
    return Arguments.of(shape, text, planted, violation);
  }

  @ParameterizedTest
  @MethodSource("planted")
  void areFound(String shape, String text, String planted, String violation) {
    String rendered = Chart.ofShape(shape).render();
    assertThat(rendered).contains(text);

    List<String> found = ChartRules.violations(Manifests.parse(rendered.replace(text, planted)));

    assertThat(found).anyMatch(line -> line.contains(violation));
  }

  @Test
  void haveAPlantedViolationEach() {
    assertThat(planted())
        .extracting(arguments -> String.valueOf(arguments.get()[3]).replaceFirst(":.*", ""))
        .containsAll(Stream.of(ChartRules.values()).map(ChartRules::name).toList());
  }

  static Stream<Arguments> wrong() {
    return Stream.of(
        Arguments.of("default", "imagePullPolicy: IfNotPresent", "imagePullPolicy: Sometimes"),
        Arguments.of("default", "  replicas: 1", "  replicas: \"1\""),
        Arguments.of("default", "restartPolicy: Never", "restartPolicy: Once"),
        Arguments.of("default", "accessModes: [ReadWriteOnce]", "accessModes: [ReadWriteTwice]"),
        Arguments.of("default", "storage: 10Gi", "storage: 10GB"),
        Arguments.of("default", "name: http-webhooks", "name: http-webhooks-of-stripe"),
        Arguments.of("default", "- name: stripebridge", "- nam: stripebridge"),
        Arguments.of("default", "name: tmp\n              mountPath", "mountPath"),
        Arguments.of("default", "instance: bridge", "instance: \"-bridge\""),
        Arguments.of("default", "action: Ignore", "action: Forget"),
        Arguments.of("gateway", "maxReplicas: 6", "maxReplica: 6"),
        Arguments.of("gateway", "type: Exact", "type: Exactly"),
        Arguments.of("gateway", "- name: public", "- nam: public"),
        Arguments.of("gateway", "action: ALLOW", "action: PERMIT"),
        Arguments.of("gateway", "methods: [POST]", "method: [POST]"),
        Arguments.of("gateway", "protocol: UDP", "protocol: DNS"),
        Arguments.of("ingress", "pathType: Exact", "pathTyp: Exact"),
        Arguments.of("ingress", "interval: 30s", "interval: 30"),
        Arguments.of("ingress", "concurrencyPolicy: Forbid", "concurrencyPolicy: Never"),
        Arguments.of("monitoring", "record: stripebridge:", "record: stripebridge-"),
        Arguments.of("monitoring", "      - alert: StripebridgeDown\n", "      - summary: x\n"),
        Arguments.of("monitoring", "interval: 1m", "interval: 1 minute"),
        Arguments.of("monitoring", "severity: page", "severity: 1"),
        Arguments.of("external-secrets", "creationPolicy: Owner", "creationPolicy: Ownr"),
        Arguments.of("external-secrets", "remoteRef:", "remoteReff:"),
        Arguments.of("external-secrets", "kind: ClusterSecretStore", "kind: Vault"),
        Arguments.of("external-secrets", "refreshInterval: 1h", "refreshInterval: hourly"));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void areBackedBySchemas(String shape, String text, String planted) throws IOException {
    String rendered = Chart.ofShape(shape).render();
    assertThat(rendered).contains(text);

    List<JsonNode> documents = ChartTest.documents(rendered.replace(text, planted));

    assertThat(documents).flatMap(KubernetesSchemas::problems).isNotEmpty();
  }
}
