package stripebridge.core.normalization;

/// The outcome of normalizing an event with [Normalizer].
public sealed interface Normalization {

  /// The event can be published.
  record Normalized(Envelope envelope) implements Normalization {}

  /// The event is genuine but cannot be published: it is parked for this reason.
  ///
  /// @param reason one clause that quotes no part of the event
  record Unreadable(String reason) implements Normalization {}
}
