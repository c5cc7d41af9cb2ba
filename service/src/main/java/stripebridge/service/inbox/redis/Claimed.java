package stripebridge.service.inbox.redis;

import stripebridge.core.inbox.Claim;
import stripebridge.core.inbox.ReceivedEvent;

/// What is remembered of an entry once it is published.
///
/// @param receivedAt milliseconds since 1970
record Claimed(String id, String type, String objectId, String account, long receivedAt) {
  static Claimed of(Claim claim) {
    return switch (claim) {
      case Claim.Intact(var entry) -> of(entry.event());
      // It is never published.
      case Claim.Damaged(long _, String eventId, String _) -> new Claimed(eventId, "", "", "", 0);
    };
  }

  private static Claimed of(ReceivedEvent event) {
    return new Claimed(
        event.id().text(),
        event.type().text(),
        event.objectId(),
        event.account(),
        event.receivedAt().toEpochMilli());
  }
}
