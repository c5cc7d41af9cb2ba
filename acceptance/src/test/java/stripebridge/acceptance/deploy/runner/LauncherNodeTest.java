package stripebridge.acceptance.deploy.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.acceptance.Project;
import stripebridge.acceptance.deploy.runner.control.PodLife;

class LauncherNodeTest {
  private static final String ADDRESS = "127.9.8.7";

  @TempDir Path folder;

  private Network network;
  private PodPlan plan;
  private PodFolder pod;

  @BeforeEach
  void makePod() throws Exception {
    Files.writeString(folder.resolve("nginx.conf"), CONFIG);
    network = new Network(folder.resolve("network"));
    plan =
        new PodPlan(
            "pod",
            Map.of(),
            "image",
            List.of("true"),
            Map.of("INBOX_PATH", "/data/inbox.db", "BIND", "0.0.0.0", "OTHER", "/etc/hosts"),
            "/data",
            List.of(
                new Mount("/data", false, new Mount.Empty()),
                new Mount("/tmp", false, new Mount.Empty()),
                new Mount(
                    "/etc/nginx.conf", true, new Mount.HostFile(folder.resolve("nginx.conf")))),
            Map.of(),
            Map.of(),
            Optional.empty(),
            Duration.ZERO,
            PodLife.RestartPolicy.NEVER,
            Duration.ZERO);
    pod = new PodFolder(folder.resolve("pod"), folder.resolve("claims"), plan);
  }

  private static final String CONFIG =
      """
      pid /tmp/nginx.pid;
      upstream bridges { server bridge-1:8080; server my-bridge-1:8080; }
      server { listen 8080; location /data/x { proxy_pass http://bridges; } }
      error_log /var/log/error.log;
      """;

  private ProcessBuilder process(String... command) throws Exception {
    return new LauncherNode(network).process(plan, pod, ADDRESS, List.of(command));
  }

  @Test
  void startsTheLauncherWithPathsAndAddressesOfThisMachine() throws Exception {
    ProcessBuilder process =
        process(
            "/opt/stripebridge/bin/stripebridge",
            "serve",
            "--topology=/data/topology.yaml",
            "--bind",
            "0.0.0.0",
            "/database");
    assertThat(process.command())
        .containsExactly(
            Project.root().resolve("stripebridge").toString(),
            "serve",
            "--topology=" + pod.onHost("/data") + "/topology.yaml",
            "--bind",
            ADDRESS,
            "/database");
    assertThat(process.environment())
        .containsEntry("INBOX_PATH", pod.onHost("/data") + "/inbox.db")
        .containsEntry("BIND", ADDRESS)
        .containsEntry("OTHER", "/etc/hosts")
        .containsEntry("APP_HOST", ADDRESS)
        .containsOnlyKeys(
            "INBOX_PATH", "BIND", "OTHER", "APP_HOST", "PATH", "JAVA_HOME", "JDK_JAVA_OPTIONS");
    assertThat(process.environment().get("JDK_JAVA_OPTIONS"))
        .contains("-Djdk.net.hosts.file=" + network.hosts())
        .contains("-Djava.io.tmpdir=" + pod.onHost("/tmp"));
    assertThat(process.directory()).isEqualTo(Path.of(pod.onHost("/data")).toFile());
  }

  @Test
  void knowsTheChecksOfForeignImages() throws Exception {
    assertThat(process("redis-cli", "-e", "ping").command().getLast())
        .startsWith("exec 3<>/dev/tcp/" + ADDRESS + "/6379 ");
    assertThat(
            process("wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/up")
                .command()
                .getLast())
        .contains("/dev/tcp/" + ADDRESS + "/8080 ", "GET /up HTTP/1.0");
    assertThatThrownBy(() -> process("redis-cli", "shutdown"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the runner knows [-e, ping] only, not [shutdown]");
  }

  @Test
  void givesNginxAConfigurationForThisMachine() {
    network.set("bridge-1", List.of("127.1.1.1"));
    assertThat(NginxConfig.rewritten(CONFIG, pod, ADDRESS, network.names()))
        .isEqualTo(
            """
            pid %1$s/nginx.pid;
            upstream bridges { server 127.1.1.1:8080; server my-bridge-1:8080; }
            server { listen 127.9.8.7:8080; location /data/x { proxy_pass http://bridges; } }
            error_log /var/log/error.log;
            """
                .formatted(pod.onHost("/tmp")));
  }
}
