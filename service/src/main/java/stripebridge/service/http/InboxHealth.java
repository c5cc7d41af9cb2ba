package stripebridge.service.http;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import stripebridge.core.inbox.Inbox;
import stripebridge.core.inbox.InboxException;
import stripebridge.core.inbox.InboxLoss;

/// Whether the inbox can store. The last webhook decides; after one that failed, the inbox is
/// probed, since a balancer sends no webhooks to an instance that is not ready.
///
/// Thread-safe.
final class InboxHealth {
  private static final Duration PROBE_INTERVAL = Duration.ofSeconds(1);

  private final Inbox inbox;
  private final InstantSource clock;
  private volatile @Nullable InboxException failure;
  private Instant nextProbe = Instant.EPOCH;

  InboxHealth(Inbox inbox, InstantSource clock) {
    this.inbox = inbox;
    this.clock = clock;
  }

  void worked() {
    if (failure != null) {
      failure = null;
    }
  }

  void failed(InboxException why) {
    failure = why;
  }

  /// Whether it will never store again.
  boolean hasDied() {
    return inbox.failure().isPresent();
  }

  /// What it has lost and nobody has acknowledged.
  List<InboxLoss> losses() {
    return inbox.faults().losses();
  }

  boolean isAway() {
    if (inbox.outage().isPresent()) {
      return true;
    }
    if (failure != null) {
      probe();
    }
    return failure != null;
  }

  /// One probe at a time: other callers wait for its answer.
  private synchronized void probe() {
    if (failure == null || clock.instant().isBefore(nextProbe)) {
      return;
    }
    nextProbe = clock.instant().plus(PROBE_INTERVAL);
    try {
      inbox.probe();
      worked();
    } catch (InboxException e) {
      failed(e);
    }
  }
}
