package stripebridge.bench;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import stripebridge.cli.StripebridgeCli;
import stripebridge.core.broker.BrokerAdmin;
import stripebridge.core.config.Secret;
import stripebridge.core.config.SempSettings;
import stripebridge.core.config.Trust;
import stripebridge.core.topology.Change;
import stripebridge.core.topology.Plan;
import stripebridge.core.topology.PlanOptions;
import stripebridge.core.topology.Topology;
import stripebridge.core.topology.TopologyReader;
import stripebridge.sandbox.Fault;
import stripebridge.sandbox.SandboxBroker;
import stripebridge.sandbox.SandboxOptions;
import stripebridge.solace.admin.SempBrokerAdmin;
import stripebridge.solace.admin.SempOptions;

/// How long it takes to provision 1,000 queues with 3 subscriptions each, beside asking for one
/// thing after the other; the requests of a plan are counted. Sandbox and provisioner share this
/// process, which runs with `-Xmx256m`.
public final class ProvisionBench {
  private static final int QUEUES = 1_000;
  private static final int REQUESTS_MAX = QUEUES + QUEUES / 100 + 20;
  private static final double PLAN_MAX = 0.5;
  private static final double APPLY_MIN = 2;

  /// A broker is on another machine: less than the way there and back within one data center.
  private static final Duration DISTANCE = Duration.ofMillis(1);

  private static final String ADMIN = "admin";

  private final String yaml = topology();
  private final AtomicInteger requests = new AtomicInteger();

  private ProvisionBench() {}

  /// Prints what was measured; ends with 1 when a promise is missed.
  public static void main(String[] args) throws Exception {
    ProvisionBench bench = new ProvisionBench();
    boolean held;
    // The first is for the compiler.
    try (SandboxBroker warm = bench.broker()) {
      bench.provision(warm);
    }
    try (SandboxBroker broker = bench.broker();
        SandboxBroker other = bench.broker()) {
      held = bench.apply(broker, other) & bench.plan(broker);
    }
    long megabytes = Runtime.getRuntime().maxMemory() >> 20;
    System.out.printf("  with at most %d MB of heap%n", megabytes);
    System.exit(held ? 0 : 1);
  }

  private SandboxBroker broker() {
    SandboxBroker broker =
        SandboxBroker.start(
            SandboxOptions.defaults()
                .withSemp(new SandboxOptions.Credentials(ADMIN, ADMIN))
                .withLog(line -> {
                  if (line.startsWith("semp ") && line.contains(" status=")) {
                    requests.incrementAndGet();
                  }
                }));
    broker.inject(new Fault.SlowSemp(DISTANCE));
    return broker;
  }

  private boolean apply(SandboxBroker broker, SandboxBroker other) throws Exception {
    Topology wanted = TopologyReader.read("bench", yaml);
    double serial;
    try (BrokerAdmin admin = admin(other)) {
      Plan plan = Plan.of(wanted, admin.read((_, _) -> true).topology(), PlanOptions.CAREFUL);
      long start = System.nanoTime();
      for (Change change : plan.work()) {
        admin.apply(change, Map.of());
      }
      serial = millis(start);
    }
    // What it does for a user: read, plan, apply, read again to verify, print.
    long start = System.nanoTime();
    provision(broker);
    double ours = millis(start);
    boolean held = serial / ours >= APPLY_MIN;
    System.out.printf(
        "  apply      provision %5.0f ms, one at a time %5.0f ms: %.1fx (at least %.1fx) %s%n",
        ours, serial, serial / ours, APPLY_MIN, held ? "ok" : "MISSED");
    return held;
  }

  private void provision(SandboxBroker broker) throws Exception {
    Path folder = Files.createTempDirectory("stripebridge-bench");
    Files.writeString(folder.resolve("topology.yaml"), yaml);
    PrintStream out = new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.UTF_8);
    int code =
        StripebridgeCli.run(
            new String[] {"provision", "--timeout", "120"},
            Map.of(
                "SOLACE_VPN", "default",
                "SOLACE_SEMP_HOST", broker.sempUri(),
                "SOLACE_SEMP_USERNAME", ADMIN,
                "SOLACE_SEMP_PASSWORD", ADMIN),
            folder,
            InputStream.nullInputStream(),
            out,
            System.err);
    Files.delete(folder.resolve("topology.yaml"));
    Files.delete(folder);
    if (code != 0) {
      throw new IllegalStateException("provision ended with " + code);
    }
  }

  private boolean plan(SandboxBroker broker) throws Exception {
    double serial = serialGets(broker);
    Topology wanted = TopologyReader.read("bench", yaml);
    requests.set(0);
    double ours;
    try (BrokerAdmin admin = admin(broker)) {
      long start = System.nanoTime();
      Plan plan = Plan.of(wanted, admin.read((_, _) -> true).topology(), PlanOptions.CAREFUL);
      ours = millis(start);
      if (!plan.isSettled()) {
        throw new IllegalStateException("there should be nothing to do");
      }
    }
    int asked = requests.get();
    boolean held = ours / serial <= PLAN_MAX && asked <= REQUESTS_MAX && asked >= QUEUES;
    System.out.printf(
        "  plan       in parallel %4.0f ms, one GET per queue %4.0f ms: %.2f (at most %.2f),"
            + " %d requests (at most %d) %s%n",
        ours, serial, ours / serial, PLAN_MAX, asked, REQUESTS_MAX, held ? "ok" : "MISSED");
    return held;
  }

  private static double serialGets(SandboxBroker broker) throws Exception {
    String basic =
        Base64.getEncoder().encodeToString((ADMIN + ":" + ADMIN).getBytes(StandardCharsets.UTF_8));
    try (HttpClient client = HttpClient.newHttpClient()) {
      long start = System.nanoTime();
      for (int i = 0; i < QUEUES; i++) {
        URI uri =
            URI.create(
                broker.sempUri() + "/SEMP/v2/config/msgVpns/default/queues/" + queue(i));
        HttpResponse<String> answer =
            client.send(
                HttpRequest.newBuilder(uri).header("Authorization", "Basic " + basic).build(),
                HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
          throw new IllegalStateException(answer.body());
        }
      }
      return millis(start);
    }
  }

  private static BrokerAdmin admin(SandboxBroker broker) throws Exception {
    return SempBrokerAdmin.open(
        new SempSettings(
            URI.create(broker.sempUri()),
            "default",
            new SempSettings.Credentials.Basic(ADMIN, new Secret(ADMIN)),
            Trust.of("", new Secret(""))),
        SempOptions.DEFAULTS);
  }

  private static String queue(int number) {
    return "bench.%04d".formatted(number);
  }

  private static String topology() {
    StringBuilder yaml =
        new StringBuilder(
            "version: 1\nqueueDefaults: { ingressEnabled: true, egressEnabled: true }\nqueues:\n");
    for (int i = 0; i < QUEUES; i++) {
      yaml.append("  %s: { subscriptions: [a/%d/>, b/%d/>, c/%d/>] }%n".formatted(queue(i), i, i, i));
    }
    return yaml.append("manages: { queues: [bench.] }\n").toString();
  }

  private static double millis(long start) {
    return (System.nanoTime() - start) / 1e6;
  }
}
