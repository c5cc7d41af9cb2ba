package stripebridge.acceptance.deploy.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.acceptance.deploy.manifest.Manifests;
import stripebridge.acceptance.faults.Eventually;

/// Runs shells instead of bridges, which start in no time.
class ClusterTest {
  private static final Duration MAX = Duration.ofMinutes(1);

  private static final String SET =
      """
      apiVersion: apps/v1
      kind: StatefulSet
      metadata: {name: shell}
      spec:
        replicas: 1
        selector: {matchLabels: {app: shell}}
        serviceName: shell
        template:
          metadata: {labels: {app: shell}}
          spec:
            terminationGracePeriodSeconds: 20
            containers:
              - name: shell
                image: shell:1
                command:
                  - sh
                  - -c
                  - |
                    trap 'echo stopped; exit 0' TERM
                    echo "$HOSTNAME $REVISION" >>"$DATA/starts"
                    while :; do sleep 0.02; done
                env: [{name: DATA, value: /data}, {name: REVISION, value: "1"}]
                readinessProbe: {exec: {command: [sh, -c, 'test -s "$DATA/starts"']}}
                volumeMounts: [{name: data, mountPath: /data}]
        volumeClaimTemplates:
          - metadata: {name: data}
            spec: {accessModes: [ReadWriteOnce]}
      """;

  @TempDir Path folder;

  @BeforeEach
  void assumePossible() {
    Assumptions.assumeTrue(Cluster.obstacle().isEmpty(), () -> Cluster.obstacle().orElseThrow());
  }

  @Test
  void handsAVolumeFromAPodToTheNext() throws Exception {
    try (Cluster cluster = Cluster.start(folder, "test")) {
      cluster.put(Manifests.parse(SET));
      cluster.awaitRolledOut("StatefulSet/shell", MAX);
      cluster.put(Manifests.parse(SET.replace("value: \"1\"", "value: \"2\"")));
      cluster.awaitRolledOut("StatefulSet/shell", MAX);

      assertThat(cluster.exec("shell-0", List.of("sh", "-c", "cat \"$DATA/starts\""), MAX))
          .isEqualTo("shell-0 1\nshell-0 2\n");
      cluster.stopAll(MAX);
      assertThat(cluster.problems()).isEmpty();
    }
  }

  @Test
  void startsAKilledContainerAgainInItsPod() throws Exception {
    try (Cluster cluster = Cluster.start(folder, "test")) {
      cluster.put(Manifests.parse(SET));
      cluster.awaitRolledOut("StatefulSet/shell", MAX);
      cluster.kill("shell-0");
      cluster.await(
          "it is started again",
          MAX,
          () -> cluster.observed("StatefulSet/shell").getFirst().restarts() == 1);
      cluster.awaitRolledOut("StatefulSet/shell", MAX);
      assertThat(cluster.exec("shell-0", List.of("sh", "-c", "cat \"$DATA/starts\""), MAX))
          .isEqualTo("shell-0 1\nshell-0 1\n");
      assertThat(cluster.problems()).isEmpty();
    }
  }

  @Test
  void notesAContainerThatEndsByItself() throws Exception {
    String ends =
        SET.replace(
            "while :; do sleep 0.02; done",
            "until test -f \"$DATA/end\"; do sleep 0.02; done; exit 7");
    try (Cluster cluster = Cluster.start(folder, "test")) {
      cluster.put(Manifests.parse(ends));
      cluster.awaitRolledOut("StatefulSet/shell", MAX);
      cluster.exec("shell-0", List.of("sh", "-c", "touch \"$DATA/end\""), MAX);
      cluster.await("it has ended", MAX, () -> !cluster.problems().isEmpty());
      assertThat(cluster.problems()).containsExactly("pod shell-0 ended with 7");
    }
  }

  @Test
  void killsAndNotesAContainerThatDoesNotStop() throws Exception {
    String stubborn =
        SET.replace("trap 'echo stopped; exit 0' TERM", "trap '' TERM")
            .replace("Seconds: 20", "Seconds: 0");
    try (Cluster cluster = Cluster.start(folder, "test")) {
      cluster.put(Manifests.parse(stubborn));
      cluster.awaitRolledOut("StatefulSet/shell", MAX);
      cluster.stopAll(MAX);
      assertThat(cluster.problems())
          .containsExactlyInAnyOrder(
              "pod shell-0 was killed: it had not ended within its grace period of PT0S",
              "pod shell-0 ended with 137 when it was stopped");
    }
  }

  @Test
  void waitsForASecretThatIsNotThereYet() throws Exception {
    String needs =
        SET.replace(
            "{name: REVISION, value: \"1\"}",
            "{name: REVISION, valueFrom: {secretKeyRef: {name: revision, key: value}}}");
    try (Cluster cluster = Cluster.start(folder, "test")) {
      cluster.put(Manifests.parse(needs));
      cluster.await("it is missed", MAX, () -> !cluster.problems().isEmpty());
      assertThat(cluster.problems())
          .containsExactly("StatefulSet/shell cannot make a pod: Secret 'revision' is not there");
      cluster.put(
          Manifests.parse(
              """
              apiVersion: v1
              kind: Secret
              metadata: {name: revision}
              stringData: {value: "3"}
              """));
      cluster.awaitRolledOut("StatefulSet/shell", MAX);
    }
  }

  @Test
  void changesMountedFilesOfRunningPodsAndNothingElse() throws Exception {
    String reads =
        SET.replace(
                "[{name: data, mountPath: /data}]",
                """
                [{name: data, mountPath: /data}, {name: all, mountPath: /etc/all},
                  {name: all, mountPath: /etc/one, subPath: one},
                  {name: perhaps, mountPath: /etc/perhaps}]\
                """)
            .replace(
                "{name: REVISION, value: \"1\"}",
                """
                {name: REVISION, valueFrom: {secretKeyRef: {name: all, key: one}}},
                  {name: ALL, value: /etc/all}, {name: ONE, value: /etc/one},
                  {name: PERHAPS, value: /etc/perhaps}\
                """)
            .replace(
                "  volumeClaimTemplates:",
                """
                      volumes:
                        - {name: all, secret: {secretName: all}}
                        - {name: perhaps, configMap: {name: perhaps, optional: true}}
                  volumeClaimTemplates:\
                """);
    try (Cluster cluster = Cluster.start(folder, "test")) {
      cluster.put(Manifests.parse(secret("{one: \"1\", gone: \"1\"}")));
      cluster.put(Manifests.parse(reads));
      cluster.awaitRolledOut("StatefulSet/shell", MAX);
      assertThat(seen(cluster)).isEqualTo("all:gone=1,one=1, one=1 env=1 perhaps:");

      cluster.put(Manifests.parse(secret("{one: \"2\", added: \"2\"}")));
      List<HasMetadata> map =
          Manifests.parse(
              """
              apiVersion: v1
              kind: ConfigMap
              metadata: {name: perhaps}
              data: {there: "2"}
              """);
      cluster.put(map);
      awaitSeen(cluster, "all:added=2,one=2, one=1 env=1 perhaps:there=2,");

      cluster.remove(map);
      awaitSeen(cluster, "all:added=2,one=2, one=1 env=1 perhaps:");
      cluster.remove(Manifests.parse(secret("{}")));
      cluster.put(map);
      awaitSeen(cluster, "all:added=2,one=2, one=1 env=1 perhaps:there=2,");
      assertThat(cluster.problems()).isEmpty();
    }
  }

  private static String secret(String data) {
    return "{apiVersion: v1, kind: Secret, metadata: {name: all}, stringData: " + data + "}";
  }

  private static void awaitSeen(Cluster cluster, String expected) throws Exception {
    Eventually.await(expected, MAX, () -> seen(cluster).equals(expected));
  }

  private static String seen(Cluster cluster) throws Exception {
    String list = "for f in *; do test -e $f && printf %s=%s, $f $(cat $f); done;";
    return cluster.exec(
        "shell-0",
        List.of(
            "sh",
            "-c",
            "cd $ALL; printf all:; "
                + list
                + " printf ' one=%s env=%s ' $(cat $ONE) $REVISION; "
                + "cd $PERHAPS; printf perhaps:; "
                + list
                + " true"),
        MAX);
  }
}
