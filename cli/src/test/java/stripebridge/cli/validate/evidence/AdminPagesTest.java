package stripebridge.cli.validate.evidence;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AdminPagesTest {
  @Test
  void takesEachAddressOfAHostOnce() throws Exception {
    URI url = URI.create("http://bridges:9090/admin");
    InetAddress one = InetAddress.getByName("10.0.0.1");
    InetAddress two = InetAddress.getByName("10.0.0.2");
    InetAddress six = InetAddress.getByName("fd00::1");

    assertThat(AdminPages.ofEachAddress(url, List.of(six, one, two)))
        .containsExactly(
            URI.create("http://10.0.0.1:9090/admin"), URI.create("http://10.0.0.2:9090/admin"));
    assertThat(AdminPages.ofEachAddress(URI.create("http://bridges"), List.of(six)))
        .containsExactly(URI.create("http://[fd00:0:0:0:0:0:0:1]"));
  }

  @Test
  void endsWhenAPageStopsInItsMiddle() throws Exception {
    try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      FutureTask<Integer> server =
          new FutureTask<>(() -> {
            try (Socket socket = listening.accept()) {
              socket
                  .getOutputStream()
                  .write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n# HE".getBytes(UTF_8));
              return socket.getInputStream().readAllBytes().length;
            }
          });
      Thread.ofVirtual().start(server);
      URI replica = URI.create("http://127.0.0.1:" + listening.getLocalPort());
      try (AdminPages pages = new AdminPages(List.of(replica), Duration.ofMillis(500))) {
        assertThatThrownBy(pages::metrics)
            .isInstanceOf(IOException.class)
            .hasMessage(replica + "/metrics did not answer in full within 0 s");
        assertThat(server.get(30, TimeUnit.SECONDS)).isPositive();
      }
    }
  }
}
