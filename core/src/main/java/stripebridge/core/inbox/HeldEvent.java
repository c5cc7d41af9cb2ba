package stripebridge.core.inbox;

import stripebridge.core.redaction.Redaction;

/// What an inbox still knows of an event that it holds under an id.
///
/// @param type as it is stored
/// @param objectId the id of what the event is about; empty when it is not known
public record HeldEvent(String type, String objectId) {

  /// Whether an event that comes under the same id is this one once more. Its bytes may differ
  /// between deliveries (`pending_webhooks` does); its type and its object may not. An object that
  /// is not known is like any other.
  public boolean isSame(ReceivedEvent event) {
    return type.equals(event.type().text())
        && (objectId.isEmpty() || event.objectId().isEmpty() || objectId.equals(event.objectId()));
  }

  /// As a sentence names it; what looks like no id of Stripe's is masked.
  public String described() {
    return objectId.isEmpty() ? type : type + " of " + Redaction.text("id", objectId);
  }
}
