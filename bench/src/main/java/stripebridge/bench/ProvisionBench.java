package stripebridge.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import stripebridge.cli.StripebridgeCli;
import stripebridge.core.broker.BrokerAdmin;
import stripebridge.core.config.Secret;
import stripebridge.core.config.SempSettings;
import stripebridge.core.config.TlsTrust;
import stripebridge.core.topology.model.Topology;
import stripebridge.core.topology.plan.Change;
import stripebridge.core.topology.plan.Plan;
import stripebridge.core.topology.yaml.TopologyReader;
import stripebridge.sandbox.Fault;
import stripebridge.sandbox.SandboxBroker;
import stripebridge.sandbox.SandboxOptions;
import stripebridge.solace.admin.SempBrokerAdmin;
import stripebridge.solace.admin.SempOptions;

/// Measures how long it takes to provision 1,000 queues with 3 subscriptions each, compared with
/// sequential requests, and counts the requests of a plan. Sandbox and provisioner share this
/// process, which runs with `-Xmx256m`.
public final class ProvisionBench {
  private static final int QUEUES = 1_000;
  private static final int REQUESTS_MAX = QUEUES + QUEUES / 100 + 20;
  private static final double PLAN_MAX = 0.5;
  private static final double APPLY_MIN = 2;

  /// The delay of a broker on another machine: less than a round trip within one data center.
  private static final Duration DISTANCE = Duration.ofMillis(1);

  private static final String ADMIN = "admin";

  private final String yaml = topology();

  private ProvisionBench() {}

  /// Prints the measurements; exits with 1 if a promise is missed.
  public static void main(String[] args) throws Exception {
    ProvisionBench bench = new ProvisionBench();
    boolean passed;
    // The first run warms up the compiler.
    try (SandboxBroker warm = bench.broker()) {
      bench.provision(warm);
    }
    try (SandboxBroker broker = bench.broker();
        SandboxBroker other = bench.broker()) {
      passed = bench.apply(broker, other) & bench.plan(broker);
    }
    long megabytes = Runtime.getRuntime().maxMemory() >> 20;
    System.out.printf(
        "  with at most %d MB of heap, the broker %d ms away%n", megabytes, DISTANCE.toMillis());
    System.exit(passed ? 0 : 1);
  }

  private SandboxBroker broker() {
    SandboxBroker broker =
        SandboxBroker.start(
            SandboxOptions.defaults().withSemp(new SandboxOptions.Credentials(ADMIN, ADMIN)));
    broker.inject(new Fault.SlowSemp(DISTANCE));
    return broker;
  }

  private boolean apply(SandboxBroker broker, SandboxBroker other) throws Exception {
    Topology wanted = TopologyReader.read("bench", yaml);
    double serial;
    try (BrokerAdmin admin = admin(other.sempUri())) {
      Plan plan = Plan.of(wanted, admin.read((_, _) -> true).topology(), Plan.Options.CAREFUL);
      long start = System.nanoTime();
      for (Change change : plan.work()) {
        admin.apply(change, Map.of());
      }
      serial = millis(start);
    }
    // The whole command: read, plan, apply, read again to verify, print.
    long start = System.nanoTime();
    provision(broker);
    double ours = millis(start);
    boolean passed = serial / ours >= APPLY_MIN;
    System.out.printf(
        "  apply      provision %5.0f ms, one at a time %5.0f ms: %.1fx (at least %.1fx) %s%n",
        ours, serial, serial / ours, APPLY_MIN, passed ? "ok" : "MISSED");
    return passed;
  }

  private void provision(SandboxBroker broker) throws Exception {
    Path folder = Files.createTempDirectory("stripebridge-bench");
    Files.writeString(folder.resolve("topology.yaml"), yaml);
    PrintStream out = new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.UTF_8);
    int code =
        StripebridgeCli.run(
            new String[] {"provision", "--timeout", "120s"},
            Map.of(
                "SOLACE_VPN",
                "default",
                "SOLACE_SEMP_HOST",
                broker.sempUri(),
                "SOLACE_SEMP_USERNAME",
                ADMIN,
                "SOLACE_SEMP_PASSWORD",
                ADMIN),
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
    long start = System.nanoTime();
    settledPlan(broker.sempUri());
    double ours = millis(start);
    int asked = requestsOfAPlan(broker);
    boolean passed = ours / serial <= PLAN_MAX && asked <= REQUESTS_MAX && asked >= QUEUES;
    System.out.printf(
        "  plan       provision %5.0f ms, one GET per queue %4.0f ms: %.2f (at most %.2f),"
            + " %d requests (at most %d) %s%n",
        ours, serial, ours / serial, PLAN_MAX, asked, REQUESTS_MAX, passed ? "ok" : "MISSED");
    return passed;
  }

  private void settledPlan(String base) throws Exception {
    Topology wanted = TopologyReader.read("bench", yaml);
    try (BrokerAdmin admin = admin(base)) {
      Plan plan = Plan.of(wanted, admin.read((_, _) -> true).topology(), Plan.Options.CAREFUL);
      if (!plan.isSettled()) {
        throw new IllegalStateException("there should be nothing to do");
      }
    }
  }

  /// Counts the requests in a proxy, in a separate run that is not timed.
  private int requestsOfAPlan(SandboxBroker broker) throws Exception {
    AtomicInteger requests = new AtomicInteger();
    HttpServer proxy =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    try (HttpClient client = HttpClient.newHttpClient();
        ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      proxy.setExecutor(executor);
      proxy.createContext(
          "/",
          exchange -> {
            requests.incrementAndGet();
            try (exchange) {
              pass(exchange, client, URI.create(broker.sempUri() + exchange.getRequestURI()));
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
          });
      proxy.start();
      settledPlan("http://127.0.0.1:" + proxy.getAddress().getPort());
    } finally {
      proxy.stop(0);
    }
    return requests.get();
  }

  private static void pass(HttpExchange exchange, HttpClient client, URI to)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(to);
    for (String header : List.of("Authorization", "Cookie")) {
      String value = exchange.getRequestHeaders().getFirst(header);
      if (value != null) {
        request.header(header, value);
      }
    }
    HttpResponse<byte[]> answer =
        client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(answer.statusCode(), answer.body().length);
    exchange.getResponseBody().write(answer.body());
  }

  private static double serialGets(SandboxBroker broker) throws Exception {
    String basic =
        Base64.getEncoder().encodeToString((ADMIN + ":" + ADMIN).getBytes(StandardCharsets.UTF_8));
    try (HttpClient client = HttpClient.newHttpClient()) {
      long start = System.nanoTime();
      for (int i = 0; i < QUEUES; i++) {
        URI uri =
            URI.create(broker.sempUri() + "/SEMP/v2/config/msgVpns/default/queues/" + queue(i));
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

  private static BrokerAdmin admin(String base) throws Exception {
    return SempBrokerAdmin.open(
        new SempSettings(
            URI.create(base),
            "default",
            new SempSettings.Credentials.Basic(ADMIN, new Secret(ADMIN)),
            TlsTrust.of("", new Secret(""))),
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
      yaml.append(
          "  %s: { subscriptions: [a/%d/>, b/%d/>, c/%d/>] }%n".formatted(queue(i), i, i, i));
    }
    return yaml.append("manages: { queues: [bench.] }\n").toString();
  }

  private static double millis(long start) {
    return (System.nanoTime() - start) / 1e6;
  }
}
