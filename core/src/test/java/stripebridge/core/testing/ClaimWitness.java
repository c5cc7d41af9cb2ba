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

/// What may happen to the entries of an inbox that many threads use at once, written down in the
/// plainest way: each is with nobody, with one claimer, or gone. It is told of a settlement before
/// the inbox is, since the entry may be given again while the call returns; of what an operator has
/// done, after it.
///
/// Thread-safe: one thing at a time.
final class ClaimWitness {
  private enum Place {
    FREE,
    OUT,
    DATED,
    HELD,
    PARKED,
    PUBLISHED,
    DISCARDED
  }

  private static final class Life {
    long sequence;
    Place place = Place.FREE;

    /// Where it was before it was given, and is again when it is given back.
    Place before = Place.FREE;
  }

  private final Map<String, Life> lives = new HashMap<>();
  private final Set<String> stored = new HashSet<>();
  private final List<String> wrong = new ArrayList<>();

  /// What operators may have set free.
  private final Set<String> touched = new HashSet<>();

  /// What was given back and is for nobody but its claimer to have again.
  private final Set<String> returned = new HashSet<>();

  private long appending;
  private boolean isAllRetried;

  synchronized void appending() {
    appending++;
  }

  synchronized void stored(String id) {
    stored.add(id);
  }

  /// What a single claimer has to be given before anything that came later.
  synchronized Set<String> returned() {
    return Set.copyOf(returned);
  }

  /// @param first what had been given back before the inbox was asked
  synchronized void given(List<Claim> claims, Set<String> first) {
    List<Long> sequences = claims.stream().map(Claim::sequence).toList();
    if (!sequences.equals(sequences.stream().sorted().toList())) {
      wrong.add("not in sequence: " + sequences);
    }
    Set<String> ids = new HashSet<>(InboxContract.ids(claims));
    // What had a date, or was retried, may come when it likes.
    long last =
        claims.stream()
            .filter(claim -> life(InboxContract.id(claim)).place == Place.FREE)
            .filter(claim -> !touched.contains(InboxContract.id(claim)))
            .mapToLong(Claim::sequence)
            .max()
            .orElse(0);
    for (String id : first) {
      if (life(id).sequence < last && !ids.contains(id) && !touched.contains(id)) {
        wrong.add(id + " was free and was passed by " + ids);
      }
    }
    for (Claim claim : claims) {
      Life life = given(claim);
      String id = InboxContract.id(claim);
      boolean isFree =
          life.place == Place.FREE
              || (touched.contains(id) && life.place == Place.DATED)
              || ((isAllRetried || touched.contains(id)) && life.place == Place.PARKED);
      took(id, life, isFree);
    }
  }

  /// Dates have come.
  synchronized void everythingIsDue() {
    lives.forEach((id, life) -> {
      if (life.place == Place.DATED) {
        life.place = Place.FREE;
      }
    });
  }

  synchronized void givenHeld(List<Claim> claims) {
    for (Claim claim : claims) {
      Life life = given(claim);
      took(InboxContract.id(claim), life, life.place == Place.HELD);
    }
  }

  private Life given(Claim claim) {
    Life life = life(InboxContract.id(claim));
    life.sequence = claim.sequence();
    return life;
  }

  private void took(String id, Life life, boolean isFree) {
    if (!isFree) {
      wrong.add(id + " was given, and was " + life.place);
    }
    life.before = life.place == Place.HELD ? Place.HELD : Place.FREE;
    life.place = Place.OUT;
    returned.remove(id);
  }

  private Life life(String id) {
    return lives.computeIfAbsent(id, _ -> new Life());
  }

  synchronized void settling(Map<String, ? extends Settlement> settlements) {
    settlements.forEach((id, settlement) -> {
      Place place =
          switch (settlement) {
            case Settlement.Published _ -> Place.PUBLISHED;
            case Settlement.Refused _ -> Place.DATED;
            case Settlement.Held _ -> Place.HELD;
            case Settlement.Released _ -> life(id).before;
            case Settlement.Parked _ -> Place.PARKED;
          };
      life(id).place = place;
    });
  }

  synchronized void settled(Map<String, ? extends Settlement> settlements) {
    settlements.forEach((id, settlement) -> {
      if (settlement instanceof Settlement.Released && life(id).before == Place.FREE) {
        returned.add(id);
      }
    });
  }

  /// An operator is about to name it.
  synchronized void touching(String id) {
    touched.add(id);
    returned.remove(id);
  }

  synchronized void retryingAll() {
    isAllRetried = true;
  }

  synchronized void discarded(String id) {
    Life life = life(id);
    if (life.place == Place.OUT || life.place == Place.PUBLISHED || life.place == Place.DISCARDED) {
      wrong.add(id + " was discarded, and was " + life.place);
    }
    life.place = Place.DISCARDED;
  }

  synchronized void counted(InboxCounts counts) {
    if (counts.waiting() < 0 || counts.parked() < 0 || counts.waiting() > appending) {
      wrong.add("counts cannot be: " + counts + " of " + appending);
    }
  }

  /// How many are published or discarded.
  synchronized long gone() {
    return lives.values().stream().filter(ClaimWitness::isGone).count();
  }

  private static boolean isGone(Life life) {
    return life.place == Place.PUBLISHED || life.place == Place.DISCARDED;
  }

  synchronized void assertNothingWrong() {
    assertThat(wrong).isEmpty();
  }

  synchronized void assertAllGone() {
    assertNothingWrong();
    List<String> left = new ArrayList<>(stored);
    left.removeIf(id -> isGone(life(id)));
    left.sort(Comparator.naturalOrder());
    assertThat(left).as("never published, and nobody discarded it").isEmpty();
    assertThat(lives.keySet()).isEqualTo(stored);
  }

  /// How many appends have said that they stored something.
  synchronized int storedCount() {
    return stored.size();
  }

  synchronized Collection<String> storedIds() {
    return List.copyOf(stored);
  }
}
