package stripebridge.cli.inbox;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import stripebridge.core.inbox.EntryRow;
import stripebridge.core.inbox.EntryState;
import stripebridge.core.inbox.HeldBehind;
import stripebridge.core.inbox.ParkReason;

/// Describes an inbox entry, in words and as JSON fields.
public final class EntryText {
  private EntryText() {}

  /// The state as options and tables spell it.
  public static String state(EntryRow row) {
    return state(row.state());
  }

  static String state(EntryState state) {
    return state.name().toLowerCase(Locale.ROOT);
  }

  /// Such as `3 waiting, 0 published, 1 parked, 0 discarded`.
  static String counts(Map<EntryState, Long> byState) {
    return Arrays.stream(EntryState.values())
        .map(state -> byState.getOrDefault(state, 0L) + " " + state(state))
        .collect(Collectors.joining(", "));
  }

  /// Why the entry is in its state; empty when there is nothing to say.
  public static String why(EntryRow row) {
    String reason = reason(row);
    if (row.heldBehind().isPresent()) {
      return behind(HeldBehind.of(row.heldBehind().get()))
          + (row.refusals() == 0 ? "" : ", after " + refusals(row) + ": " + reason);
    }
    if (row.dueAt().isPresent() && row.refusals() == 0) {
      return "due now: it was retried";
    }
    if (row.dueAt().isPresent()) {
      return "next attempt at " + row.dueAt().get() + ", after " + refusals(row) + ": " + reason;
    }
    return reason;
  }

  private static String behind(HeldBehind behind) {
    String key = behind.key();
    return "behind an earlier entry of "
        + behind.topic()
        + (key == null || key.isEmpty() ? "" : " with partition key " + key);
  }

  private static String reason(EntryRow row) {
    String reason = named(row);
    return row.detail().isEmpty() ? reason : reason + ": " + row.detail();
  }

  /// Our reason for parking, in lower case; for a waiting entry, the broker's own words.
  private static String named(EntryRow row) {
    boolean isOurs =
        Arrays.stream(ParkReason.values()).anyMatch(each -> each.name().equals(row.reason()));
    return isOurs ? row.reason().toLowerCase(Locale.ROOT) : row.reason();
  }

  private static String refusals(EntryRow row) {
    return row.refusals() == 1 ? "1 refusal" : row.refusals() + " refusals";
  }

  /// Writes the entry's fields into an open JSON object.
  public static void write(EntryRow row, JsonGenerator generator) throws IOException {
    generator.writeStringField("event_id", row.eventId());
    generator.writeStringField("event_type", row.eventType());
    generator.writeStringField("account", row.account());
    generator.writeStringField("state", state(row));
    generator.writeNumberField("sequence", row.sequence());
    generator.writeStringField("received_at", row.receivedAt().toString());
    writeTime(generator, "settled_at", row.settledAt());
    writeTime(generator, "due_at", row.dueAt());
    HeldBehind behind = HeldBehind.of(row.heldBehind().orElse(""));
    writeText(generator, "held_behind", behind.topic());
    writeText(generator, "held_behind_key", Objects.requireNonNullElse(behind.key(), ""));
    generator.writeNumberField("refusals", row.refusals());
    generator.writeNumberField("permanent_refusals", row.permanentRefusals());
    writeText(generator, "reason", named(row));
    writeText(generator, "detail", row.detail());
    generator.writeNumberField("body_bytes", row.bodyBytes());
  }

  private static void writeTime(JsonGenerator generator, String name, Optional<Instant> time)
      throws IOException {
    writeText(generator, name, time.map(Instant::toString).orElse(""));
  }

  private static void writeText(JsonGenerator generator, String name, String text)
      throws IOException {
    if (text.isEmpty()) {
      generator.writeNullField(name);
    } else {
      generator.writeStringField(name, text);
    }
  }
}
