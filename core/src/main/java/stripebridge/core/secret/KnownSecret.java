package stripebridge.core.secret;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.Optional;

/// What is known about a secret, configured or not any more.
///
/// @param label the last that it was configured under
/// @param since the day of the last label that has one
/// @param firstSeen when a replica first reported it
/// @param lastUsed when it last verified a webhook
/// @param lastConfigured when a replica last reported it
/// @param configuredSince when it was configured, or configured again after it was not
record KnownSecret(
    String label,
    Optional<LocalDate> since,
    Instant firstSeen,
    Optional<Instant> lastUsed,
    Instant lastConfigured,
    Instant configuredSince) {
  // Reports of one moment may differ in the label: any rule will do, if all replicas have the same.
  private static final Comparator<KnownSecret> BY_CONFIGURED =
      Comparator.comparing(KnownSecret::lastConfigured)
          .thenComparing(KnownSecret::label)
          .thenComparing(known -> known.since().orElse(LocalDate.MIN));

  static KnownSecret of(ConfiguredSecret secret, Instant at) {
    return new KnownSecret(secret.label(), secret.since(), at, secret.lastUsed(), at, at);
  }

  /// This with a later report: the earliest sight, the latest use, the latest label.
  ///
  /// @param isBack whether the secret is configured again after it was not
  KnownSecret with(KnownSecret other, boolean isBack) {
    KnownSecret latest = BY_CONFIGURED.compare(this, other) >= 0 ? this : other;
    return new KnownSecret(
        latest.label,
        latest.since,
        firstSeen.isBefore(other.firstSeen) ? firstSeen : other.firstSeen,
        latest(lastUsed, other.lastUsed),
        latest.lastConfigured,
        isBack ? other.configuredSince : configuredSince);
  }

  private static Optional<Instant> latest(Optional<Instant> one, Optional<Instant> other) {
    return one.isPresent() && other.isPresent()
        ? Optional.of(one.get().isAfter(other.get()) ? one.get() : other.get())
        : one.or(() -> other);
  }

  /// The beginning of its age.
  Instant ageFrom() {
    return since.map(day -> day.atStartOfDay(ZoneOffset.UTC).toInstant()).orElse(firstSeen);
  }
}
