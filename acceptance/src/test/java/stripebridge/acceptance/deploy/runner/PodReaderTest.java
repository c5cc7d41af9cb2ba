package stripebridge.acceptance.deploy.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stripebridge.acceptance.deploy.image.Dockerfile;
import stripebridge.acceptance.deploy.image.ImageConfig;
import stripebridge.acceptance.deploy.manifest.Manifests;
import stripebridge.acceptance.deploy.runner.control.PodLife;
import stripebridge.acceptance.deploy.runner.control.Probe;
import stripebridge.acceptance.deploy.runner.control.ProbeKind;

class PodReaderTest {
  private static final ImageConfig IMAGE =
      Dockerfile.parse(
              """
              FROM scratch
              ENV INBOX_PATH=/data/inbox.db APP_PORT=8080
              WORKDIR /data
              VOLUME ["/data"]
              ENTRYPOINT ["/bin/bridge"]
              CMD ["serve"]
              """)
          .config();

  private static final String OBJECTS =
      """
      apiVersion: v1
      kind: Secret
      metadata: {name: key}
      data: {value: c2VjcmV0}
      stringData: {other: plain}
      ---
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: settings}
      data: {LOG_LEVEL: warn, FROM_MAP: "1"}
      """;

  private static final String POD =
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: bridge-0, labels: {app: bridge}}
      spec:
        terminationGracePeriodSeconds: 45
        containers:
          - name: bridge
            image: bridge:1
            args: [serve, "--host=$(HOST)", "$$(HOST)", "$(UNKNOWN)"]
            envFrom: [{configMapRef: {name: settings}}, {secretRef: {name: key}, prefix: S_}]
            env:
              - {name: HOST, valueFrom: {fieldRef: {fieldPath: status.podIP}}}
              - {name: APP, valueFrom: {fieldRef: {fieldPath: "metadata.labels['app']"}}}
              - {name: URL, value: "http://$(HOST):$(LATER)"}
              - {name: LATER, value: "1"}
              - {name: KEY, valueFrom: {secretKeyRef: {name: key, key: value}}}
              - {name: LOG_LEVEL, value: debug}
              - {name: NONE, valueFrom: {configMapKeyRef: {name: no, key: k, optional: true}}}
            ports: [{name: admin, containerPort: 9090}]
            readinessProbe: {httpGet: {path: /ready, port: admin}, failureThreshold: 2}
            lifecycle: {preStop: {exec: {command: [sleep, "5"]}}}
            volumeMounts:
              - {name: key, mountPath: /run/key}
              - {name: tmp, mountPath: /tmp}
        volumes:
          - name: key
            secret: {secretName: key, defaultMode: 0440, items: [{key: value, path: file}]}
          - {name: tmp, emptyDir: {}}
      """;

  private final ClusterObjects objects = new ClusterObjects();

  @BeforeEach
  void addObjects() {
    Manifests.parse(OBJECTS).forEach(objects::put);
  }

  private PodPlan plan(String yaml) {
    Pod pod = (Pod) Manifests.parse(yaml).getFirst();
    PodReader.Identity identity =
        new PodReader.Identity(
            "bridge-0",
            "payments",
            "127.9.9.9",
            pod.getMetadata().getLabels(),
            Map.of("APP_PORT", "tcp://127.1.1.1:80"),
            Duration.ZERO);
    return new PodReader(objects, IMAGE).read(pod.getSpec(), identity, Map.of());
  }

  @Test
  void resolvesVariables() {
    assertThat(plan(POD).environment())
        .containsExactlyInAnyOrderEntriesOf(
            Map.ofEntries(
                Map.entry("INBOX_PATH", "/data/inbox.db"),
                Map.entry("HOSTNAME", "bridge-0"),
                // As in Kubernetes, a Service called `app` overrides the image.
                Map.entry("APP_PORT", "tcp://127.1.1.1:80"),
                Map.entry("LOG_LEVEL", "debug"),
                Map.entry("FROM_MAP", "1"),
                Map.entry("S_value", "secret"),
                Map.entry("S_other", "plain"),
                Map.entry("HOST", "127.9.9.9"),
                Map.entry("APP", "bridge"),
                Map.entry("URL", "http://127.9.9.9:$(LATER)"),
                Map.entry("LATER", "1"),
                Map.entry("KEY", "secret")));
    assertThat(plan(POD.replace("spec:\n", "spec:\n  enableServiceLinks: false\n")).environment())
        .containsEntry("APP_PORT", "8080");
  }

  @Test
  void takesFromTheImageWhatTheManifestLeavesOut() {
    PodPlan plan = plan(POD);
    assertThat(plan.command())
        .containsExactly("/bin/bridge", "serve", "--host=127.9.9.9", "$(HOST)", "$(UNKNOWN)");
    assertThat(plan.workdir()).isEqualTo("/data");
    assertThat(plan(POD.replaceFirst("args: .*", "workingDir: /x")).command())
        .containsExactly("/bin/bridge", "serve");
    assertThat(plan(POD.replaceFirst("args: .*", "command: [/bin/sh]")).command())
        .containsExactly("/bin/sh");
  }

  @Test
  void readsProbesAndTheStop() {
    PodPlan plan = plan(POD);
    assertThat(plan.probes())
        .containsExactly(
            Map.entry(
                ProbeKind.READINESS,
                new PodPlan.Probing(
                    new Check.HttpGet("/ready", 9090),
                    new Probe.Timing(
                        Duration.ZERO, Duration.ofSeconds(10), Duration.ofSeconds(1), 2, 1))));
    assertThat(plan.hook()).contains(new Check.Exec(List.of("sleep", "5")));
    assertThat(plan.grace()).isEqualTo(Duration.ofSeconds(45));
    assertThat(plan.policy()).isEqualTo(PodLife.RestartPolicy.ALWAYS);
  }

  @Test
  void mountsVolumesAndThoseOfTheImage() {
    assertThat(plan(POD).mounts())
        .extracting(Mount::path)
        .containsExactly("/run/key", "/tmp", "/data");
    Mount key = plan(POD).mounts().getFirst();
    assertThat(key.isReadOnly()).isTrue();
    assertThat(key.volume())
        .isInstanceOfSatisfying(
            Mount.Projected.class,
            secret -> {
              assertThat(secret.files()).containsOnlyKeys("file");
              assertThat(secret.mode()).isEqualTo(0440);
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {secretName: key     | {secretName: keys     | Secret 'keys' is not there
          items: [{key: value  | items: [{key: valu    | Secret 'key' has no key 'valu'
          {name: settings}     | {name: setting}       | ConfigMap 'setting' is not there
          name: key, key: value | name: key, key: val  | Secret 'key' has no key 'val'
          port: admin          | port: amin            | no port of the container is called 'amin'
          {name: tmp, mount    | {name: temp, mount    | no volume is called 'temp'
          emptyDir: {}         | hostPath: {path: /}   | does not know the volume tmp
          {name: tmp, mount    | {name: tmp, subPath: x, mount | knows subPath of ConfigMaps
          {name: key, mount    | {name: key, subPath: x, mount | volume 'key' has no file 'x'
          status.podIP         | status.podIPs         | does not know the field status.podIPs
          """)
  void refusesWhatDoesNotFit(String part, String replacement, String message) {
    assertThat(POD).contains(part);
    assertThatThrownBy(() -> plan(POD.replace(part, replacement))).hasMessageContaining(message);
  }
}
