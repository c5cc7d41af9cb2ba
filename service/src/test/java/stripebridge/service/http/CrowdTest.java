package stripebridge.service.http;

import static org.assertj.core.api.Assertions.assertThat;
import static stripebridge.service.http.HttpHarness.event;
import static stripebridge.service.http.HttpHarness.sign;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stripebridge.core.config.HttpSettings;
import stripebridge.core.inbox.Inbox;

/// Many clients at once, most of them slow.
class CrowdTest {
  private static final String HEAD = "POST /webhooks/stripe HTTP/1.1\r\nHost: bridge\r\n";
  private static final String CHUNKED = "Transfer-Encoding: chunked\r\n\r\n";
  private static final int CONNECTIONS_MAX = 20;
  private static final int BODIES_BYTES_MAX = 2 << 20;

  @TempDir Path folder;
  private final List<Socket> sockets = new ArrayList<>();
  private Optional<TestIdentity> identity = Optional.empty();

  @AfterEach
  void close() throws Exception {
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  private static HttpLimits limits(int requestsMax, int connectionsMax) {
    return new HttpLimits(
        1 << 20,
        BODIES_BYTES_MAX,
        requestsMax,
        connectionsMax,
        Duration.ofSeconds(60),
        Duration.ofSeconds(75),
        Duration.ofSeconds(60),
        Duration.ofMillis(200));
  }

  private HttpHarness open(int requestsMax, int connectionsMax) throws Exception {
    return new HttpHarness(
        HttpHarness.openInbox(folder),
        limits(requestsMax, connectionsMax),
        new HttpSettings.Admin.SamePort());
  }

  /// With a separate port for operators.
  private HttpHarness open(HttpLimits limits, boolean isTls) throws Exception {
    identity = isTls ? Optional.of(TestIdentity.create(folder, "EC")) : Optional.empty();
    return new HttpHarness(
        HttpHarness.openInbox(folder),
        limits,
        new HttpSettings.Admin.OwnPort(0),
        identity.map(TestIdentity::tls));
  }

  private Socket speak(Socket socket) throws Exception {
    return identity.isPresent() ? identity.get().over(socket) : socket;
  }

  /// A client that has its answer and has begun the next request, whose first bytes were read along
  /// with the last one.
  private Socket begin(HttpHarness http, String begun) throws Exception {
    Socket socket = speak(connect(http));
    HttpHarness.write(socket, "GET /nowhere HTTP/1.1\r\nHost: b\r\n\r\n" + begun);
    int last;
    do {
      last = socket.getInputStream().read();
    } while (last >= 0 && last != '}');
    return socket;
  }

  private String metrics(HttpHarness http) throws Exception {
    try (Socket socket =
        speak(new Socket(InetAddress.getLoopbackAddress(), http.server.adminPort()))) {
      socket.setSoTimeout(20_000);
      HttpHarness.write(socket, "GET /metrics HTTP/1.0\r\n\r\n");
      return HttpHarness.readAll(socket);
    }
  }

  private static List<String> logged(HttpHarness http, String code) {
    return http.logged().lines().filter(line -> line.contains("\"" + code + "\"")).toList();
  }

  private Socket connect(HttpHarness http) throws Exception {
    Socket socket = http.connect();
    sockets.add(socket);
    return socket;
  }

  private static String probe(int port) throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(20_000);
      HttpHarness.write(socket, "GET /health HTTP/1.0\r\n\r\n");
      return HttpHarness.readAll(socket);
    }
  }

  @Test
  void evictsTheLongestIdleForAClientThatSends() throws Exception {
    try (HttpHarness http = open(512, CONNECTIONS_MAX)) {
      for (int i = 0; i < 10 * CONNECTIONS_MAX; i++) {
        Socket socket = connect(http);
        if (i % 2 == 0) {
          HttpHarness.write(socket, "PO");
        }
      }
      for (int i = 0; i < 5; i++) {
        assertThat(http.post(event("evt_" + i, "charge.succeeded")).statusCode()).isEqualTo(200);
        assertThat(probe(http.server.port())).startsWith("HTTP/1.1 200");
      }
      // A client that has begun a request gets an answer if we read it before evicting the client.
      List<String> told = new ArrayList<>();
      for (int i = 0; i < 8 * CONNECTIONS_MAX; i += 2) {
        told.add(HttpHarness.readAll(sockets.get(i)).lines().findFirst().orElse(""));
        assertThat(HttpHarness.readAll(sockets.get(i + 1))).isEmpty();
      }
      assertThat(told).containsOnly("HTTP/1.1 503 Service Unavailable", "");
    }
  }

  @Test
  void keepsNobodyOutForBodiesThatComeSlowly() throws Exception {
    try (HttpHarness http = open(2, CONNECTIONS_MAX)) {
      for (int i = 0; i < CONNECTIONS_MAX - 2; i++) {
        HttpHarness.write(connect(http), HEAD + "Content-Length: 100\r\n\r\n{");
      }
      for (int i = 0; i < 5; i++) {
        assertThat(http.post(event("evt_" + i, "charge.succeeded")).statusCode()).isEqualTo(200);
      }
    }
  }

  /// Announcing a body costs nothing; sending it uses the share of large bodies.
  @Test
  void keepsRoomForSmallBodiesBesideLargeOnes() throws Exception {
    try (HttpHarness http = open(512, 2_048)) {
      for (int i = 0; i < 12; i++) {
        HttpHarness.write(
            connect(http), HEAD + "Content-Length: 1048576\r\n\r\n" + "x".repeat(300_000));
      }
      for (int i = 0; i < 12; i++) {
        HttpHarness.write(
            connect(http),
            HEAD + "Transfer-Encoding: chunked\r\n\r\n100000\r\n" + "x".repeat(300_000));
      }
      for (int i = 0; i < 50; i++) {
        assertThat(http.post(event("evt_" + i, "charge.succeeded")).statusCode()).isEqualTo(200);
      }
    }
  }

  /// A body of 34 KB is not small: many slow ones take nothing from small bodies.
  @Test
  void keepsRoomForSmallBodiesBesideMediumOnes() throws Exception {
    try (HttpHarness http = open(512, 2_048)) {
      for (int i = 0; i < 2 * BODIES_BYTES_MAX / 34_000; i++) {
        HttpHarness.write(
            connect(http), HEAD + "Content-Length: 1048576\r\n\r\n" + "x".repeat(34_000));
      }
      for (int i = 0; i < 50; i++) {
        assertThat(http.post(event("evt_" + i, "charge.succeeded")).statusCode()).isEqualTo(200);
      }
    }
  }

  /// The slow ones get an answer.
  @Test
  void givesUpSlowBodiesForLargeOnes() throws Exception {
    String large = event("evt_large", "x".repeat(900_000));
    try (HttpHarness http = open(512, 2_048)) {
      for (int i = 0; i < 5; i++) {
        HttpHarness.write(
            connect(http), HEAD + "Content-Length: 1048576\r\n\r\n" + "x".repeat(300_000));
      }
      Instant deadline = Instant.now().plus(Duration.ofSeconds(20));
      HttpResponse<String> answer;
      do {
        answer = http.post(large, sign(HttpHarness.SECRET, Instant.now(), large));
      } while (answer.statusCode() == 503 && Instant.now().isBefore(deadline));
      // It is genuine but its type is not a type: so the body was read to its end, which is what
      // this test asks.
      assertThat(answer.statusCode()).isIn(200, 400);
    }
    List<String> told = new ArrayList<>();
    for (Socket socket : sockets) {
      told.add(answer(socket));
    }
    // All of them had room before.
    assertThat(told)
        .anySatisfy(answer ->
            assertThat(answer)
                .startsWith("HTTP/1.1 503")
                .contains("\"error\":\"busy\"", "Retry-After: 1"));
  }

  /// Empty when the connection was closed or reset without an answer.
  private static String answer(Socket socket) {
    try {
      return HttpHarness.readAll(socket);
    } catch (IOException _) {
      return "";
    }
  }

  /// The server does not wait for the body that it refuses.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 100\r\n\r\n",
        "Content-Length: 100\r\n\r\n{",
        "Expect: 100-continue\r\nContent-Length: 100\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
      })
  void refusesABodyForWhichThereIsNoRoomAtOnce(String rest) throws Exception {
    HttpLimits none =
        new HttpLimits(
            1 << 20,
            0,
            8,
            8,
            Duration.ofMinutes(10),
            Duration.ofSeconds(75),
            Duration.ofSeconds(5),
            Duration.ofMillis(200));
    try (HttpHarness http = open(none, false)) {
      Socket socket = connect(http);
      HttpHarness.write(socket, HEAD + rest);
      assertThat(HttpHarness.readAll(socket))
          .startsWith("HTTP/1.1 503")
          .contains("\"error\":\"busy\"");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void saysWhoWasTooSlow(boolean isTls) throws Exception {
    HttpLimits quick =
        new HttpLimits(
            1 << 20,
            1 << 20,
            8,
            8,
            // A TLS handshake counts, too.
            Duration.ofMillis(isTls ? 3_000 : 300),
            Duration.ofSeconds(75),
            Duration.ofSeconds(60),
            Duration.ofMillis(200));
    List<String> answers = new ArrayList<>();
    HttpHarness http = open(quick, isTls);
    try (http) {
      List<Socket> slow = new ArrayList<>();
      for (String begun : List.of("PO", HEAD, HEAD + "Content-Length: 100\r\n\r\n{")) {
        slow.add(begin(http, begun));
      }
      for (Socket socket : slow) {
        answers.add(HttpHarness.readAll(socket));
      }
      assertThat(metrics(http)).contains("stripe_webhooks_answered_total{code=\"408\"} 3.0");
    }
    assertThat(answers)
        .allSatisfy(answer ->
            assertThat(answer)
                .startsWith("HTTP/1.1 408")
                .contains("\"error\":\"request_timeout\""));
    assertThat(logged(http, "request_timeout")).hasSize(3);
  }

  /// The client gets an answer, whatever it has begun.
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void answersLogsAndCountsWhoGaveWay(boolean isTls) throws Exception {
    HttpHarness http = open(limits(512, 3), isTls);
    try (http) {
      List<Socket> begun = new ArrayList<>();
      for (String bytes :
          List.of(HEAD, HEAD + "Content-Length: 100\r\n\r\n{", HEAD + CHUNKED + "5\r\nh")) {
        begun.add(begin(http, bytes));
      }
      Instant deadline = Instant.now().plus(Duration.ofSeconds(20));
      while (logged(http, "gave_way").size() < 3 && Instant.now().isBefore(deadline)) {
        connect(http);
      }
      for (Socket socket : begun) {
        assertThat(HttpHarness.readAll(socket))
            .startsWith("HTTP/1.1 503")
            .contains("\"error\":\"busy\"");
      }
      assertThat(metrics(http))
          .contains(
              "stripe_webhooks_answered_total{code=\"503\"} 3.0",
              "stripe_webhooks_answered_total{code=\"400\"} 0.0");
    }
    assertThat(logged(http, "gave_way")).hasSize(3);
  }

  /// An inbox with a slow disk.
  private static Inbox slow(Inbox inbox, CountDownLatch isAsked, CountDownLatch mayGoOn) {
    return (Inbox)
        Proxy.newProxyInstance(
            Inbox.class.getClassLoader(),
            new Class<?>[] {Inbox.class},
            (_, method, arguments) -> {
              if (method.getName().equals("append")) {
                isAsked.countDown();
                mayGoOn.await();
              }
              return method.invoke(inbox, arguments);
            });
  }

  @Test
  void refusesMoreWebhooksAtOnceThanMayWaitForTheDisk() throws Exception {
    CountDownLatch isAsked = new CountDownLatch(1);
    CountDownLatch mayGoOn = new CountDownLatch(1);
    Inbox inbox = slow(HttpHarness.openInbox(folder), isAsked, mayGoOn);
    try (HttpHarness http =
            new HttpHarness(inbox, limits(1, 100), new HttpSettings.Admin.SamePort());
        ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<HttpResponse<String>> first =
          callers.submit(() -> http.post(event("evt_1", "charge.succeeded")));
      isAsked.await();
      HttpResponse<String> second = http.post(event("evt_2", "charge.succeeded"));
      assertThat(second.statusCode()).isEqualTo(503);
      assertThat(second.headers().firstValue("retry-after")).contains("1");
      assertThat(second.body()).contains("\"error\":\"busy\"");
      assertThat(probe(http.server.port())).startsWith("HTTP/1.1 200");
      mayGoOn.countDown();
      assertThat(first.get().statusCode()).isEqualTo(200);
    }
  }
}
