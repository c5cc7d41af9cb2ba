package stripebridge.relay;

import java.time.Instant;
import java.util.random.RandomGenerator;

/// Whether the last attempt failed, and when the next one is due. Not thread-safe.
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

  /// The attempt failed. Returns when the next one is due.
  Instant failed(Instant now) {
    notBefore = now.plus(backoff.after(failures, random));
    failures++;
    return notBefore;
  }

  /// The attempt worked. Returns whether the one before had failed.
  boolean worked() {
    boolean wasFailing = isFailing();
    failures = 0;
    notBefore = Instant.MIN;
    return wasFailing;
  }
}
