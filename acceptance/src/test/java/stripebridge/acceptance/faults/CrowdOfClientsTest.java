package stripebridge.acceptance.faults;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.sandbox.SandboxBroker;

/// More clients than the bridge has room for are idle, or send endless bodies, while many webhooks
/// arrive at once. The heap is small.
@Tag("faults")
class CrowdOfClientsTest {
  private static final int CALLERS = 32;
  private static final int WEBHOOKS_EACH = 20;
  // A kept connection may be closed when the next request is sent, as for any client.
  private static final int TRIES_MAX = 20;
  private static final int SLOW_BODIES = 300;
  private static final String POST = "POST /webhooks/stripe HTTP/1.1\r\nHost: b\r\n";
  private static final String ENDLESS = POST + "Content-Length: 1048576\r\n\r\n";
  private static final byte[] X = new byte[512 << 10];

  static {
    Arrays.fill(X, (byte) 'x');
  }

  @TempDir Path folder;
  private final Queue<Socket> idle = new ConcurrentLinkedQueue<>();
  private final AtomicInteger triedAgain = new AtomicInteger();

  @AfterEach
  void close() throws IOException {
    for (Socket socket : idle) {
      socket.close();
    }
  }

  @Test
  void keepNoWebhookAndNoProbeOut() throws Exception {
    ServeProcess.Options small = ServeProcess.Options.DEFAULTS.withJvm("-Xmx256m");
    try (SandboxBroker broker = SandboxBroker.start();
        ServeProcess serve = ServeProcess.start(folder, broker, small)) {
      InetSocketAddress port =
          new InetSocketAddress(InetAddress.getLoopbackAddress(), serve.uri("/").getPort());
      inParallel(Rounds.of(3_000), () -> idle.add(connect(port)));
      assertAllAnswered(serve, "idle");

      inParallel(SLOW_BODIES, () -> idle.add(slowBody(port, X.length)));
      inParallel(2 * SLOW_BODIES, () -> idle.add(slowBody(port, 34 << 10)));
      assertAllAnswered(serve, "slow");

      System.out.printf("CrowdOfClientsTest: %d retries%n", triedAgain.get());
      assertThat(serve.isAlive()).isTrue();
      assertThat(serve.log())
          .doesNotContain("\"msg\":\"bug\"", "OutOfMemoryError", "whsec_", "xxxx");
    }
  }

  private static Socket connect(InetSocketAddress port) throws IOException {
    Socket socket = new Socket();
    socket.connect(port);
    return socket;
  }

  /// Sends the first bytes of a body, which the kernel buffers or the bridge refuses.
  private static Socket slowBody(InetSocketAddress port, int bytes) throws IOException {
    Socket socket = connect(port);
    try {
      socket.getOutputStream().write(ENDLESS.getBytes(ISO_8859_1));
      socket.getOutputStream().write(X, 0, bytes);
    } catch (IOException _) {
      // Closed to make room for another connection.
    }
    return socket;
  }

  private static void inParallel(int count, Callable<Boolean> client) throws Exception {
    try (ExecutorService clients = Executors.newFixedThreadPool(64)) {
      for (Future<Boolean> one : clients.invokeAll(Collections.nCopies(count, client))) {
        assertThat(one.get()).isTrue();
      }
    }
  }

  /// Keeps connections open from one webhook to the next.
  private void assertAllAnswered(ServeProcess serve, String name) throws Exception {
    Load load = new Load(CALLERS);
    List<Future<?>> callers = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      for (int caller = 0; caller < CALLERS; caller++) {
        String prefix = "evt_" + name + "_" + caller + "_";
        callers.add(
            threads.submit(() -> {
              for (int i = 0; i < WEBHOOKS_EACH; i++) {
                String id = prefix + i;
                assertAnswered(
                    id, () -> load.post(client, serve.uri("/webhooks/stripe"), id, "acct_1"));
                assertAnswered("/health", () -> status(client, serve.uri("/health")));
              }
              return name;
            }));
      }
      for (Future<?> caller : callers) {
        caller.get();
      }
    }
  }

  private void assertAnswered(String what, Callable<Integer> request) throws Exception {
    String last = "";
    for (int tries = 0; tries < TRIES_MAX; tries++) {
      try {
        int status = request.call();
        if (status == 200) {
          return;
        }
        last = "status " + status;
      } catch (IOException e) {
        last = e.toString();
      }
      triedAgain.incrementAndGet();
    }
    assertThat(last).as(what).isEqualTo("answered");
  }

  private static int status(HttpClient client, URI uri) throws Exception {
    HttpRequest request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(20)).build();
    return client.send(request, BodyHandlers.discarding()).statusCode();
  }
}
