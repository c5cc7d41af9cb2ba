package stripebridge.service.inbox;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import stripebridge.core.event.EventId;
import stripebridge.core.event.EventReader;
import stripebridge.core.event.EventReading;
import stripebridge.core.event.EventType;
import stripebridge.core.event.StripeEvent;
import stripebridge.core.inbox.EntryState;
import stripebridge.core.inbox.KnownEvent;
import stripebridge.core.inbox.ParkReason;
import stripebridge.core.inbox.Placement;
import stripebridge.core.inbox.ReceivedEvent;

/// An entry on its way from one inbox to another, with everything stored about it, damaged or not.
///
/// @param sequence in the source
/// @param objectId the id of the event's object; empty when it is not known
/// @param receivedAt and `settledAt`: milliseconds since 1970; 0 when it is not settled
/// @param body empty when it is not kept
/// @param checksum of the event; 0 when the event is not kept
// Made once for a batch, and never compared.
@SuppressWarnings("ArrayRecordComponent")
public record MovedEntry(
    EntryState state,
    long sequence,
    String eventId,
    String eventType,
    String objectId,
    String account,
    long receivedAt,
    byte[] body,
    long checksum,
    int refusals,
    int permanentRefusals,
    long settledAt,
    String reason,
    String detail) {

  /// Whether it is published or discarded, and so no longer needs its event.
  boolean isFinished() {
    return state == EntryState.PUBLISHED || state == EntryState.DISCARDED;
  }

  /// The event; absent when it is finished or damaged.
  Optional<ReceivedEvent> event() {
    try {
      ReceivedEvent event =
          new ReceivedEvent(
              new EventId(eventId),
              new EventType(eventType),
              resolvedObjectId(),
              account,
              Instant.ofEpochMilli(receivedAt),
              body);
      return !isFinished() && Checksum.of(event) == checksum
          ? Optional.of(event)
          : Optional.empty();
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /// The id that Stripe gave the event. It differs from `eventId` if another event has that id.
  String firstId() {
    if (EventReader.read(body) instanceof EventReading.Identified(StripeEvent event)) {
      String first = event.id().text();
      for (int i = 2; i <= Placement.EVENTS_PER_ID_MAX; i++) {
        if (eventId.equals(Placement.further(first, i))) {
          return first;
        }
      }
    }
    return eventId;
  }

  /// The known part of the event, even if it is damaged.
  KnownEvent known() {
    return new KnownEvent(eventType, resolvedObjectId());
  }

  /// Parsed from the event if an older release did not store it.
  private String resolvedObjectId() {
    return objectId.isEmpty()
            && EventReader.read(body) instanceof EventReading.Identified(StripeEvent event)
        ? event.objectId()
        : objectId;
  }

  /// The same entry, parked under another id.
  MovedEntry conflicting(EventId otherId, String why) {
    return new MovedEntry(
        EntryState.PARKED,
        sequence,
        otherId.text(),
        eventType,
        objectId,
        account,
        receivedAt,
        body,
        event().map(event -> Checksum.of(event.withId(otherId))).orElse(checksum),
        refusals,
        permanentRefusals,
        Math.max(settledAt, receivedAt),
        ParkReason.CONFLICT.name(),
        // An operator who retries it should know that it was parked before.
        state == EntryState.PARKED
            ? "%s; before, it was parked as %s: %s"
                .formatted(why, reason.toLowerCase(Locale.ROOT), detail)
            : why);
  }
}
