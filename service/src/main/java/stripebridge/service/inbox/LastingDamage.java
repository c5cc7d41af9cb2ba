package stripebridge.service.inbox;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import stripebridge.core.inbox.InboxException;

/// Finds out whether damage to the file makes every attempt of one operation fail. Then the process
/// must end: it would accept events that it never publishes.
///
/// Thread-safe.
final class LastingDamage {
  // The relay retries after 200 ms, 400 ms and so on: some seconds in all.
  private static final int FAILURES_MAX = 5;

  private int failures;
  private @Nullable InboxException lasting;

  synchronized void worked() {
    failures = 0;
  }

  /// Counts a failure of a damaged file.
  ///
  /// @return the failure, for the caller to throw
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
