package stripebridge.core.event;

/// The outcome of reading a body with [EventReader].
public sealed interface EventReading {

  /// The body has an id and a type. The rest may still be invalid or truncated; normalization finds
  /// out.
  record Identified(StripeEvent event) implements EventReading {}

  /// The body has no readable id and type, so it can be neither deduplicated nor routed.
  ///
  /// @param reason one clause that quotes no part of the body
  record Unidentified(String reason) implements EventReading {}
}
