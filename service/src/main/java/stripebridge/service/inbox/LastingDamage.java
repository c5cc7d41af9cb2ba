package stripebridge.service.inbox;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import stripebridge.core.inbox.InboxException;

/// Whether damage to the file keeps something from being done at all, and not just once. Then the
/// process has to end: it would take events that it never gives out again.
///
/// Thread-safe.
final class LastingDamage {
  // The relay tries again after a fifth of a second, twice that, and so on: some seconds.
  private static final int FAILURES_MAX = 5;

  private int failures;
  private @Nullable InboxException lasting;

  synchronized void worked() {
    failures = 0;
  }

  /// Counts a failure.
  ///
  /// @return the failure, to be thrown
  synchronized InboxException failed(InboxException why) {
    failures = why instanceof InboxException.Unusable ? failures + 1 : 0;
    if (failures >= FAILURES_MAX) {
      lasting = why;
    }
    return why;
  }

  synchronized Optional<Throwable> lasting() {
    return Optional.ofNullable(lasting);
  }
}
