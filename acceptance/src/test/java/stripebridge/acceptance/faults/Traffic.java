package stripebridge.acceptance.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/// Callers that post events to a balancer as Stripe does: each event again until it is answered
/// 200, though sooner. Each caller posts for an account of its own, one event after the other.
final class Traffic implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofMillis(100);

  /// Longer than any pause of a deployment.
  private static final int TRIES_MAX = 1_800;

  private final Load load;
  private final URI webhooks;
  private final AtomicBoolean isStopped = new AtomicBoolean();
  private final AtomicInteger refused = new AtomicInteger();
  private final AtomicInteger unanswered = new AtomicInteger();
  private final HttpClient client = HttpClient.newHttpClient();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Future<?>> callers = new ArrayList<>();

  private Traffic(Load load, URI webhooks) {
    this.load = load;
    this.webhooks = webhooks;
  }

  /// Starts the callers.
  static Traffic start(Load load, URI webhooks, int callers) {
    Traffic traffic = new Traffic(load, webhooks);
    for (int i = 0; i < callers; i++) {
      int account = i;
      traffic.callers.add(
          traffic.threads.submit(() -> {
            for (int number = 1; !traffic.isStopped.get(); number++) {
              traffic.post(Load.id(account, number), "acct_" + account);
            }
            return account;
          }));
    }
    return traffic;
  }

  private void post(String id, String account) throws Exception {
    for (int i = 0; i < TRIES_MAX; i++) {
      if (isStopped.get() && i > 0) {
        // Nothing was promised to it, and nothing may be left to take it.
        return;
      }
      try {
        if (load.post(client, webhooks, id, account) == 200) {
          return;
        }
        refused.incrementAndGet();
      } catch (IOException _) {
        unanswered.incrementAndGet();
      }
      Eventually.pause(PAUSE);
    }
    throw new AssertionError("nothing took " + id);
  }

  /// Waits until this many more events were stored.
  void awaitMore(int count) throws Exception {
    int before = load.stored().size();
    Eventually.await(
        count + " more events are stored",
        Duration.ofMinutes(1),
        () -> load.stored().size() >= before + count);
  }

  /// How often an answer was not 200.
  int refused() {
    return refused.get();
  }

  /// Asserts that each answer was 200, and that no request was without one.
  void assertNothingWasRefused() {
    assertThat(load.answers().keySet()).as("answers").containsExactly(200);
    assertThat(unanswered()).as("unanswered").isZero();
  }

  /// Asserts that no answer but 200 came, except where a pod had to stop: it answers 503 to a
  /// request on a connection that was kept open until then, and closes it. A balancer takes another
  /// pod for the retry.
  ///
  /// @param stopped how many pods were stopped
  void assertRefusedOncePerConnection(int stopped) {
    assertThat(load.answers()).containsKey(200);
    assertThat(load.answers().keySet()).isSubsetOf(200, 503);
    assertThat(refused()).isLessThanOrEqualTo(stopped * callers.size());
  }

  /// Asserts that nothing was refused beyond that, and that no connection was: a pod that stops may
  /// at most close one that was kept open, just as a request comes.
  ///
  /// @param stopped how many pods were stopped
  void assertServedThroughout(int stopped) {
    assertRefusedOncePerConnection(stopped);
    assertThat(unanswered()).isLessThanOrEqualTo(stopped * callers.size());
  }

  /// How often a connection was refused, or ended without an answer.
  int unanswered() {
    return unanswered.get();
  }

  @Override
  public String toString() {
    return "%d events stored, %d times refused, %d times unanswered"
        .formatted(load.stored().size(), refused(), unanswered());
  }

  /// Waits for the answers to come, and for the end of the callers.
  @Override
  public void close() {
    isStopped.set(true);
    try {
      for (Future<?> caller : callers) {
        caller.get();
      }
    } catch (Exception e) {
      throw new AssertionError("a caller failed", e);
    }
    client.shutdownNow();
    threads.close();
  }
}
