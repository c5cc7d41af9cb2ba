package stripebridge.service.inbox;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import stripebridge.core.inbox.EntryState;
import stripebridge.core.inbox.ParkReason;
import stripebridge.core.inbox.Settlement;

/// How far an entry is: the columns of its row that change. Decides what they become.
///
/// @param state as [#text] writes it
/// @param dueAt milliseconds since 1970; 0 is at once
/// @param held the topic whose earlier entry comes first
/// @param settledAt when it became what it is, if it does not wait
record EntryStatus(
    String state,
    long refusals,
    long permanentRefusals,
    long dueAt,
    @Nullable String held,
    @Nullable Long settledAt,
    @Nullable String reason,
    @Nullable String detail) {
  static final String WAITING = text(EntryState.WAITING);

  /// Of an entry that nobody has tried yet.
  static final EntryStatus NEW = new EntryStatus(WAITING, 0, 0, 0, null, null, null, null);

  /// Of one that an operator has given back: due at once, and not free, since an owner looks for
  /// free entries only behind the last one it has claimed.
  static final EntryStatus RETRIED = NEW.dueNow();

  /// As the column `state` has it.
  static String text(EntryState state) {
    return state.name().toLowerCase(Locale.ROOT);
  }

  /// What it is once it is settled.
  EntryStatus after(Settlement settlement, long now) {
    return switch (settlement) {
      case Settlement.Published _ -> finished(EntryState.PUBLISHED, now);
      case Settlement.Refused refused ->
          new EntryStatus(
              state,
              refusals + 1,
              permanentRefusals + (refused.isPermanent() ? 1 : 0),
              // 0 would mean never tried.
              Math.max(1, refused.at().toEpochMilli()),
              null,
              settledAt,
              refused.reason(),
              detail);
      case Settlement.Held(long _, String topic) ->
          new EntryStatus(state, refusals, permanentRefusals, 0, topic, settledAt, reason, detail);
      case Settlement.Parked(long _, ParkReason why, String what) -> parked(why, what, now);
      // Nothing of it is in the store.
      case Settlement.Released _ -> this;
    };
  }

  /// It is not tried any more until an operator says so.
  EntryStatus parked(ParkReason why, String what, long now) {
    return new EntryStatus(
        text(EntryState.PARKED),
        // What is damaged may hold what cannot be.
        Math.max(Math.max(0, permanentRefusals), refusals),
        Math.max(0, permanentRefusals),
        0,
        null,
        now,
        why.name(),
        what);
  }

  /// An operator has taken it out.
  EntryStatus discarded(long now) {
    return finished(EntryState.DISCARDED, now);
  }

  /// Whether it waits for nothing.
  boolean isFree() {
    return state.equals(WAITING) && dueAt == 0 && held == null;
  }

  /// It is tried at once, and not held behind anything.
  EntryStatus dueNow() {
    // 0 would mean never tried.
    return new EntryStatus(state, refusals, permanentRefusals, 1, held, settledAt, reason, detail);
  }

  /// It is tried at once, whatever it waited for: of one that an index did not have.
  EntryStatus dueNowAndUnheld() {
    return new EntryStatus(state, refusals, permanentRefusals, 1, null, settledAt, reason, detail);
  }

  /// It is tried in its turn.
  EntryStatus withoutDate() {
    return new EntryStatus(state, refusals, permanentRefusals, 0, held, settledAt, reason, detail);
  }

  private EntryStatus finished(EntryState end, long now) {
    // It may be damaged; with a checksum of its own it would be found as that at the next start.
    long permanent = Math.max(0, permanentRefusals);
    return new EntryStatus(
        text(end), Math.max(permanent, refusals), permanent, 0, null, now, reason, detail);
  }

  /// Whether an entry that stands so needs its event no more.
  boolean isFinished() {
    return state.equals(text(EntryState.PUBLISHED)) || state.equals(text(EntryState.DISCARDED));
  }

  /// What of it cannot be, whatever was stored; empty when all of it can.
  String inconsistency(boolean hasBody) {
    boolean waits = state.equals(WAITING);
    if (!waits && !isFinished() && !state.equals(text(EntryState.PARKED))) {
      return "its state is none of an entry";
    }
    if (waits && !hasBody) {
      return "it waits, and has no event";
    }
    if (isFinished() && hasBody) {
      return "it is " + state + ", and still has its event";
    }
    if (!waits && (held != null || dueAt != 0)) {
      return "it is " + state + ", and is to be tried again";
    }
    if (held != null && dueAt != 0) {
      return "it is held behind a topic, and has a date";
    }
    if (dueAt < 0 || refusals < 0 || permanentRefusals < 0 || permanentRefusals > refusals) {
      return "its refusals or its date are no such numbers";
    }
    return "";
  }
}
