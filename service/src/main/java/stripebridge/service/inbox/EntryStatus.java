package stripebridge.service.inbox;

import org.jspecify.annotations.Nullable;
import stripebridge.core.inbox.EntryState;
import stripebridge.core.inbox.ParkReason;
import stripebridge.core.inbox.Settlement;

/// The columns of an entry's row that change. Decides their next values.
///
/// @param state as in [StateText]
/// @param dueAt milliseconds since 1970; 0 is at once
/// @param held what the entry is held behind, as [stripebridge.core.inbox.HeldBehind#text]
/// @param settledAt when it reached its state, unless it waits
record EntryStatus(
    String state,
    long refusals,
    long permanentRefusals,
    long dueAt,
    @Nullable String held,
    @Nullable Long settledAt,
    @Nullable String reason,
    @Nullable String detail) {
  static final String WAITING = StateText.of(EntryState.WAITING);

  /// A new entry.
  static final EntryStatus NEW = new EntryStatus(WAITING, 0, 0, 0, null, null, null, null);

  /// A parked entry that an operator retries: due now, and not free, since the owner looks for free
  /// entries only after the last one that it has claimed.
  static final EntryStatus RETRIED = NEW.dueNow();

  /// The status after a settlement.
  EntryStatus after(Settlement settlement, long now) {
    return switch (settlement) {
      case Settlement.Published _ -> finished(EntryState.PUBLISHED, now);
      case Settlement.Refused refused ->
          new EntryStatus(
              state,
              refusals + 1,
              permanentRefusals + (refused.isPermanent() ? 1 : 0),
              // 0 would mean that it has no date.
              Math.max(1, refused.at().toEpochMilli()),
              null,
              settledAt,
              refused.reason(),
              detail);
      case Settlement.Held(long _, String behind) ->
          new EntryStatus(state, refusals, permanentRefusals, 0, behind, settledAt, reason, detail);
      case Settlement.RefusedAndHeld(long _, String behind, String why) ->
          new EntryStatus(
              state, refusals + 1, permanentRefusals, 0, behind, settledAt, why, detail);
      case Settlement.Parked(long _, ParkReason why, String what) -> parked(why, what, now);
      // Claims are not stored.
      case Settlement.Released _ -> this;
    };
  }

  /// The status of an entry that only an operator can retry.
  EntryStatus parked(ParkReason why, String what, long now) {
    return new EntryStatus(
        StateText.of(EntryState.PARKED),
        // The counts of a damaged row may be invalid.
        Math.max(Math.max(0, permanentRefusals), refusals),
        Math.max(0, permanentRefusals),
        0,
        null,
        now,
        why.name(),
        what);
  }

  EntryStatus discarded(long now) {
    return finished(EntryState.DISCARDED, now);
  }

  /// Whether it waits, has no date and is not held.
  boolean isFree() {
    return state.equals(WAITING) && dueAt == 0 && held == null;
  }

  /// Whether it waits for a date, and not only because its message was refused permanently.
  boolean isRefusedForNow() {
    return state.equals(WAITING) && dueAt > 0 && refusals > permanentRefusals;
  }

  EntryStatus dueNow() {
    // 0 would mean that it has no date.
    return new EntryStatus(state, refusals, permanentRefusals, 1, held, settledAt, reason, detail);
  }

  /// For an entry that was missing from an index, whatever it waited for.
  EntryStatus dueNowAndUnheld() {
    return new EntryStatus(state, refusals, permanentRefusals, 1, null, settledAt, reason, detail);
  }

  /// It is free if it is not held.
  EntryStatus withoutDate() {
    return new EntryStatus(state, refusals, permanentRefusals, 0, held, settledAt, reason, detail);
  }

  private EntryStatus finished(EntryState next, long now) {
    // The counts of a damaged row may be invalid; the new checksum must cover valid ones.
    long permanent = Math.max(0, permanentRefusals);
    return new EntryStatus(
        StateText.of(next), Math.max(permanent, refusals), permanent, 0, null, now, reason, detail);
  }

  /// Whether the entry is published or discarded, and so no longer needs its event.
  boolean isFinished() {
    return state.equals(StateText.of(EntryState.PUBLISHED))
        || state.equals(StateText.of(EntryState.DISCARDED));
  }

  /// How the columns contradict each other, which only damage explains; empty if they do not.
  String inconsistency(boolean hasBody) {
    boolean waits = state.equals(WAITING);
    if (!waits && !isFinished() && !state.equals(StateText.of(EntryState.PARKED))) {
      return "its state is unknown";
    }
    if (waits && !hasBody) {
      return "it waits, but has no event";
    }
    if (isFinished() && hasBody) {
      return "it is " + state + ", but still has its event";
    }
    if (!waits && (held != null || dueAt != 0)) {
      return "it is " + state + ", but held or due";
    }
    if (held != null && dueAt != 0) {
      return "it is held behind a topic, and has a date";
    }
    if (dueAt < 0 || refusals < 0 || permanentRefusals < 0 || permanentRefusals > refusals) {
      return "its refusals or its date are invalid";
    }
    return "";
  }
}
