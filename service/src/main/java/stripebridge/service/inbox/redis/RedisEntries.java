package stripebridge.service.inbox.redis;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import stripebridge.core.event.EventId;
import stripebridge.core.event.EventType;
import stripebridge.core.inbox.Claim;
import stripebridge.core.inbox.EntryRow;
import stripebridge.core.inbox.EntryState;
import stripebridge.core.inbox.InboxEntry;
import stripebridge.core.inbox.InboxException;
import stripebridge.core.inbox.ReceivedEvent;
import stripebridge.service.inbox.Checksum;
import stripebridge.service.inbox.StateText;

/// Turns the scripts' replies into entries.
final class RedisEntries {
  private RedisEntries() {}

  /// An entry, or what the inbox remembers of one.
  ///
  /// @param objectId empty when it is not known
  /// @param body empty when it is not kept
  /// @param checksum of the event; 0 when the event is not kept
  // Made once for a reply, and never compared.
  @SuppressWarnings("ArrayRecordComponent")
  record StoredEntry(EntryRow row, String objectId, byte[] body, long checksum) {}

  /// @param found as the claiming scripts reply: stream id, the event's names and values, refusals,
  ///   permanent refusals
  static List<Claim> claims(Object found) {
    return Reply.list(found).stream().map(Reply::list).map(RedisEntries::claim).toList();
  }

  private static Claim claim(List<?> entry) {
    long sequence = sequence(Reply.text(entry.getFirst()));
    Map<String, byte[]> values = Reply.named(Reply.list(entry.get(1)));
    try {
      Optional<byte[]> body = StoredBody.of(values).body();
      if (body.isEmpty()) {
        return damaged(sequence, values, "its body cannot be inflated to what was stored");
      }
      ReceivedEvent event =
          new ReceivedEvent(
              new EventId(Reply.text(values, "id")),
              new EventType(Reply.text(values, "type")),
              Reply.text(values, "object"),
              Reply.text(values, "account"),
              Instant.ofEpochMilli(Reply.number(values, "received")),
              body.get());
      if (Checksum.of(event) != Reply.number(values, "sum")) {
        return damaged(sequence, values, "its checksum differs from what was stored");
      }
      return new Claim.Intact(
          new InboxEntry(
              sequence, event, (int) Reply.number(entry.get(2)), (int) Reply.number(entry.get(3))));
    } catch (IllegalArgumentException e) {
      return damaged(sequence, values, "it has an invalid value: " + e.getMessage());
    }
  }

  private static Claim damaged(long sequence, Map<String, byte[]> values, String reason) {
    return new Claim.Damaged(sequence, Reply.text(values, "id"), reason);
  }

  private static long sequence(String streamId) {
    return Long.parseLong(streamId.substring(0, streamId.indexOf('-')));
  }

  /// Asks Redis for what has an event id.
  static Optional<StoredEntry> find(RedisConnections redis, String eventId) throws InboxException {
    Object found = redis.run("read", Script.FIND, eventId);
    if (Reply.isList(found)) {
      List<?> flat = Reply.list(found);
      boolean isParked = Reply.named(flat.subList(1, flat.size())).containsKey("settled");
      return flat.size() == 1
          ? Optional.empty()
          : Optional.of(stored(flat, isParked ? EntryState.PARKED : EntryState.WAITING));
    }
    String value = Reply.text(found);
    return value.isEmpty() ? Optional.empty() : Optional.of(remembered(eventId, value));
  }

  /// @param flat as `page.lua` replies: the sequence, then names and values
  static StoredEntry stored(List<?> flat, EntryState state) {
    long sequence = Reply.number(flat.getFirst());
    Map<String, byte[]> values = Reply.named(flat.subList(1, flat.size()));
    StoredBody stored = StoredBody.of(values);
    // Bytes that cannot be inflated stay as they are: the checksum still shows the damage.
    byte[] body = values.containsKey("body") ? stored.body().orElse(stored.bytes()) : null;
    EntryRow row =
        new EntryRow(
            sequence,
            Reply.text(values, "id"),
            Reply.text(values, "type"),
            Reply.text(values, "account"),
            Instant.ofEpochMilli(Reply.number(values, "received")),
            state,
            (int) Reply.number(values, "refusals"),
            (int) Reply.number(values, "permanent"),
            time(Reply.number(values, "due")),
            Optional.of(Reply.text(values, "held")).filter(topic -> !topic.isEmpty()),
            time(Reply.number(values, "settled")),
            Reply.text(values, "reason"),
            Reply.text(values, "detail"),
            body == null ? Reply.number(values, "size") : body.length);
    return new StoredEntry(
        row,
        Reply.text(values, "object"),
        body == null ? new byte[0] : body,
        Reply.number(values, "sum"));
  }

  private static Optional<Instant> time(long millis) {
    return millis == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
  }

  /// Whether the value of an id key describes a finished entry, rather than being the sequence of a
  /// waiting or parked one.
  static boolean isRemembered(String value) {
    return value.indexOf('\n') >= 0;
  }

  /// @param value state, sequence, received, settled, type and account, a line each; the id of the
  ///   object may follow the state
  static StoredEntry remembered(String eventId, String value) {
    String[] lines = value.split("\n", 6);
    String[] stateAndObject = lines[0].split(" ", 2);
    if (lines.length < 6) {
      throw new IllegalArgumentException("what is remembered of " + eventId + " is damaged");
    }
    EntryRow row =
        new EntryRow(
            Long.parseLong(lines[1]),
            eventId,
            lines[4],
            lines[5],
            Instant.ofEpochMilli(Long.parseLong(lines[2])),
            StateText.parse(stateAndObject[0])
                .orElseThrow(() ->
                    new IllegalArgumentException(
                        "what is remembered of " + eventId + " has no known state")),
            0,
            0,
            Optional.empty(),
            Optional.empty(),
            time(Long.parseLong(lines[3])),
            "",
            "",
            0);
    String objectId = stateAndObject.length < 2 ? "" : stateAndObject[1];
    return new StoredEntry(row, objectId, new byte[0], 0);
  }
}
