package stripebridge.core.inbox;

import stripebridge.core.redaction.Redaction;

/// What an inbox knows about the event under an id.
///
/// @param type as stored
/// @param objectId the id of the event's object; empty when not known
public record KnownEvent(String type, String objectId) {

  /// Whether an event with the same id is this event again. Its bytes may differ between deliveries
  /// (`pending_webhooks` does), but not its type or its object. An unknown object matches any
  /// object.
  public boolean isSame(ReceivedEvent event) {
    return type.equals(event.type().text())
        && (objectId.isEmpty() || event.objectId().isEmpty() || objectId.equals(event.objectId()));
  }

  /// A description for a sentence. An object id that does not look like Stripe's is masked.
  public String described() {
    return objectId.isEmpty() ? type : type + " of " + Redaction.text("id", objectId);
  }
}
