package stripebridge.core.secret;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/// The last report of a replica: which secrets it has.
///
/// @param at by the replica's clock
/// @param isLast whether the replica was being stopped
record ReplicaReport(Instant at, boolean isLast, Set<String> fingerprints) {
  ReplicaReport {
    fingerprints = Set.copyOf(fingerprints);
  }

  /// Whether the replica still runs, as far as can be known.
  boolean isLive(Instant now) {
    // A clock that is further ahead is wrong, and would keep a dead replica alive.
    return !isLast && Duration.between(at, now).abs().compareTo(SecretLedger.REPORT_LIFE) <= 0;
  }
}
