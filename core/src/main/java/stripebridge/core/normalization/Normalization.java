package stripebridge.core.normalization;

/// What [Normalizer] made of an event.
public sealed interface Normalization {

  /// The event can be published.
  record Normalized(Envelope envelope) implements Normalization {}

  /// The event is genuine and cannot be published as it is: it is parked with this reason.
  ///
  /// @param reason one clause that quotes nothing of the event
  record Unreadable(String reason) implements Normalization {}
}
