package stripebridge.core.event;

/// What [EventReader] made of a body.
public sealed interface EventReading {

  /// The body has an id and a type. The rest may still be odd or cut off; normalization finds out.
  record Identified(StripeEvent event) implements EventReading {}

  /// The body has no readable id and type, so that it can be neither deduplicated nor routed.
  ///
  /// @param reason one clause that quotes nothing of the body
  record Unidentified(String reason) implements EventReading {}
}
