package stripebridge.solace.admin;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Set;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/// Keeps below a rate, and repeats requests that a busy broker did not take.
final class Patience implements Interceptor {
  /// 529 is SEMP's own: no session available.
  private static final Set<Integer> BUSY = Set.of(500, 502, 503, 504, 529);

  private static final Duration WAIT_FIRST = Duration.ofMillis(200);
  private static final int TRIES_MAX = 5;

  private final Pause pause;
  private final Duration interval;
  private long nextNanos = System.nanoTime();

  /// Waits; replaced in tests.
  @FunctionalInterface
  interface Pause {
    Pause SLEEP = Thread::sleep;

    void await(Duration duration) throws InterruptedException;
  }

  /// @param interval the least time from one request to the next; zero for none
  Patience(Pause pause, Duration interval) {
    this.pause = pause;
    this.interval = interval;
  }

  @Override
  public Response intercept(Chain chain) throws IOException {
    Duration wait = WAIT_FIRST;
    for (int tries = 1; ; tries++) {
      await(turn());
      Response response = attempt(chain, chain.request(), tries);
      if (response != null) {
        if (!BUSY.contains(response.code()) || tries == TRIES_MAX) {
          return response;
        }
        response.close();
      }
      await(wait);
      wait = wait.multipliedBy(2);
    }
  }

  /// Absent when the connection failed and may be tried again.
  private static @Nullable Response attempt(Chain chain, Request request, int tries)
      throws IOException {
    try {
      return chain.proceed(request);
    } catch (IOException e) {
      if (tries == TRIES_MAX || Thread.currentThread().isInterrupted() || isFinal(e)) {
        throw e;
      }
      return null;
    }
  }

  /// What waiting does not change.
  private static boolean isFinal(IOException e) {
    return e instanceof javax.net.ssl.SSLException || e instanceof java.net.UnknownHostException;
  }

  private synchronized Duration turn() {
    long now = System.nanoTime();
    long mine = Math.max(now, nextNanos);
    nextNanos = mine + interval.toNanos();
    return Duration.ofNanos(mine - now);
  }

  private void await(Duration duration) throws InterruptedIOException {
    if (!duration.isPositive()) {
      return;
    }
    try {
      pause.await(duration);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for the broker");
    }
  }
}
