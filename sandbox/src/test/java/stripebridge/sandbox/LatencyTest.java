package stripebridge.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.solacesystems.jcsmp.BytesMessage;
import com.solacesystems.jcsmp.JCSMPErrorResponseException;
import com.solacesystems.jcsmp.JCSMPProperties;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class LatencyTest {
  private static final Duration LATENCY = Duration.ofMillis(40);
  private static final int MANY = 500;
  // More than sockets, outbox and delay hold together.
  private static final int LARGE_BYTES = 1 << 20;
  private static final int LARGE = 24;

  private static SandboxOptions options() {
    return SandboxOptions.defaults().withLatency(LATENCY);
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  @ParameterizedTest
  @EnumSource
  void delaysEachAnswerByARoundTrip(SmfTransport wire) throws Exception {
    try (Fixture sandbox = new Fixture(wire, options())) {
      sandbox.openQueue("q", Map.of(), "t");
      Client client = sandbox.connect();
      client.publish("t", "first");
      long start = System.nanoTime();
      client.publish("t", "second");
      assertThat(since(start)).isGreaterThanOrEqualTo(LATENCY);
    }
  }

  @ParameterizedTest
  @EnumSource
  void carriesAllInOrder(SmfTransport wire) throws Exception {
    try (Fixture sandbox = new Fixture(wire, options())) {
      sandbox.openQueue("q", Map.of(), "t");
      String[] texts = IntStream.range(0, MANY).mapToObj(i -> "m" + i).toArray(String[]::new);
      Client client = sandbox.connect();
      client.publish("t", texts);
      try (Client.BoundConsumer consumer = client.consume("q")) {
        assertThat(consumer.nextTexts(MANY)).containsExactly(texts);
      }
    }
  }

  /// A TLS handshake needs the answer to its first message, and only then the answer to a byte.
  @Test
  void delaysTheHandshakeOfTls() throws Exception {
    SandboxOptions tls = options().withTls(SandboxOptions.Tls.GENERATED);
    try (SandboxBroker broker = SandboxBroker.start(tls)) {
      SSLContext trusting = trusting(broker.certificatePem().orElseThrow());
      long start = System.nanoTime();
      int port = URI.create(broker.smfTlsUri()).getPort();
      try (Socket socket = trusting.getSocketFactory().createSocket(broker.host(), port)) {
        socket.getOutputStream().write(RawClient.login("raw", 0));
        assertThat(socket.getInputStream().read()).isEqualTo(3);
      }
      assertThat(since(start)).isGreaterThanOrEqualTo(LATENCY.multipliedBy(2));
    }
  }

  private static SSLContext trusting(String pem) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setCertificateEntry(
        "sandbox",
        CertificateFactory.getInstance("X.509")
            .generateCertificate(
                new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII))));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  @Test
  void deliversARefusalBeforeItEndsTheConnection() {
    try (Fixture sandbox = new Fixture(SmfTransport.TCP, options())) {
      assertThatThrownBy(() ->
              sandbox.connect(
                  properties -> properties.setProperty(JCSMPProperties.PASSWORD, "wrong")))
          .isInstanceOfSatisfying(
              JCSMPErrorResponseException.class,
              refused -> assertThat(refused.getResponseCode()).isEqualTo(401));
    }
  }

  @Test
  void noticesAClientThatLeaves() throws Exception {
    Queue<String> log = new ConcurrentLinkedQueue<>();
    try (SandboxBroker broker = SandboxBroker.start(options().withLog(log::add))) {
      try (RawClient client = new RawClient(broker)) {
        assertThat(client.send(RawClient.login("raw", 0)).receives()).isTrue();
      }
      Fixture.await(
          "the client's end arrives",
          () -> log.stream().anyMatch(line -> line.contains("it closed the connection")));
    }
  }

  @Test
  void endsTheConnectionOfAClientThatDoesNotRead() throws Exception {
    SandboxOptions.Limits limits = SandboxOptions.Limits.ofThisHeap().withConnections(1);
    try (Fixture sandbox = new Fixture(SmfTransport.TCP, options().withLimits(limits))) {
      sandbox.openQueue("q", Map.of(), "t");
      Client publisher = sandbox.connect();
      for (int i = 0; i < LARGE; i++) {
        BytesMessage message = Client.message("");
        message.setData(new byte[LARGE_BYTES]);
        message.setCorrelationKey(i);
        publisher.send(message, Client.topic("t"));
      }
      for (int i = 0; i < LARGE; i++) {
        assertThat(publisher.result()).isEqualTo(Client.Result.acked(i));
      }
      publisher.close();
      try (RawClient idle = loggedIn(sandbox.broker())) {
        idle.send(RawClient.bind("q", 100));
        Fixture.await("it is bound", () -> sandbox.queue("q").unacknowledged() > 0);
        sandbox.broker().inject(new Fault.DropConnection(0));
        // There is room for one connection, so this one ends before the next gets an answer.
        loggedIn(sandbox.broker()).close();
      }
    }
  }

  private static RawClient loggedIn(SandboxBroker broker) throws Exception {
    RawClient[] client = new RawClient[1];
    Fixture.await(
        "a connection is free",
        () -> {
          try {
            client[0] = new RawClient(broker);
            if (client[0].send(RawClient.login("raw", 0)).receives()) {
              return true;
            }
            client[0].close();
          } catch (IOException _) {
            // Closed at once: there is no room yet.
          }
          return false;
        });
    return client[0];
  }

  @Test
  void doesNotHoldUpTheEndOfTheSandbox() throws Exception {
    Queue<String> log = new ConcurrentLinkedQueue<>();
    SandboxOptions far = options().withLatency(SandboxOptions.LATENCY_MAX).withLog(log::add);
    RawClient client;
    try (SandboxBroker broker = SandboxBroker.start(far)) {
      client = new RawClient(broker);
      client.send(RawClient.login("raw", 0));
    }
    client.close();
    assertThat(log).noneMatch(line -> line.contains("slow to end"));
  }

  @Test
  void delaysSempButNotTheControlOfTheSandbox() throws Exception {
    try (SandboxBroker near = SandboxBroker.start(options());
        SandboxBroker far = SandboxBroker.start(options().withLatency(SandboxOptions.LATENCY_MAX));
        HttpClient http = HttpClient.newHttpClient()) {
      long start = System.nanoTime();
      assertThat(http.send(about(near), BodyHandlers.ofString()).statusCode()).isEqualTo(401);
      assertThat(since(start)).isGreaterThanOrEqualTo(LATENCY);

      CompletableFuture<HttpResponse<String>> late =
          http.sendAsync(about(far), BodyHandlers.ofString());
      HttpRequest faults =
          HttpRequest.newBuilder(URI.create(far.sempUri() + "/sandbox/faults")).build();
      assertThat(http.send(faults, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
      assertThat(late).isNotDone();
      http.shutdownNow();
    }
  }

  private static HttpRequest about(SandboxBroker broker) {
    return HttpRequest.newBuilder(URI.create(broker.sempUri() + "/SEMP/v2/config/about/api"))
        .build();
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 10_001})
  void isRefusedOutOfRange(long millis) {
    SandboxOptions defaults = SandboxOptions.defaults();
    Duration latency = Duration.ofMillis(millis);
    assertThatThrownBy(() -> defaults.withLatency(latency))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("latency is not between 0 and PT10S: " + latency);
  }
}
