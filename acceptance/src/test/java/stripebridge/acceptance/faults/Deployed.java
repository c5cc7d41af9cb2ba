package stripebridge.acceptance.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.junit.jupiter.api.Assumptions;
import stripebridge.acceptance.deploy.chart.Chart;
import stripebridge.acceptance.deploy.runner.Cluster;
import stripebridge.acceptance.deploy.runner.Release;
import stripebridge.sandbox.Fault;
import stripebridge.sandbox.SandboxBroker;
import stripebridge.service.inbox.redis.RedisProcess;

/// The chart, installed in a cluster of its own, with a sandbox as the broker.
final class Deployed implements AutoCloseable {
  /// Long enough for three JVMs, one after the other, on a busy machine.
  static final Duration ROLLOUT_MAX = Duration.ofMinutes(4);

  private static final Duration TEST_MAX = Duration.ofMinutes(2);
  private static final Duration DELIVERY_MAX = Duration.ofMinutes(1);
  private static final Duration STOP_MAX = Duration.ofMinutes(1);

  private static final String NAME = "bridge-stripe-solace-bridge";
  private static final int WEBHOOKS = 8080;

  private final Cluster cluster;
  private final SandboxBroker broker;
  private final AtomicBoolean isBrokerAway = new AtomicBoolean();
  private final Release release;
  private final Arrivals arrivals;
  private Chart chart;

  /// What a scenario does.
  @FunctionalInterface
  interface Scenario {
    void run(Deployed deployed) throws Exception;
  }

  private Deployed(Cluster cluster, SandboxBroker broker, Chart chart) {
    this.cluster = cluster;
    this.broker = broker;
    this.chart = chart;
    release = new Release(cluster);
    arrivals = new Arrivals(broker);
  }

  /// Runs a scenario with the chart installed, as a StatefulSet.
  static void withVolume(Path folder, Scenario scenario) throws Exception {
    run(folder, Chart.withImage(), scenario);
  }

  /// Runs a scenario with the chart installed, as a Deployment with Redis.
  static void withRedis(Path folder, int replicas, Scenario scenario) throws Exception {
    Assumptions.assumeTrue(Cluster.obstacle().isEmpty(), () -> Cluster.obstacle().orElseThrow());
    try (RedisProcess redis = Replicas.durableRedis(folder)) {
      Chart chart =
          Chart.withImage().with("replicaCount", replicas).with("config.redis.enabled", true);
      run(
          folder,
          chart,
          deployed -> {
            deployed.cluster.external("redis", Map.of(6379, local(redis::port)));
            scenario.run(deployed);
          });
    }
  }

  private static void run(Path folder, Chart chart, Scenario scenario) throws Exception {
    Assumptions.assumeTrue(Cluster.obstacle().isEmpty(), () -> Cluster.obstacle().orElseThrow());
    try (SandboxBroker broker = SandboxBroker.start();
        Cluster cluster = Cluster.start(folder, chart.namespace());
        Deployed deployed = new Deployed(cluster, broker, chart)) {
      cluster.external(
          "solace-broker",
          Map.of(
              55555,
              deployed.unlessAway(local(broker::smfPort)),
              8080,
              deployed.unlessAway(local(broker::sempPort))));
      cluster.put(secrets());
      try {
        scenario.run(deployed);
      } catch (Throwable e) {
        System.out.println(cluster.status());
        throw e;
      }
    }
  }

  private static Supplier<List<InetSocketAddress>> local(Supplier<Integer> port) {
    return () -> List.of(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port.get()));
  }

  private Supplier<List<InetSocketAddress>> unlessAway(Supplier<List<InetSocketAddress>> broker) {
    return () -> isBrokerAway.get() ? List.of() : broker.get();
  }

  /// Takes the broker away with its administration, or brings it back.
  void setBrokerAway(boolean isAway) {
    isBrokerAway.set(isAway);
    if (isAway) {
      broker.inject(new Fault.Outage(Duration.ofHours(1)));
    } else {
      broker.clearFaults();
    }
  }

  private static List<Secret> secrets() {
    return List.of(
        secret("stripe-webhook-secret", ServeProcess.SECRET),
        secret("solace-username", "stripe-bridge-user"),
        secret("solace-password", "password-of-the-bridge"),
        secret("solace-semp-username", "admin"),
        secret("solace-semp-password", "admin"));
  }

  static Secret secret(String name, String value) {
    return new SecretBuilder()
        .withNewMetadata()
        .withName(name)
        .endMetadata()
        .withStringData(Map.of("value", value))
        .build();
  }

  /// `helm upgrade --install` of the chart as it is, and waits until all of it is done.
  void install() {
    apply();
    awaitProvisioned();
    awaitRolledOut();
  }

  private void apply() {
    release.upgrade(chart.objects());
  }

  /// `helm upgrade` with a changed value. Waits for nothing.
  void upgrade(String path, Object value) {
    chart = chart.atRevision(chart.revision() + 1).with(path, value);
    apply();
  }

  void awaitRolledOut() {
    cluster.awaitRolledOut(workload(), ROLLOUT_MAX);
  }

  /// Waits until a container was started again, and all pods are ready.
  void awaitRestarted() {
    cluster.await(
        "a container is started again",
        ROLLOUT_MAX,
        () -> cluster.observed(workload()).stream().anyMatch(pod -> pod.restarts() > 0));
    awaitRolledOut();
  }

  /// Waits for the Job of the last revision.
  void awaitProvisioned() {
    cluster.awaitComplete("Job/" + job(), ROLLOUT_MAX);
  }

  private String job() {
    return chart.objects().stream()
        .filter(object -> object.getKind().equals("Job"))
        .map(object -> object.getMetadata().getName())
        .findFirst()
        .orElseThrow();
  }

  /// `helm test`; returns its report.
  String test() {
    return release.test(TEST_MAX);
  }

  /// Waits until each event that was answered 200 is on the broker.
  void awaitDelivered(Load load) throws Exception {
    Eventually.await(
        "all events are on the broker",
        DELIVERY_MAX,
        () -> new HashSet<>(arrivals.ids()).containsAll(load.stored()));
  }

  /// Stops all pods, and asserts that nothing happened that should not.
  void stopCleanly() {
    cluster.stopAll(STOP_MAX);
    assertThat(cluster.problems()).isEmpty();
  }

  /// Kind and name of what runs the bridges.
  String workload() {
    boolean isReplicated = chart.objects().stream().anyMatch(o -> o.getKind().equals("Deployment"));
    return (isReplicated ? "Deployment/" : "StatefulSet/") + NAME;
  }

  URI webhooks() {
    return cluster.uri(NAME, WEBHOOKS).resolve("/webhooks/stripe");
  }

  Cluster cluster() {
    return cluster;
  }

  Arrivals arrivals() {
    return arrivals;
  }

  @Override
  public void close() {
    cluster.close();
  }
}
