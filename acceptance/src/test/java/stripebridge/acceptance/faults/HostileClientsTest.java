package stripebridge.acceptance.faults;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.sandbox.Fault;
import stripebridge.sandbox.SandboxBroker;

/// Sends requests that Stripe would never send: odd headers, bodies, methods and chunks,
/// half-closed sockets.
@Tag("faults")
class HostileClientsTest {
  private static final int CLIENTS = 8;
  private static final String CHUNKED = "Transfer-Encoding: chunked\r\n\r\n";
  private static final List<String> METHODS =
      List.of("POST", "GET", "PUT", "HEAD", "OPTIONS", "TRACE", "PoSt", "\u0000");
  private static final List<String> LENGTHS =
      List.of("-1", "1", "x", "99999999999999999999", "2097152", "0x10", "");
  private static final List<String> CHUNKS =
      List.of("zz", "-5", "FFFFFFFF", "7fffffff", "", "10;x=" + "y".repeat(999));
  private static final List<String> PATHS =
      List.of(
          "/webhooks/stripe",
          "/webhooks/stripe/",
          "/webhooks/stripe?x=%zz",
          "//webhooks/stripe",
          "/webhooks/../metrics",
          "*",
          "http://other/webhooks/stripe",
          "/" + "a".repeat(5_000));

  @TempDir Path folder;

  @Test
  void neverGet200WithoutAStoredEvent() throws Exception {
    RandomGenerator random = Rounds.random("HostileClientsTest");
    int rounds = Rounds.of(3_000);
    try (SandboxBroker broker = SandboxBroker.start()) {
      broker.inject(new Fault.Outage(Duration.ofHours(2)));
      ServeProcess.Options small =
          ServeProcess.Options.DEFAULTS
              .withJvm("-Xmx96m")
              .withSetting("ASYNC_QUEUE_SIZE", "10000000");
      try (ServeProcess serve = ServeProcess.start(folder, broker, small)) {
        AtomicInteger stored = new AtomicInteger();
        long filesBefore = openFiles(serve);
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
          List<Future<Integer>> running =
              IntStream.range(0, CLIENTS)
                  .mapToObj(client -> {
                    long seed = random.nextLong();
                    return clients.submit(
                        () -> attack(serve, client, rounds / CLIENTS, seed, stored));
                  })
                  .toList();
          int answered = 0;
          for (Future<Integer> client : running) {
            answered += client.get();
          }
          System.out.printf(
              "HostileClientsTest: %d requests, %d answered, %d stored%n",
              rounds, answered, stored.get());
        }
        assertThat(serve.isAlive()).isTrue();
        assertThat(serve.get("/health").statusCode()).isEqualTo(200);
        assertThat(serve.metric("async_queue_size")).hasValue(stored.get());
        Eventually.await(
            "all connections are closed",
            Duration.ofMinutes(2),
            () -> openFiles(serve) <= filesBefore + 8);
        assertThat(serve.log()).doesNotContain("\"msg\":\"bug\"", "OutOfMemoryError", "whsec_");
      }
    }
    assertThat(rounds).isGreaterThan(CLIENTS);
  }

  /// Open sockets and files; 0 if the system does not say.
  private static long openFiles(ServeProcess serve) throws IOException {
    Path files = Path.of("/proc", Long.toString(serve.pid()), "fd");
    if (!Files.isDirectory(files)) {
      return 0;
    }
    try (Stream<Path> entries = Files.list(files)) {
      return entries.count();
    }
  }

  /// Returns how many requests were answered.
  private int attack(ServeProcess serve, int client, int count, long seed, AtomicInteger stored)
      throws Exception {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    int answered = 0;
    for (int i = 0; i < count; i++) {
      String id = "evt_" + client + "_" + i + "_" + seed;
      Attack attack = Attack.of(random, id);
      String answer = send(serve, attack, random);
      answered += answer.isEmpty() ? 0 : 1;
      if (answer.startsWith("HTTP/1.1 2") && answer.contains("{\"received\":true}")) {
        assertThat(attack.fate()).as(attack.text()).isNotEqualTo(Fate.MUST_NOT_BE_STORED);
        stored.incrementAndGet();
      }
      if (attack.fate() == Fate.MUST_BE_STORED) {
        assertThat(answer).as(attack.text()).startsWith("HTTP/1.1 200");
      }
    }
    return answered;
  }

  private static String send(ServeProcess serve, Attack attack, RandomGenerator random)
      throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), serve.uri("/").getPort())) {
      socket.setSoTimeout(attack.isWhole() ? 20_000 : 20);
      byte[] bytes = attack.text().getBytes(ISO_8859_1);
      int half = random.nextInt(bytes.length + 1);
      socket.getOutputStream().write(bytes, 0, half);
      socket.getOutputStream().flush();
      socket.getOutputStream().write(bytes, half, bytes.length - half);
      socket.getOutputStream().flush();
      if (attack.isEnded()) {
        socket.shutdownOutput();
      }
      return firstAnswer(socket.getInputStream());
    } catch (SocketTimeoutException _) {
      assertThat(attack.isWhole()).as("no answer within 20 s to: " + attack.text()).isFalse();
      return "";
    } catch (IOException _) {
      return ""; // A reset is a refusal too.
    }
  }

  private static String firstAnswer(InputStream in) throws IOException {
    byte[] bytes = new byte[4_096];
    int count = 0;
    while (count < bytes.length) {
      int read = in.read(bytes, count, bytes.length - count);
      if (read < 0) {
        break;
      }
      count += read;
      String text = new String(bytes, 0, count, ISO_8859_1);
      int end = text.indexOf("\r\n\r\n");
      if (end >= 0 && (text.indexOf('{', end) >= 0 || text.contains("Content-Length: 0"))) {
        return text;
      }
    }
    return new String(bytes, 0, count, ISO_8859_1);
  }

  /// Whether a request's event may be stored.
  private enum Fate {
    MUST_BE_STORED,
    MAY_BE_STORED,
    MUST_NOT_BE_STORED
  }

  /// @param isEnded whether the client closes its side afterwards, so the server waits for no more
  private record Attack(String text, Fate fate, boolean isEnded) {
    private static Attack never(String text) {
      return new Attack(text, Fate.MUST_NOT_BE_STORED, true);
    }

    private static Attack maybe(String text) {
      return new Attack(text, Fate.MAY_BE_STORED, true);
    }

    /// Whether the server must respond, or close the connection, at once.
    boolean isWhole() {
      return isEnded || fate == Fate.MUST_BE_STORED;
    }

    static Attack of(RandomGenerator random, String id) throws Exception {
      String body = Load.body(id, "acct_1");
      String signature = Load.sign(body);
      String head = "Host: bridge\r\nStripe-Signature: " + signature + "\r\n";
      String start = "POST /webhooks/stripe HTTP/1.1\r\n" + head;
      String length = "Content-Length: " + body.length();
      String whole = start + length + "\r\n\r\n" + body;
      return switch (random.nextInt(10)) {
        case 0 -> new Attack(whole, Fate.MUST_BE_STORED, false);
        case 1 -> new Attack(start + chunked(body, random), Fate.MUST_BE_STORED, false);
        case 2 -> maybe(flipped(whole, random));
        case 3 ->
            new Attack(
                whole.substring(0, random.nextInt(whole.length())),
                Fate.MUST_NOT_BE_STORED,
                random.nextBoolean());
        case 4 -> maybe(requestLine(random) + head + length + "\r\n\r\n" + body);
        case 5 -> never(whole.replace(length, "Content-Length: " + one(LENGTHS, random)));
        case 6 -> maybe(whole.replace(head, head + noise(random)));
        case 7 -> never(whole.replace(signature, "t=1,v1=" + signature.substring(20)));
        case 8 -> never(start + CHUNKED + one(CHUNKS, random) + "\r\n" + body);
        default -> maybe(noise(random) + whole);
      };
    }

    private static String requestLine(RandomGenerator random) {
      return "%s %s HTTP/1.%d\r\n"
          .formatted(one(METHODS, random), one(PATHS, random), random.nextInt(3));
    }

    private static String one(List<String> values, RandomGenerator random) {
      return values.get(random.nextInt(values.size()));
    }

    private static String chunked(String body, RandomGenerator random) {
      StringBuilder text = new StringBuilder(CHUNKED);
      for (int at = 0; at < body.length(); ) {
        int size = Math.min(random.nextInt(1, 300), body.length() - at);
        text.append(Integer.toHexString(size)).append("\r\n").append(body, at, at + size);
        text.append("\r\n");
        at += size;
      }
      return text.append("0\r\n\r\n").toString();
    }

    private static String flipped(String whole, RandomGenerator random) {
      StringBuilder text = new StringBuilder(whole);
      for (int i = random.nextInt(1, 4); i > 0; i--) {
        text.setCharAt(random.nextInt(text.length()), (char) random.nextInt(256));
      }
      return text.toString();
    }

    private static String noise(RandomGenerator random) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(1, 200); i > 0; i--) {
        text.append((char) random.nextInt(1, 256));
      }
      return text.append("\r\n").toString();
    }
  }
}
