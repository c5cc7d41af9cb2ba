package stripebridge.service.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.stripe.net.Webhook;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import stripebridge.core.broker.Refusal;
import stripebridge.core.config.EndpointSecret;
import stripebridge.core.config.HttpSettings;
import stripebridge.core.config.LogSettings;
import stripebridge.core.config.LogSettings.LogFormat;
import stripebridge.core.config.LogSettings.LogLevel;
import stripebridge.core.config.Secret;
import stripebridge.core.config.TlsIdentity;
import stripebridge.core.inbox.Inbox;
import stripebridge.core.routing.RoutingTable.Unlisted;
import stripebridge.core.testing.DesignRoutes;
import stripebridge.relay.RelayStatus;
import stripebridge.service.inbox.InboxClock;
import stripebridge.service.inbox.SqliteInbox;
import stripebridge.service.secret.SecretUses;
import stripebridge.service.telemetry.Metrics;
import stripebridge.service.telemetry.ServiceLog;

/// A server with a real inbox, and clients as good or bad as a test needs.
final class HttpHarness implements AutoCloseable {
  static final String SECRET = "whsec_test_0123456789";
  static final String SECOND_SECRET = "whsec_test_of_another";
  private static final Duration DEADLINE = Duration.ofSeconds(20);

  final Inbox inbox;
  final AtomicReference<RelayStatus> relay = new AtomicReference<>(status(true, 0, List.of()));
  final WebhookServer server;
  private final ByteArrayOutputStream logged = new ByteArrayOutputStream();
  private final ServiceLog log;
  private final HttpClient client = HttpClient.newHttpClient();

  HttpHarness(Path folder) throws Exception {
    this(openInbox(folder), limits(), new HttpSettings.Admin.SamePort());
  }

  HttpHarness(Inbox inbox, HttpLimits limits, HttpSettings.Admin admin) throws Exception {
    this(inbox, limits, admin, Optional.empty());
  }

  HttpHarness(Inbox inbox, HttpLimits limits, HttpSettings.Admin admin, Optional<ServerTls> tls)
      throws Exception {
    this(inbox, limits, settings(admin, new HttpSettings.Proxy.Unused()), tls);
  }

  HttpHarness(Inbox inbox, HttpLimits limits, HttpSettings settings, Optional<ServerTls> tls)
      throws Exception {
    this.inbox = inbox;
    InstantSource clock = InstantSource.system();
    log = new ServiceLog(new LogSettings(LogLevel.INFO, LogFormat.JSON), logged, clock);
    Metrics metrics = new Metrics(DesignRoutes.table(Unlisted.UNROUTABLE));
    metrics.watch(
        new Metrics.Watched(
            "1.2.3",
            inbox,
            Duration.ofHours(1),
            relay::get,
            log,
            Map::of,
            () -> tls.map(ServerTls::expiresAt),
            InboxClock.of(clock)));
    server =
        WebhookServer.start(
            new WebhookServer.Parts(
                settings,
                List.of(
                    new EndpointSecret(null, new Secret(SECRET)),
                    new EndpointSecret("acct_labelled", new Secret(SECOND_SECRET))),
                new SecretUses(List.of()),
                "acct_own",
                limits,
                tls,
                inbox,
                relay::get,
                metrics,
                log,
                InboxClock.of(clock)));
  }

  static Inbox openInbox(Path folder) throws Exception {
    return SqliteInbox.open(
        folder.resolve("inbox.db"),
        InboxClock.of(InstantSource.system()),
        1_000,
        Duration.ofHours(1));
  }

  static HttpSettings settings(HttpSettings.Admin admin, HttpSettings.Proxy proxy) {
    return new HttpSettings(
        "127.0.0.1", 0, admin, new TlsIdentity.None(), "/webhooks/stripe", proxy);
  }

  static HttpLimits limits() {
    return HttpLimits.of(256L << 20);
  }

  private static final Refusal FULL =
      new Refusal(Refusal.Kind.TRANSIENT, "SPOOL_OVER_QUOTA", "the queue is full");

  static RelayStatus status(boolean isConnected, int topicsHeld, List<String> topics) {
    return new RelayStatus(
        isConnected,
        false,
        false,
        topicsHeld,
        topics.stream().map(topic -> new RelayStatus.HeldTopic(topic, FULL)).toList(),
        Instant.now(),
        Optional.empty());
  }

  static String event(String id, String type) {
    return """
    {"id":"%s","object":"event","type":"%s","created":1790000000,"data":{"object":{}}}\
    """
        .formatted(id, type);
  }

  /// Signs as Stripe's own library does.
  static String sign(String secret, Instant at, String body) {
    try {
      long time = at.getEpochSecond();
      return "t=" + time + ",v1=" + Webhook.Util.computeHmacSha256(secret, time + "." + body);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  HttpResponse<String> post(String body) throws Exception {
    return post(body, sign(SECRET, Instant.now(), body));
  }

  HttpResponse<String> post(String body, @Nullable String signature) throws Exception {
    return send("POST", "/webhooks/stripe", BodyPublishers.ofString(body), signature);
  }

  HttpResponse<String> get(String path) throws Exception {
    return send("GET", path, BodyPublishers.noBody(), null);
  }

  HttpResponse<String> send(
      String method, String path, BodyPublisher body, @Nullable String signature) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri(server.port(), path)).timeout(DEADLINE).method(method, body);
    if (signature != null) {
      request.header("Stripe-Signature", signature);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.timeout(DEADLINE).build(), BodyHandlers.ofString());
  }

  int port() {
    return server.port();
  }

  static URI uri(int port, String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  /// A connection that a test writes to byte by byte.
  Socket connect() throws IOException {
    Socket socket = new Socket(java.net.InetAddress.getLoopbackAddress(), server.port());
    socket.setSoTimeout((int) DEADLINE.toMillis());
    return socket;
  }

  static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    socket.getOutputStream().flush();
  }

  /// Everything that arrives until the server closes the connection.
  static String readAll(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    return new String(in.readAllBytes(), ISO_8859_1);
  }

  /// Everything logged so far; complete once closed.
  String logged() {
    return logged.toString(UTF_8);
  }

  @Override
  public void close() {
    client.close();
    server.close();
    log.close();
    inbox.close();
  }
}
