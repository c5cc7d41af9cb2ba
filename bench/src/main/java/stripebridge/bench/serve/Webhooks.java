package stripebridge.bench.serve;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import stripebridge.service.inbox.StripeBodies;

/// A client that posts signed webhooks of 3 KB over kept connections.
final class Webhooks {
  static final String SECRET = "whsec_of_the_bench";
  static final int CONNECTIONS = 64;
  private static final int ACCOUNTS = 500;
  private static final List<String[]> BODIES = bodies();
  private static final AtomicLong NEXT = new AtomicLong();

  private final int port;

  Webhooks(int port) {
    this.port = port;
  }

  /// How many webhooks all clients have sent.
  static long sent() {
    return NEXT.get();
  }

  /// The number of webhooks answered 200 per second, posting for `time` at full speed.
  double rate(Duration time) throws Exception {
    long until = System.nanoTime() + time.toNanos();
    long begun = System.nanoTime();
    long answered = 0;
    for (long count :
        all(connection -> {
          long count = 0;
          while (System.nanoTime() < until) {
            connection.post();
            count++;
          }
          return count;
        })) {
      answered += count;
    }
    return answered / ((System.nanoTime() - begun) / 1e9);
  }

  /// Posts `count` webhooks.
  void post(long count) throws Exception {
    AtomicLong left = new AtomicLong(count);
    List<Long> _ =
        all(connection -> {
          while (left.getAndDecrement() > 0) {
            connection.post();
          }
          return 0L;
        });
  }

  /// The 99th percentile of the response time at a rate, in milliseconds. A request counts from its
  /// scheduled time, even if it is sent later.
  double p99(double perSecond, Duration time) throws Exception {
    long interval = (long) (1e9 * CONNECTIONS / perSecond);
    AtomicLong started = new AtomicLong();
    List<long[]> times =
        all(connection -> {
          // Staggered, so that not all start at the same moment.
          long begun = System.nanoTime() + started.getAndIncrement() * interval / CONNECTIONS;
          int count = (int) (time.toNanos() / interval);
          long[] nanos = new long[count];
          for (int i = 0; i < count; i++) {
            long due = begun + i * interval;
            for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
              LockSupport.parkNanos(wait);
            }
            connection.post();
            nanos[i] = System.nanoTime() - due;
          }
          return nanos;
        });
    long[] sorted = times.stream().flatMapToLong(Arrays::stream).sorted().toArray();
    return sorted[(int) (sorted.length * 0.99)] / 1e6;
  }

  private interface Caller<T> {
    T call(Connection connection) throws Exception;
  }

  private <T> List<T> all(Caller<T> caller) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<T>> callers = new ArrayList<>();
      for (int i = 0; i < CONNECTIONS; i++) {
        callers.add(() -> {
          try (Connection connection = new Connection(port)) {
            return caller.call(connection);
          }
        });
      }
      List<T> results = new ArrayList<>();
      for (Future<T> result : threads.invokeAll(callers)) {
        results.add(result.get());
      }
      return results;
    }
  }

  /// The body of a new event, of one of many accounts and a customer of its own.
  static String body(long number) {
    return body(number, "acct_" + number % ACCOUNTS, "cus_" + number);
  }

  /// The body of an event: 3,000 bytes and the length of its ids.
  ///
  /// @param customer its partition key
  static String body(long number, String account, String customer) {
    String[] parts = BODIES.get((int) (number % ACCOUNTS));
    return parts[0] + number + parts[1] + account + parts[2] + number + parts[3] + customer
        + parts[4];
  }

  /// Bodies without the ids of the event, made before anything is measured.
  private static List<String[]> bodies() {
    List<String[]> bodies = new ArrayList<>();
    for (int i = 0; i < ACCOUNTS; i++) {
      bodies.add(StripeBodies.of("evt_@@", "@@", "ch_" + i + "@@", "@@").split("@@", 5));
    }
    return bodies;
  }

  /// A connection that stays open.
  static final class Connection implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;
    private final Mac mac;
    private final byte[] answer = new byte[1_024];

    Connection(int port) throws IOException, GeneralSecurityException {
      socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setTcpNoDelay(true);
      in = socket.getInputStream();
      mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(SECRET.getBytes(UTF_8), "HmacSHA256"));
    }

    void post() throws IOException {
      byte[] body = body(NEXT.incrementAndGet()).getBytes(UTF_8);
      long time = System.currentTimeMillis() / 1_000;
      mac.update((time + ".").getBytes(UTF_8));
      String head =
          """
          POST /webhooks/stripe HTTP/1.1\r
          Host: bridge\r
          Stripe-Signature: t=%d,v1=%s\r
          Content-Type: application/json\r
          Content-Length: %d\r
          \r
          """
              .formatted(time, HexFormat.of().formatHex(mac.doFinal(body)), body.length);
      byte[] request = Arrays.copyOf(head.getBytes(ISO_8859_1), head.length() + body.length);
      System.arraycopy(body, 0, request, head.length(), body.length);
      socket.getOutputStream().write(request);
      int count = 0;
      // Each response ends with its only closing brace.
      while (count == 0 || answer[count - 1] != '}') {
        int read = in.read(answer, count, answer.length - count);
        if (read < 0) {
          throw new IOException("the server has closed the connection");
        }
        count += read;
      }
      String text = new String(answer, 0, count, ISO_8859_1);
      if (!text.startsWith("HTTP/1.1 200")) {
        throw new IOException("answered: " + text);
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
