package stripebridge.sandbox.internal.semp;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import stripebridge.sandbox.internal.broker.Broker;
import stripebridge.sandbox.internal.broker.BrokerSettings;
import stripebridge.sandbox.internal.model.Attributes;
import stripebridge.sandbox.internal.model.ObjectKind;
import stripebridge.sandbox.internal.model.SempVersion;

/// A running SEMP server on a free port with one message VPN, and a plain HTTP client for it.
final class SempHarness implements AutoCloseable {

  static final String CONFIG = "/SEMP/v2/config";
  static final String MONITOR = "/SEMP/v2/monitor";
  static final String ACTION = "/SEMP/v2/action";
  static final String VPN = "/msgVpns/default";

  static final SempUser ADMIN = SempUser.global("admin", "admin");
  static final SempUser VPN_ADMIN = new SempUser("vpn-admin", "pw", Optional.of("default"), true);
  static final SempUser READER = new SempUser("reader", "pw", Optional.empty(), false);

  private static final ObjectMapper JSON = new ObjectMapper();

  /// The engine behind the server; no client is connected to it.
  final Broker engine =
      new Broker(
          new BrokerSettings(
              InstantSource.system(),
              _ -> {},
              1 << 24,
              1 << 16,
              1 << 20,
              10,
              10,
              false,
              0,
              0,
              false));

  final ScriptedBroker broker = new ScriptedBroker(engine.administration());

  /// Every exchange, in order.
  final List<Exchange> exchanges = new ArrayList<>();

  final FakeControl control = new FakeControl();

  private final SempServer server;
  private final HttpClient client;
  private final String scheme;

  /// The server's log lines.
  final List<String> log = new CopyOnWriteArrayList<>();

  record Reply(int status, JsonNode body, Map<String, List<String>> headers) {

    JsonNode data() {
      return body.path("data");
    }

    int errorCode() {
      return body.at("/meta/error/code").asInt();
    }

    String description() {
      return body.at("/meta/error/description").asText();
    }
  }

  record Exchange(String method, String path, Optional<JsonNode> sent, Reply reply) {}

  SempHarness() {
    this(SempVersion.NEWEST);
  }

  SempHarness(SempVersion version) {
    this(version, Optional.empty(), HttpClient.newHttpClient());
  }

  SempHarness(SempVersion version, Optional<SSLContext> tls, HttpClient client) {
    this.client = client;
    this.scheme = tls.isPresent() ? "https" : "http";
    broker.create(
        Attributes.of(ObjectKind.MSG_VPN, Map.of("msgVpnName", "default", "enabled", true)));
    SempOptions options =
        new SempOptions(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            tls,
            version,
            List.of(ADMIN, VPN_ADMIN, READER),
            Map.of("token", ADMIN),
            Duration.ZERO,
            InstantSource.system(),
            log::add);
    try {
      server = SempServer.start(options, broker, engine.faults(), control);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  Reply get(String path) {
    return send("GET", path, Optional.empty(), ADMIN);
  }

  Reply post(String path, String body) {
    return send("POST", path, Optional.of(body), ADMIN);
  }

  Reply put(String path, String body) {
    return send("PUT", path, Optional.of(body), ADMIN);
  }

  Reply patch(String path, String body) {
    return send("PATCH", path, Optional.of(body), ADMIN);
  }

  Reply delete(String path) {
    return send("DELETE", path, Optional.empty(), ADMIN);
  }

  Reply send(String method, String path, Optional<String> body, SempUser user) {
    String pair = user.name() + ":" + user.password();
    String basic = "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
    return send(method, path, body, Map.of("Authorization", basic));
  }

  /// Sends a request; single quotes in the body stand for double ones.
  Reply send(String method, String path, Optional<String> body, Map<String, String> headers) {
    Optional<String> text = body.map(quoted -> quoted.replace('\'', '"'));
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri(path))
            .method(
                method,
                text.map(HttpRequest.BodyPublishers::ofString)
                    .orElseGet(HttpRequest.BodyPublishers::noBody));
    headers.forEach(request::header);
    try {
      HttpResponse<String> response =
          client.send(request.build(), HttpResponse.BodyHandlers.ofString());
      Reply reply =
          new Reply(
              response.statusCode(), JSON.readTree(response.body()), response.headers().map());
      exchanges.add(new Exchange(method, path, text.flatMap(SempHarness::tree), reply));
      return reply;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  URI uri(String path) {
    return URI.create(scheme + "://localhost:" + server.port() + path);
  }

  static Optional<JsonNode> tree(String text) {
    try {
      return Optional.of(JSON.readTree(text));
    } catch (JsonProcessingException _) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    client.close();
    server.close();
    engine.close();
  }
}
