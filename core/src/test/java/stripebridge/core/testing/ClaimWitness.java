package stripebridge.core.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import stripebridge.core.inbox.Claim;
import stripebridge.core.inbox.InboxCounts;
import stripebridge.core.inbox.Settlement;

/// A simple model of an inbox that many threads use at once: each entry is unclaimed, has one
/// claimer, or is finished. A settlement is recorded before the call to the inbox, since the entry
/// may be claimed again before the call returns; an operator's change is recorded after the call.
///
/// Thread-safe.
final class ClaimWitness {
  private enum State {
    FREE,
    CLAIMED,
    DATED,
    HELD,
    PARKED,
    PUBLISHED,
    DISCARDED
  }

  private static final class Entry {
    long sequence;
    State state = State.FREE;

    /// The state before the claim, which a release restores.
    State before = State.FREE;
  }

  private final Map<String, Entry> entries = new HashMap<>();
  private final Set<String> stored = new HashSet<>();
  private final List<String> wrong = new ArrayList<>();

  /// Entries that operators may have changed.
  private final Set<String> touched = new HashSet<>();

  /// Released entries that no operator has changed.
  private final Set<String> returned = new HashSet<>();

  private long appending;
  private boolean isAllRetried;

  synchronized void appending() {
    appending++;
  }

  synchronized void stored(String id) {
    stored.add(id);
  }

  /// The released entries, which a single claimer must get before any later entry.
  synchronized Set<String> returned() {
    return Set.copyOf(returned);
  }

  /// @param first the released entries before the claim
  synchronized void claimed(List<Claim> claims, Set<String> first) {
    List<Long> sequences = claims.stream().map(Claim::sequence).toList();
    if (!sequences.equals(sequences.stream().sorted().toList())) {
      wrong.add("not in sequence: " + sequences);
    }
    Set<String> ids = new HashSet<>(InboxContract.ids(claims));
    // An entry that had a date, or was retried, may come at any time.
    long last =
        claims.stream()
            .filter(claim -> entry(InboxContract.id(claim)).state == State.FREE)
            .filter(claim -> !touched.contains(InboxContract.id(claim)))
            .mapToLong(Claim::sequence)
            .max()
            .orElse(0);
    for (String id : first) {
      if (entry(id).sequence < last && !ids.contains(id) && !touched.contains(id)) {
        wrong.add(id + " was free and was overtaken by " + ids);
      }
    }
    for (Claim claim : claims) {
      Entry entry = entry(claim);
      String id = InboxContract.id(claim);
      boolean isFree =
          entry.state == State.FREE
              || (touched.contains(id) && entry.state == State.DATED)
              || ((isAllRetried || touched.contains(id)) && entry.state == State.PARKED);
      checkClaim(id, entry, isFree);
    }
  }

  /// All dates have passed.
  synchronized void everythingIsDue() {
    entries.forEach((id, entry) -> {
      if (entry.state == State.DATED) {
        entry.state = State.FREE;
      }
    });
  }

  synchronized void claimedHeld(List<Claim> claims) {
    for (Claim claim : claims) {
      Entry entry = entry(claim);
      checkClaim(InboxContract.id(claim), entry, entry.state == State.HELD);
    }
  }

  private Entry entry(Claim claim) {
    Entry entry = entry(InboxContract.id(claim));
    entry.sequence = claim.sequence();
    return entry;
  }

  private void checkClaim(String id, Entry entry, boolean isFree) {
    if (!isFree) {
      wrong.add(id + " was claimed, and was " + entry.state);
    }
    entry.before = entry.state == State.HELD ? State.HELD : State.FREE;
    entry.state = State.CLAIMED;
    returned.remove(id);
  }

  private Entry entry(String id) {
    return entries.computeIfAbsent(id, _ -> new Entry());
  }

  synchronized void settling(Map<String, ? extends Settlement> settlements) {
    settlements.forEach((id, settlement) -> {
      State state =
          switch (settlement) {
            case Settlement.Published _ -> State.PUBLISHED;
            case Settlement.Refused _ -> State.DATED;
            case Settlement.Held _, Settlement.RefusedAndHeld _ -> State.HELD;
            case Settlement.Released _ -> entry(id).before;
            case Settlement.Parked _ -> State.PARKED;
          };
      entry(id).state = state;
    });
  }

  synchronized void settled(Map<String, ? extends Settlement> settlements) {
    settlements.forEach((id, settlement) -> {
      if (settlement instanceof Settlement.Released && entry(id).before == State.FREE) {
        returned.add(id);
      }
    });
  }

  /// An operator is about to change an entry.
  synchronized void touching(String id) {
    touched.add(id);
    returned.remove(id);
  }

  synchronized void retryingAll() {
    isAllRetried = true;
  }

  synchronized void discarded(String id) {
    Entry entry = entry(id);
    if (entry.state == State.CLAIMED
        || entry.state == State.PUBLISHED
        || entry.state == State.DISCARDED) {
      wrong.add(id + " was discarded, and was " + entry.state);
    }
    entry.state = State.DISCARDED;
  }

  synchronized void counted(InboxCounts counts) {
    if (counts.waiting() < 0 || counts.parked() < 0 || counts.waiting() > appending) {
      wrong.add("invalid counts: " + counts + " of " + appending);
    }
  }

  /// How many are published or discarded.
  synchronized long finished() {
    return entries.values().stream().filter(ClaimWitness::isFinished).count();
  }

  private static boolean isFinished(Entry entry) {
    return entry.state == State.PUBLISHED || entry.state == State.DISCARDED;
  }

  synchronized void assertNothingWrong() {
    assertThat(wrong).isEmpty();
  }

  synchronized void assertAllFinished() {
    assertNothingWrong();
    List<String> left = new ArrayList<>(stored);
    left.removeIf(id -> isFinished(entry(id)));
    left.sort(Comparator.naturalOrder());
    assertThat(left).as("neither published nor discarded").isEmpty();
    assertThat(entries.keySet()).isEqualTo(stored);
  }

  /// How many events were stored.
  synchronized int storedCount() {
    return stored.size();
  }

  synchronized Collection<String> storedIds() {
    return List.copyOf(stored);
  }
}
