package stripebridge.acceptance.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Callers that post signed events, each sequentially and for its own account. Records the ids that
/// were answered 200.
public final class Load {
  private final int callers;
  private final Set<String> stored = ConcurrentHashMap.newKeySet();
  private final Map<Integer, Integer> answers = new ConcurrentHashMap<>();
  private final Map<Integer, Integer> next = new ConcurrentHashMap<>();
  private volatile List<String> secrets = List.of(ServeProcess.SECRET);

  Load(int callers) {
    this.callers = callers;
  }

  /// Posts until it is stopped or has posted the given number; a caller without a connection ends.
  final class Running implements AutoCloseable {
    private final AtomicBoolean isStopped = new AtomicBoolean();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient client = HttpClient.newHttpClient();
    private final List<Future<?>> running = new ArrayList<>();

    Running(URI webhooks, int eventsEach) {
      for (int caller = 0; caller < callers; caller++) {
        int account = caller;
        running.add(
            threads.submit(() -> {
              call(webhooks, account, eventsEach);
              return account;
            }));
      }
    }

    private void call(URI webhooks, int account, int count) throws Exception {
      for (int i = 0; i < count && !isStopped.get(); i++) {
        int number = next.merge(account, 1, Integer::sum);
        try {
          post(client, webhooks, id(account, number), "acct_" + account);
        } catch (IOException _) {
          // The server was killed meanwhile: without a response, nothing is promised.
          return;
        }
      }
    }

    /// Waits until all callers have ended.
    void join() throws Exception {
      for (Future<?> caller : running) {
        caller.get();
      }
    }

    @Override
    public void close() {
      isStopped.set(true);
      try {
        join();
      } catch (Exception e) {
        throw new AssertionError("a caller failed", e);
      }
      client.shutdownNow();
      threads.close();
    }
  }

  /// Signs with other secrets from now on: with each of them, as Stripe does while one is rolled.
  void signWith(String... others) {
    secrets = List.of(others);
  }

  Running start(URI webhooks) {
    return new Running(webhooks, Integer.MAX_VALUE);
  }

  Running start(URI webhooks, int eventsEach) {
    return new Running(webhooks, eventsEach);
  }

  int post(HttpClient client, URI webhooks, String id, String account) throws Exception {
    String body = body(id, account);
    HttpRequest request =
        HttpRequest.newBuilder(webhooks)
            .timeout(Duration.ofMinutes(1))
            .header("Stripe-Signature", sign(body, secrets))
            .POST(BodyPublishers.ofString(body))
            .build();
    int status = client.send(request, BodyHandlers.ofString()).statusCode();
    answers.merge(status, 1, Integer::sum);
    if (status == 200) {
      stored.add(id);
    }
    return status;
  }

  /// An id with its caller and its position in the caller's order.
  static String id(int account, int number) {
    return "evt_" + account + "_" + number;
  }

  static String body(String id, String account) {
    return """
    {"id":"%s","object":"event","type":"charge.succeeded","account":"%s","created":1790000000,\
    "livemode":false,"data":{"object":{"id":"ch_1","object":"charge","customer":"%s",\
    "amount":1200,"currency":"eur","status":"succeeded","description":"%s"}}}\
    """
        .formatted(id, account, customer(id), filler(id));
  }

  /// Random letters, the same for the same id: equal ones would nearly vanish when compressed.
  private static String filler(String id) {
    SplittableRandom random = new SplittableRandom(id.hashCode());
    StringBuilder letters = new StringBuilder();
    for (int i = 0; i < 500; i++) {
      letters.append((char) ('a' + random.nextInt(26)));
    }
    return letters.toString();
  }

  /// The customer of the event with this id: each caller's events have three in turn.
  static String customer(String id) {
    String[] parts = id.split("_", -1);
    boolean hasNumber = parts.length > 2 && parts[2].matches("\\d{1,9}");
    return "cus_" + parts[1] + "_" + (hasNumber ? Integer.parseInt(parts[2]) % 3 : 0);
  }

  /// The signature header for a body, signed now.
  public static String sign(String body) throws Exception {
    return sign(body, List.of(ServeProcess.SECRET));
  }

  /// The signature header for a body, signed now, with a signature by each secret.
  static String sign(String body, List<String> secrets) throws Exception {
    long time = Instant.now().getEpochSecond();
    StringBuilder header = new StringBuilder("t=").append(time);
    for (String secret : secrets) {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(UTF_8), "HmacSHA256"));
      byte[] signature = mac.doFinal((time + "." + body).getBytes(UTF_8));
      header.append(",v1=").append(HexFormat.of().formatHex(signature));
    }
    return header.toString();
  }

  /// The ids that were answered 200.
  Set<String> stored() {
    return Set.copyOf(stored);
  }

  /// The number of responses by status.
  Map<Integer, Integer> answers() {
    return Map.copyOf(answers);
  }
}
