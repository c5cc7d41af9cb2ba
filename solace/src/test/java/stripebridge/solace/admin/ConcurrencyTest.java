package stripebridge.solace.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import stripebridge.core.config.SempSettings;
import stripebridge.core.config.TlsTrust;

class ConcurrencyTest {
  private static final int WANTED = 4;
  private static final int CALLS = 12;

  private int now;
  private int most;

  @Test
  void sendsFourRequestsAtATime() throws Exception {
    InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    HttpServer server = HttpServer.create(anyPort, 0);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      server.setExecutor(threads);
      server.createContext("/", this::answer);
      server.start();
      SempSettings settings =
          new SempSettings(
              URI.create("http://127.0.0.1:" + server.getAddress().getPort()),
              "default",
              WatchedBroker.ADMIN,
              new TlsTrust.JavaDefault());
      try (SempBrokerAdmin admin = SempBrokerAdmin.open(settings, SempOptions.DEFAULTS)) {
        List<Future<?>> calls = new ArrayList<>();
        for (int call = 0; call < CALLS; call++) {
          calls.add(threads.submit(() -> admin.flows("q")));
        }
        for (Future<?> call : calls) {
          call.get();
        }
      }
      assertThat(most).isEqualTo(WANTED);
    } finally {
      server.stop(0);
    }
  }

  /// Answers once the wanted number of requests waits, or after a long timeout.
  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      synchronized (this) {
        now++;
        most = Math.max(most, now);
        notifyAll();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        while (most < WANTED && System.nanoTime() < deadline) {
          wait(100);
        }
        now--;
      }
      byte[] body = "{\"data\":[],\"meta\":{}}".getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }
}
