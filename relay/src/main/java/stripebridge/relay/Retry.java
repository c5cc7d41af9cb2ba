package stripebridge.relay;

import java.time.Instant;
import java.util.random.RandomGenerator;

/// Whether something failed when it was last tried, and when it may be tried again. Not
/// thread-safe.
final class Retry {
  private final Backoff backoff;
  private final RandomGenerator random;
  private int failures;
  private Instant notBefore = Instant.MIN;

  Retry(Backoff backoff, RandomGenerator random) {
    this.backoff = backoff;
    this.random = random;
  }

  boolean isFailing() {
    return failures > 0;
  }

  Instant notBefore() {
    return notBefore;
  }

  boolean isDue(Instant now) {
    return !now.isBefore(notBefore);
  }

  /// It failed. Says when it may be tried again.
  Instant failed(Instant now) {
    notBefore = now.plus(backoff.after(failures, random));
    failures++;
    return notBefore;
  }

  /// It worked. Says whether it had failed before.
  boolean worked() {
    boolean wasFailing = isFailing();
    failures = 0;
    notBefore = Instant.MIN;
    return wasFailing;
  }
}
