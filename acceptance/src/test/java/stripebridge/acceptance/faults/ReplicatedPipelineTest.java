package stripebridge.acceptance.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.acceptance.Project;
import stripebridge.cli.StripebridgeCli;
import stripebridge.sandbox.SandboxBroker;
import stripebridge.service.inbox.redis.RedisProcess;

/// Runs `validate` against replicas behind a balancer; this is `make e2e REPLICAS=3`.
@Tag("faults")
class ReplicatedPipelineTest {
  private static final int REPLICAS = Integer.getInteger("replicas", 3);

  @TempDir Path folder;

  @Test
  void isValid() throws Exception {
    try (SandboxBroker broker = SandboxBroker.start();
        RedisProcess redis = Replicas.durableRedis(folder)) {
      Map<String, String> environment = environment(broker);
      assertThat(run(environment, "provision", "--topology", topology())).isZero();
      List<ServeProcess> replicas = new ArrayList<>();
      try {
        ServeProcess.Options options =
            ServeProcess.Options.DEFAULTS.withSetting("REDIS_URL", redis.url());
        for (int i = 0; i < REPLICAS; i++) {
          replicas.add(ServeProcess.start(folder, environment, options));
        }
        try (Balancer balancer = new Balancer(replicas)) {
          List<String> validate =
              new ArrayList<>(
                  List.of("validate", "--topology", topology(), "--app-url", balancer.url()));
          replicas.forEach(replica -> validate.addAll(List.of("--admin-url", replica.url())));
          assertThat(run(environment, validate.toArray(String[]::new))).isZero();
        }
      } finally {
        replicas.forEach(ServeProcess::close);
      }
    }
  }

  private static String topology() {
    return Project.root().resolve("topology.yaml").toString();
  }

  private static Map<String, String> environment(SandboxBroker broker) {
    return Map.of(
        "SOLACE_HOST", broker.smfUri(),
        "SOLACE_VPN", "default",
        "SOLACE_USERNAME", "default",
        "SOLACE_PASSWORD", "default",
        "SOLACE_SEMP_HOST", broker.sempUri(),
        "SOLACE_SEMP_USERNAME", "admin",
        "SOLACE_SEMP_PASSWORD", "admin",
        "STRIPE_WEBHOOK_SECRET", ServeProcess.SECRET);
  }

  /// Prints the report, which is the purpose of this test.
  private int run(Map<String, String> environment, String... args) {
    PrintStream shown = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    return StripebridgeCli.run(
        args, new HashMap<>(environment), folder, InputStream.nullInputStream(), shown, shown);
  }

  /// Forwards each request to the next replica.
  private static final class Balancer implements AutoCloseable {
    private final HttpClient client = HttpClient.newHttpClient();
    private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger next = new AtomicInteger();
    private final List<ServeProcess> replicas;
    private final HttpServer server;

    Balancer(List<ServeProcess> replicas) throws IOException {
      this.replicas = replicas;
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.setExecutor(callers);
      server.createContext("/", this::pass);
      server.start();
    }

    String url() {
      return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void pass(HttpExchange exchange) throws IOException {
      try (exchange) {
        ServeProcess replica = replicas.get(next.getAndIncrement() % replicas.size());
        HttpRequest.Builder request =
            HttpRequest.newBuilder(replica.uri(exchange.getRequestURI().toString()))
                .method(
                    exchange.getRequestMethod(),
                    HttpRequest.BodyPublishers.ofByteArray(
                        exchange.getRequestBody().readAllBytes()));
        String signature = exchange.getRequestHeaders().getFirst("Stripe-Signature");
        if (signature != null) {
          request.header("Stripe-Signature", signature);
        }
        HttpResponse<byte[]> answer =
            client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        exchange.sendResponseHeaders(
            answer.statusCode(), answer.body().length == 0 ? -1 : answer.body().length);
        exchange.getResponseBody().write(answer.body());
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void close() {
      server.stop(0);
      callers.close();
      client.close();
    }
  }
}
