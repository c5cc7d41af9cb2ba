package stripebridge.core.secret;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The state of all configured secrets at one moment.
///
/// @param at the moment: now, or the last report if no replica runs
/// @param replicas the replicas that run, by name, sorted
/// @param secrets by label and first sight
public record SecretStatus(Instant at, List<String> replicas, List<Row> secrets) {
  /// A secret.
  ///
  /// @param since the day from which the operator counts its age
  /// @param age counted from that day, or from the first sight
  /// @param lastUsed when it last verified a webhook; absent if it never has
  /// @param replicas those of the running replicas that have it, by name, sorted
  public record Row(
      String label,
      String fingerprint,
      Instant firstSeen,
      Optional<LocalDate> since,
      Duration age,
      Optional<Instant> lastUsed,
      List<String> replicas,
      Set<SecretFinding> findings) {}
}
