package stripebridge.acceptance.faults;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.sandbox.SandboxBroker;

/// More clients than there is room for, which do nothing, or send large bodies and never end. The
/// heap is small.
@Tag("faults")
class CrowdOfClientsTest {
  private static final int SLOW_BODIES = 300;
  private static final int WEBHOOKS = 200;
  private static final byte[] HALF_A_BODY = new byte[512 << 10];

  static {
    Arrays.fill(HALF_A_BODY, (byte) 'x');
  }

  @TempDir Path folder;
  private final Queue<Socket> crowd = new ConcurrentLinkedQueue<>();

  @AfterEach
  void close() throws IOException {
    for (Socket socket : crowd) {
      socket.close();
    }
  }

  @Test
  void keepNoWebhookAndNoProbeOut() throws Exception {
    ServeProcess.Options small = ServeProcess.Options.DEFAULTS.withJvm("-Xmx256m");
    try (SandboxBroker broker = SandboxBroker.start();
        ServeProcess serve = ServeProcess.start(folder, broker, small)) {
      int port = serve.uri("/").getPort();
      int idle = Rounds.of(3_000);
      inParallel(idle, () -> crowd.add(new Socket(InetAddress.getLoopbackAddress(), port)));
      assertAllAnswered(port, "idle");

      inParallel(SLOW_BODIES, () -> crowd.add(slowBody(port)));
      assertAllAnswered(port, "slow");

      assertThat(serve.isAlive()).isTrue();
      assertThat(serve.log())
          .doesNotContain("\"msg\":\"bug\"", "OutOfMemoryError", "whsec_", "xxxx");
    }
  }

  /// Half of a body, which the kernel takes or the bridge refuses.
  private static Socket slowBody(int port) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    try {
      write(
          socket,
          "POST /webhooks/stripe HTTP/1.1\r\nHost: b\r\nContent-Length: %d\r\n\r\n"
              .formatted(1 << 20)
              .getBytes(ISO_8859_1));
      write(socket, HALF_A_BODY);
    } catch (IOException _) {
      // Given up for another one.
    }
    return socket;
  }

  private static void write(Socket socket, byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  private static void inParallel(int count, Callable<Boolean> client) throws Exception {
    try (ExecutorService clients = Executors.newFixedThreadPool(64)) {
      for (Future<Boolean> one : clients.invokeAll(Collections.nCopies(count, client))) {
        assertThat(one.get()).isTrue();
      }
    }
  }

  private static void assertAllAnswered(int port, String name) throws Exception {
    for (int i = 0; i < WEBHOOKS; i++) {
      String body = Load.body("evt_" + name + "_" + i, "acct_1");
      String webhook =
          "POST /webhooks/stripe HTTP/1.0\r\nStripe-Signature: %s\r\nContent-Length: %d\r\n\r\n%s"
              .formatted(Load.sign(body), body.length(), body);
      assertThat(answer(port, webhook)).as("%s %d", name, i).startsWith("HTTP/1.1 200");
    }
    assertThat(answer(port, "GET /health HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.1 200");
  }

  private static String answer(int port, String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(20_000);
      write(socket, request.getBytes(ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }
  }
}
