package stripebridge.service.inbox.redis;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import stripebridge.core.event.EventId;
import stripebridge.core.event.EventType;
import stripebridge.core.inbox.Claim;
import stripebridge.core.inbox.EntryRow;
import stripebridge.core.inbox.EntryState;
import stripebridge.core.inbox.InboxEntry;
import stripebridge.core.inbox.ReceivedEvent;
import stripebridge.service.inbox.Checksum;

/// What the scripts answer, as entries.
final class RedisEntries {
  private RedisEntries() {}

  /// @param found as claiming gives it: stream id, the event's names and values, refusals, those
  ///   for good
  static List<Claim> claims(Object found) {
    return Reply.list(found).stream().map(Reply::list).map(RedisEntries::claim).toList();
  }

  private static Claim claim(List<?> entry) {
    long sequence = sequence(Reply.text(entry.getFirst()));
    Map<String, byte[]> values = Reply.named(Reply.list(entry.get(1)));
    try {
      ReceivedEvent event =
          new ReceivedEvent(
              new EventId(Reply.text(values, "id")),
              new EventType(Reply.text(values, "type")),
              Reply.text(values, "object"),
              Reply.text(values, "account"),
              Instant.ofEpochMilli(Reply.number(values, "received")),
              values.getOrDefault("body", new byte[0]));
      if (Checksum.of(event) != Reply.number(values, "sum")) {
        return damaged(sequence, values, "its checksum differs from what was stored");
      }
      return new Claim.Intact(
          new InboxEntry(
              sequence, event, (int) Reply.number(entry.get(2)), (int) Reply.number(entry.get(3))));
    } catch (IllegalArgumentException e) {
      return damaged(sequence, values, "it holds what cannot be: " + e.getMessage());
    }
  }

  private static Claim damaged(long sequence, Map<String, byte[]> values, String reason) {
    return new Claim.Damaged(sequence, Reply.text(values, "id"), reason);
  }

  /// From the id of an entry in the stream.
  static long sequence(String streamId) {
    return Long.parseLong(streamId.substring(0, streamId.indexOf('-')));
  }

  /// @param flat as a page has it: the sequence, then names and values
  static EntryRow row(List<?> flat, EntryState state) {
    long sequence = Reply.number(flat.getFirst());
    Map<String, byte[]> values = Reply.named(flat.subList(1, flat.size()));
    byte[] body = values.get("body");
    return new EntryRow(
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
  }

  private static Optional<Instant> time(long millis) {
    return millis == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
  }

  /// Whether the value of an id is what is remembered of it, rather than where it is.
  static boolean isRemembered(String value) {
    return value.indexOf('\n') >= 0;
  }

  /// The id of the object of what is remembered; empty where there is none.
  static String rememberedObject(String value) {
    String first = value.substring(0, value.indexOf('\n'));
    int space = first.indexOf(' ');
    return space < 0 ? "" : first.substring(space + 1);
  }

  /// @param value state, sequence, received, settled, type and account, a line each; the state may
  ///   be followed by the id of the object
  static EntryRow remembered(String eventId, String value) {
    String[] lines = value.split("\n", 6);
    String state = lines[0].split(" ", 2)[0];
    if (lines.length < 6) {
      throw new IllegalArgumentException("what is remembered of " + eventId + " is damaged");
    }
    return new EntryRow(
        Long.parseLong(lines[1]),
        eventId,
        lines[4],
        lines[5],
        Instant.ofEpochMilli(Long.parseLong(lines[2])),
        EntryState.valueOf(state.toUpperCase(Locale.ROOT)),
        0,
        0,
        Optional.empty(),
        Optional.empty(),
        time(Long.parseLong(lines[3])),
        "",
        "",
        0);
  }
}
