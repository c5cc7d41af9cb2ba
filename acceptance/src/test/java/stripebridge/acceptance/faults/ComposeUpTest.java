package stripebridge.acceptance.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stripebridge.acceptance.Project;
import stripebridge.acceptance.deploy.compose.ComposeFile;
import stripebridge.acceptance.deploy.compose.ComposeService;
import stripebridge.acceptance.deploy.monitoring.Tool;
import stripebridge.acceptance.deploy.runner.Cluster;
import stripebridge.acceptance.deploy.runner.ComposeProject;

/// What `make up` starts, as processes: the services of compose.yaml, in its order.
@Tag("faults")
class ComposeUpTest {
  private static final Duration UP_MAX = Duration.ofMinutes(4);
  private static final Duration COMMAND_MAX = Duration.ofMinutes(2);
  private static final String STRIPEBRIDGE = "/opt/stripebridge/bin/stripebridge";

  private static final Pattern EVENT = Pattern.compile("\\bevt_\\d+_\\d+\\b");

  @TempDir Path folder;

  @Test
  void takesTriggersAndValidatesWithTheSandbox() throws Exception {
    withServices(
        Set.of("sandbox"),
        (cluster, project) -> {
          String triggered =
              cluster.exec(
                  "bridge",
                  List.of(STRIPEBRIDGE, "trigger", "payment_intent.succeeded"),
                  COMMAND_MAX);
          assertThat(triggered).contains("payment_intent.succeeded");
          String consumed =
              cluster.exec(
                  "bridge",
                  List.of(
                      STRIPEBRIDGE,
                      "consume",
                      "--queue",
                      "stripe.payments.inbound",
                      "--count",
                      "1"),
                  COMMAND_MAX);
          assertThat(consumed).contains("payment_intent.succeeded");
          Cluster.Ended validated = validate(project, "bridge");
          assertThat(validated.log()).contains("0 failed");
          assertThat(validated.hasSucceeded()).isTrue();
        });
  }

  @Test
  void losesNothingBehindNginxWhenABridgeIsKilled() throws Exception {
    Assumptions.assumeTrue(
        Stream.of("/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/bin/nginx")
            .anyMatch(file -> Files.isExecutable(Path.of(file))),
        "this machine has no nginx");
    Load load = new Load(4);
    withServices(
        Set.of("sandbox", "replicas"),
        (cluster, project) -> {
          try (Traffic traffic =
              Traffic.start(load, project.uri("balancer", 8080).resolve("/webhooks/stripe"), 4)) {
            traffic.awaitMore(100);
            cluster.kill("bridge-1");
            traffic.awaitMore(100);
            project.up(UP_MAX);
            traffic.awaitMore(100);
            System.out.println("ComposeUpTest: " + traffic);
          }
          awaitDelivered(cluster, load);
          Cluster.Ended validated = validate(project, "balancer", "bridge-1", "bridge-2");
          assertThat(validated.log()).contains("0 failed");
        });
  }

  /// Prometheus of the profile `monitoring`, with the command and the files that its container has;
  /// only the place of these files, and the addresses, are others.
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void showsEveryBridgeToPrometheus(boolean hasReplicas) throws Exception {
    Path _ = Tool.find("prometheus");
    Set<String> profiles =
        hasReplicas ? Set.of("sandbox", "monitoring", "replicas") : Set.of("sandbox", "monitoring");
    List<String> bridges = hasReplicas ? List.of("bridge-1", "bridge-2") : List.of("bridge");
    withServices(
        profiles,
        Set.of("balancer", "prometheus", "grafana"),
        (cluster, project) -> {
          try (PrometheusProcess prometheus = prometheus(project, profiles, bridges)) {
            String connected =
                "count(solace_connection_status{job=\"stripebridge\"} == 1) == " + bridges.size();
            Eventually.await(
                "all bridges are scraped",
                COMMAND_MAX,
                () -> prometheus.value(connected).isPresent());
            assertThat(prometheus.value("count(up) - sum(up)")).hasValue("0");
            cluster.kill("sandbox");
            // The alert itself waits for five minutes; PrometheusTest sees one fire.
            Eventually.await(
                "the alert is pending",
                COMMAND_MAX,
                () ->
                    prometheus
                        .alert("StripebridgeBrokerDown")
                        .path("state")
                        .asText()
                        .equals("pending"));
            assertThat(prometheus.alert("StripebridgeDeadMessages")).isNotNull();
            assertThat(prometheus.failedRules()).isEmpty();
          }
        });
  }

  private PrometheusProcess prometheus(
      ComposeProject project, Set<String> profiles, List<String> bridges) throws Exception {
    Path root = folder.resolve("project");
    ComposeService service =
        ComposeFile.read(root).service("prometheus", variables(root, profiles));
    Path own = Files.createDirectories(folder.resolve("prometheus"));
    for (ComposeService.MountedFile file : service.files()) {
      String text = Files.readString(file.source());
      for (String bridge : bridges) {
        text = text.replace(bridge + ":9090", project.uri(bridge, 9090).getAuthority());
      }
      Files.writeString(own.resolve(Path.of(file.target()).getFileName()), text);
    }
    List<String> options = new ArrayList<>();
    for (String option : service.command()) {
      options.add(
          option
              .replace("=/etc/prometheus/", "=" + own + "/")
              .replaceFirst("=/prometheus$", "=" + own.resolve("data"))
              .replace("=0.0.0.0:9090", "=127.0.0.1:0"));
    }
    return PrometheusProcess.start(own, options);
  }

  /// Runs `validate` with what the one-shot `provision-sandbox` has, and the webhook secret.
  private static Cluster.Ended validate(ComposeProject project, String app, String... admins) {
    List<String> command =
        new ArrayList<>(List.of("validate", "--app-url", "http://" + app + ":8080", "--topology"));
    command.add("/etc/stripebridge/topology.yaml");
    for (String admin : admins.length == 0 ? new String[] {app} : admins) {
      command.addAll(List.of("--admin-url", "http://" + admin + ":9090"));
    }
    return project.run(
        "provision-sandbox",
        Map.of(
            "SOLACE_HOST", "tcp://sandbox:55555",
            "SOLACE_USERNAME", "stripe-bridge-user",
            "STRIPE_WEBHOOK_SECRET", ServeProcess.SECRET),
        command,
        COMMAND_MAX);
  }

  /// Waits until each event that was answered 200 is on the broker.
  private static void awaitDelivered(Cluster cluster, Load load) throws Exception {
    List<String> command =
        List.of(STRIPEBRIDGE, "consume", "--queue", "stripe.all.inbound", "--count", "1000000");
    Eventually.await(
        "all events are on the broker",
        COMMAND_MAX,
        () -> {
          String printed = cluster.exec("bridge-1", command, COMMAND_MAX);
          Set<String> ids =
              EVENT.matcher(printed).results().map(MatchResult::group).collect(Collectors.toSet());
          return ids.containsAll(load.stored());
        });
  }

  private interface Scenario {
    void run(Cluster cluster, ComposeProject project) throws Exception;
  }

  private void withServices(Set<String> profiles, Scenario scenario) throws Exception {
    withServices(profiles, Set.of(), scenario);
  }

  private static Map<String, String> variables(Path root, Set<String> profiles) {
    return ComposeFile.variables(
        profiles.stream()
            .sorted()
            .map(profile -> root.resolve("deploy/compose/" + profile + ".env"))
            .filter(Files::exists)
            .toArray(Path[]::new));
  }

  /// @param without services that the runner does not start
  private void withServices(Set<String> profiles, Set<String> without, Scenario scenario)
      throws Exception {
    Assumptions.assumeTrue(Cluster.obstacle().isEmpty(), () -> Cluster.obstacle().orElseThrow());
    Path root = copyOfProject(profiles);
    List<ComposeService> services =
        ComposeFile.read(root).services(profiles, variables(root, profiles)).stream()
            .filter(service -> !without.contains(service.name()))
            .toList();
    try (Cluster cluster = Cluster.start(folder.resolve("cluster"), "compose")) {
      ComposeProject project = new ComposeProject(cluster, services);
      try {
        project.up(UP_MAX);
        scenario.run(cluster, project);
        project.down(UP_MAX);
        assertThat(cluster.problems()).isEmpty();
      } catch (Throwable e) {
        System.out.println(cluster.status());
        throw e;
      }
    }
  }

  /// A copy of what Docker Compose reads, with the secrets that `make up` writes.
  private Path copyOfProject(Set<String> profiles) throws Exception {
    Path root = Files.createDirectories(folder.resolve("project"));
    for (String file :
        List.of("compose.yaml", "topology.yaml", "deploy/compose", "deploy/monitoring")) {
      copy(Project.root().resolve(file), root.resolve(file));
    }
    Files.writeString(root.resolve(".env"), "STRIPE_WEBHOOK_SECRET=" + ServeProcess.SECRET + "\n");
    List<String> command = new ArrayList<>(List.of("sh", "deploy/compose/stack", "secrets"));
    profiles.stream().sorted().forEach(command::add);
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(root.toFile()).redirectErrorStream(true);
    Path log = folder.resolve("secrets.log");
    Process process = builder.redirectOutput(log.toFile()).start();
    assertThat(process.waitFor(1, TimeUnit.MINUTES) ? process.exitValue() : -1)
        .as(() -> read(log))
        .isZero();
    return root;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        Files.createDirectories(target.resolve("..").normalize());
        if (!Files.isDirectory(file)) {
          Files.copy(file, target);
        }
      }
    }
  }
}
