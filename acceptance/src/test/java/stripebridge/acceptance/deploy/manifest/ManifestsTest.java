package stripebridge.acceptance.deploy.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import java.util.List;
import org.junit.jupiter.api.Test;

class ManifestsTest {
  private static final String DEPLOYMENT =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata:
        name: bridge
      spec:
        replicas: 2
        selector: {matchLabels: {app: bridge}}
        template:
          metadata: {labels: {app: bridge}}
          spec:
            containers:
              - name: bridge
                image: bridge:1
                readinessProbe: {httpGet: {path: /ready, port: admin}}
      """;

  @Test
  void readsEachDocumentIntoTheModelOfItsKind() {
    List<HasMetadata> objects =
        Manifests.parse(
            "---\n# nothing\n---\n"
                + DEPLOYMENT
                + """
                ---
                apiVersion: external-secrets.io/v1
                kind: ExternalSecret
                metadata: {name: secret}
                spec: {any: thing}
                """);

    assertThat(objects).hasSize(2);
    assertThat(objects.get(0))
        .isInstanceOfSatisfying(
            Deployment.class, read -> assertThat(read.getSpec().getReplicas()).isEqualTo(2));
    assertThat(objects.get(1)).isInstanceOf(GenericKubernetesResource.class);
    assertThat(objects).flatMap(Manifests::unknownFields).isEmpty();
  }

  @Test
  void findsUnknownFieldsAtAnyDepth() {
    assertThat(unknown(DEPLOYMENT.replace("readinessProbe", "readinesProbe")))
        .containsExactly("Deployment/bridge: spec.template.spec.containers[0].readinesProbe");
    assertThat(unknown(DEPLOYMENT.replace("path:", "pathz:")))
        .containsExactly(
            "Deployment/bridge: spec.template.spec.containers[0].readinessProbe.httpGet.pathz");
    assertThat(unknown(DEPLOYMENT.replace("replicas:", "replicaz:")))
        .containsExactly("Deployment/bridge: spec.replicaz");
  }

  @Test
  void knowsTheOperatorsAndIstiosModels() {
    String monitor =
        """
        apiVersion: monitoring.coreos.com/v1
        kind: ServiceMonitor
        metadata: {name: bridge}
        spec: {selector: {}, endpoints: [{port: admin, interval: 30s}]}
        """;
    String policy =
        """
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: bridge}
        spec: {action: ALLOW, rules: [{to: [{operation: {methods: [POST], paths: [/w]}}]}]}
        """;

    assertThat(Manifests.parse(monitor).getFirst()).isInstanceOf(ServiceMonitor.class);
    assertThat(unknown(monitor)).isEmpty();
    assertThat(unknown(monitor.replace("interval", "intervall")))
        .containsExactly("ServiceMonitor/bridge: spec.endpoints[0].intervall");
    assertThat(unknown(policy)).isEmpty();
    assertThat(unknown(policy.replace("paths", "pathz")))
        .containsExactly("AuthorizationPolicy/bridge: spec.rules[0].to[0].operation.pathz");
  }

  @Test
  void refusesWhatIsNoObject() {
    assertThatThrownBy(() -> Manifests.parse("kind: Deployment\n"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("/apiVersion");
  }

  private static List<String> unknown(String yaml) {
    return Manifests.unknownFields(Manifests.parse(yaml).getFirst());
  }
}
