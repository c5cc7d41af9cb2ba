package stripebridge.service.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static stripebridge.service.http.HttpHarness.event;
import static stripebridge.service.http.HttpHarness.sign;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.core.config.HttpSettings;
import stripebridge.core.inbox.Claim;

/// A real nginx and HAProxy in front, with the least configuration that people use. Skipped where
/// they are not on the PATH; [RawHttpTest] and [ProxyProtocolTest] check the same byte by byte.
class RealProxiesTest {
  private static final Duration UP_MAX = Duration.ofSeconds(20);

  @TempDir Path folder;
  private final HttpClient client = HttpClient.newHttpClient();
  private Optional<Process> proxy = Optional.empty();
  private int port;

  @BeforeEach
  void pickAPort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
  }

  @AfterEach
  void close() throws Exception {
    client.close();
    if (proxy.isPresent()) {
      proxy.get().destroy();
      if (!proxy.get().waitFor(10, TimeUnit.SECONDS)) {
        proxy.get().destroyForcibly().waitFor();
      }
    }
  }

  private static Path program(String name) {
    String path = System.getenv().getOrDefault("PATH", "") + ":/usr/sbin:/usr/local/sbin";
    Optional<Path> found =
        Stream.of(path.split(":"))
            .map(folder -> Path.of(folder, name))
            .filter(Files::isExecutable)
            .findFirst();
    assumeThat(found).as("%s is not on the PATH", name).isPresent();
    return found.orElseThrow();
  }

  private void start(Path config, Object... command) throws Exception {
    List<String> words = Stream.of(command).map(Object::toString).toList();
    Path log = folder.resolve("proxy.log");
    Process process =
        new ProcessBuilder(words)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    proxy = Optional.of(process);
    Instant deadline = Instant.now().plus(UP_MAX);
    while (!isUp()) {
      assertThat(process.isAlive())
          .as("%s with %s: %s", words, Files.readString(config), Files.readString(log))
          .isTrue();
      assertThat(Instant.now()).as("it listens by").isBefore(deadline);
      Thread.onSpinWait();
    }
  }

  private boolean isUp() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException _) {
      return false;
    }
  }

  private void startNginx(int upstream, String location) throws Exception {
    Path nginx = program("nginx");
    Path config = folder.resolve("nginx.conf");
    Files.writeString(
        config,
        """
        daemon off;
        master_process off;
        pid %1$s/nginx.pid;
        error_log stderr;
        events { worker_connections 64; }
        http {
          access_log off;
          client_body_temp_path %1$s/body;
          proxy_temp_path %1$s/proxy;
          fastcgi_temp_path %1$s/fastcgi;
          uwsgi_temp_path %1$s/uwsgi;
          scgi_temp_path %1$s/scgi;
          upstream stripe_bridge { server 127.0.0.1:%2$d; }
          server {
            listen 127.0.0.1:%3$d;
            %4$s
          }
        }
        """
            .formatted(folder, upstream, port, location));
    start(config, nginx, "-p", folder, "-c", config);
  }

  private void startHaproxy(String server, String backend) throws Exception {
    Path haproxy = program("haproxy");
    Path config = folder.resolve("haproxy.cfg");
    Files.writeString(
        config,
        """
        defaults
          mode http
          timeout connect 5s
          timeout client 30s
          timeout server 30s
        listen bridge
          bind 127.0.0.1:%d
          %s
          server bridge 127.0.0.1:%s
        """
            .formatted(port, backend, server));
    start(config, haproxy, "-db", "-f", config);
  }

  private HttpHarness open(HttpSettings.Proxy with) throws Exception {
    return new HttpHarness(
        HttpHarness.openInbox(folder),
        HttpHarness.limits(),
        HttpHarness.settings(new HttpSettings.Admin.OwnPort(0), with),
        Optional.empty());
  }

  private HttpResponse<String> post(String path, String body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(HttpHarness.uri(port, path))
            .timeout(Duration.ofSeconds(20))
            .header("Stripe-Signature", sign(HttpHarness.SECRET, Instant.now(), body))
            .POST(BodyPublishers.ofString(body))
            .build();
    return client.send(request, BodyHandlers.ofString());
  }

  private void assertTakesWebhooks(HttpHarness http, String path) throws Exception {
    String usual = event("evt_1", "charge.succeeded");
    String large = usual.replace("evt_1", "evt_2").replace("{}}}", "{}},\"x\":\"");
    large = large + "y".repeat(200_000) + "\"}";
    for (String body : List.of(usual, large)) {
      HttpResponse<String> answer = post(path, body);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo("{\"received\":true}");
    }
    assertThat(http.inbox.claim(10, Duration.ZERO))
        .extracting(claim -> new String(((Claim.Intact) claim).entry().event().body(), UTF_8))
        .containsExactly(usual, large);
  }

  @Test
  void takesWebhooksFromNginxWithABareProxyPass() throws Exception {
    try (HttpHarness http = open(new HttpSettings.Proxy.Unused())) {
      startNginx(
          http.server.port(),
          "location / { proxy_pass http://127.0.0.1:" + http.server.port() + "; }");
      assertTakesWebhooks(http, "/webhooks/stripe");
    }
  }

  @Test
  void takesWebhooksFromNginxAtAnotherPath() throws Exception {
    try (HttpHarness http = open(new HttpSettings.Proxy.Unused())) {
      startNginx(
          http.server.port(),
          "location = /hooks { proxy_pass http://stripe_bridge/webhooks/stripe; }");
      assertTakesWebhooks(http, "/hooks");
    }
  }

  @Test
  void passesHaproxysPlainCheck() throws Exception {
    try (HttpHarness http = open(new HttpSettings.Proxy.Unused())) {
      startHaproxy(
          "%d check port %d inter 100ms fall 1 rise 1"
              .formatted(http.server.port(), http.server.adminPort()),
          "option httpchk GET /ready?exclude=broker,topics,loss\n"
              + "  stats enable\n  stats uri /haproxy");
      Instant deadline = Instant.now().plus(UP_MAX);
      while (!checks().contains("L7OK")) {
        assertThat(Instant.now()).as("a check succeeds by").isBefore(deadline);
      }
      assertTakesWebhooks(http, "/webhooks/stripe");
    }
  }

  /// HAProxy's statistics page.
  private String checks() throws Exception {
    URI page = HttpHarness.uri(port, "/haproxy;csv");
    return client.send(HttpRequest.newBuilder(page).build(), BodyHandlers.ofString()).body();
  }

  @Test
  void takesHaproxysProxyHeaders() throws Exception {
    for (String send : List.of("send-proxy", "send-proxy-v2")) {
      Path inner = Files.createDirectory(folder.resolve(send));
      try (HttpHarness http =
          new HttpHarness(
              HttpHarness.openInbox(inner),
              HttpHarness.limits(),
              HttpHarness.settings(
                  new HttpSettings.Admin.OwnPort(0), new HttpSettings.Proxy.Required(List.of())),
              Optional.empty())) {
        startHaproxy(http.server.port() + " " + send, "");
        assertTakesWebhooks(http, "/webhooks/stripe");
      }
      proxy.orElseThrow().destroy();
      assertThat(proxy.orElseThrow().waitFor(10, TimeUnit.SECONDS)).isTrue();
    }
  }
}
