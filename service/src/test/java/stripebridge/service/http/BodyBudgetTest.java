package stripebridge.service.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import stripebridge.service.http.BodyBudget.Room;

class BodyBudgetTest {
  private static final int SMALL = BodyBudget.SMALL_BYTES_MAX;
  private static final int LARGE = 4 * SMALL;
  private static final Duration START = Duration.ofSeconds(100);
  private static final Duration LATER = START.plus(BodyBudget.SLOW_AFTER);
  private static final Room<String> GIVEN = new Room<>(true, List.of());
  private static final Room<String> NONE = new Room<>(false, List.of());

  // Three large bodies, and the same again for small ones.
  private final BodyBudget<String> budget = new BodyBudget<>(16L * SMALL);

  private static Room<String> givenBy(String... who) {
    return new Room<>(true, List.of(who));
  }

  @Test
  void countsWhatIsHeld() {
    assertThat(budget.grow("a", 4_096, START)).isEqualTo(GIVEN);
    assertThat(budget.grow("a", 8_192, START)).isEqualTo(GIVEN);
    assertThat(budget.grow("b", 4_096, START)).isEqualTo(GIVEN);
    assertThat(budget.bytes()).isEqualTo(12_288);
    budget.release("a");
    budget.release("a");
    assertThat(budget.bytes()).isEqualTo(4_096);
  }

  @Test
  void keepsAShareForSmallBodies() {
    for (String large : List.of("1", "2", "3")) {
      assertThat(budget.grow(large, LARGE, START)).isEqualTo(GIVEN);
    }
    assertThat(budget.grow("4", LARGE, START)).isEqualTo(NONE);
    for (String small : List.of("a", "b", "c", "d")) {
      assertThat(budget.grow(small, SMALL, START)).isEqualTo(GIVEN);
    }
    assertThat(budget.grow("e", SMALL, START)).isEqualTo(NONE);
  }

  @Test
  void givesUpTheSlowestForALargeOne() {
    for (String large : List.of("1", "2", "3")) {
      budget.grow(large, LARGE, START);
    }
    assertThat(budget.grow("4", LARGE, LATER)).isEqualTo(givenBy("1"));
    assertThat(budget.grow("5", LARGE, LATER)).isEqualTo(givenBy("2"));
    assertThat(budget.grow("6", LARGE, LATER)).isEqualTo(givenBy("3"));
    assertThat(budget.grow("7", LARGE, LATER)).isEqualTo(NONE);
  }

  @Test
  void takesForSmallOnesFromLargeOnesFirst() {
    budget.grow("small", SMALL, START);
    budget.grow("1", LARGE, START);
    budget.grow("2", LARGE, START);
    budget.grow("3", LARGE, START);
    for (String small : List.of("a", "b", "c")) {
      budget.grow(small, SMALL, LATER);
    }
    assertThat(budget.grow("d", SMALL, LATER)).isEqualTo(givenBy("1"));
  }

  @Test
  void takesForLargeOnesFromNoSmallOne() {
    for (int i = 0; i < 16; i++) {
      budget.grow("small " + i, SMALL, START);
    }
    assertThat(budget.grow("1", LARGE, LATER)).isEqualTo(NONE);
    assertThat(budget.grow("small", SMALL, LATER)).isEqualTo(givenBy("small 0"));
  }

  @Test
  void refusesTheSlowestWhenItIsTheOneThatWantsMore() {
    budget.grow("1", LARGE, START);
    budget.grow("2", LARGE, START.plusMillis(1));
    budget.grow("3", LARGE, START.plusMillis(2));
    assertThat(budget.grow("1", LARGE + 1, LATER.plusSeconds(9))).isEqualTo(NONE);
    assertThat(budget.grow("2", LARGE + 1, LATER.plusSeconds(9))).isEqualTo(givenBy("1"));
  }

  @Test
  void neverGivesUpWhatIsWhole() {
    for (String large : List.of("1", "2", "3")) {
      budget.grow(large, LARGE, START);
      assertThat(budget.isWhole(large)).isTrue();
    }
    assertThat(budget.grow("4", LARGE, LATER)).isEqualTo(NONE);
  }

  @Test
  void saysWhatIsHeldNoMore() {
    for (String large : List.of("1", "2", "3", "4")) {
      budget.grow(large, LARGE, large.equals("4") ? LATER : START);
    }
    assertThat(budget.isWhole("1")).isFalse();
    assertThat(budget.isWhole("2")).isTrue();
  }

  /// As many stalled bodies of 34 KB as there is room for.
  @Test
  void letsNewcomersInPastBodiesThatStandStill() {
    BodyBudget<String> whole = new BodyBudget<>(64L << 20);
    for (int i = 0; i < 2_000; i++) {
      whole.grow("still " + i, 34 << 10, START);
    }
    // Bodies of the usual size have a share of their own from the start.
    for (int i = 0; i < 1_000; i++) {
      assertThat(whole.grow("small " + i, SMALL, START)).isEqualTo(new Room<>(true, List.of()));
    }
    // Others wait only until it is clear which bodies are slow.
    Duration soon = START.plusMillis(200);
    assertThat(whole.grow("medium", 34 << 10, soon).giveWay()).containsExactly("still 0");
    assertThat(whole.grow("large", 1 << 20, soon).isGiven()).isTrue();
  }

  private record Held(Duration since, long bytes, boolean isComing) {
    boolean isLarge() {
      return bytes > SMALL;
    }
  }

  /// Plays random steps against a plain list of all bodies, oldest first.
  @Test
  void refusesOnlyWhereAllThatMayGiveWayIsNotEnough() {
    long seed = Long.getLong("test.seed", System.nanoTime());
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    Map<String, Held> held = new LinkedHashMap<>();
    Duration now = START;
    for (int step = 0; step < 20_000; step++) {
      now = now.plusMillis(random.nextInt(20));
      String who = "body " + random.nextInt(80);
      String as = "seed " + seed + " step " + step;
      switch (random.nextInt(6)) {
        case 0 -> {
          budget.release(who);
          held.remove(who);
        }
        case 1 -> {
          assertThat(budget.isWhole(who)).as(as).isEqualTo(held.containsKey(who));
          held.computeIfPresent(who, (_, one) -> new Held(one.since(), one.bytes(), false));
        }
        default -> {
          Held before = held.getOrDefault(who, new Held(now, 0, true));
          Held after = new Held(before.since(), before.bytes() + random.nextInt(1, SMALL), true);
          List<String> mayGiveWay = mayGiveWay(held, who, after.isLarge(), now);
          Room<String> room = budget.grow(who, after.bytes(), now);
          int count = room.giveWay().size();
          assertThat(room.giveWay()).as(as).isEqualTo(mayGiveWay.subList(0, count));
          // Dropping one body less would not have been enough.
          assertThat(count > 0 && fits(without(held, mayGiveWay.subList(0, count - 1)), who, after))
              .as(as)
              .isFalse();
          assertThat(room.isGiven()).as(as).isEqualTo(fits(without(held, mayGiveWay), who, after));
          if (room.isGiven()) {
            room.giveWay().forEach(held::remove);
            held.put(who, after);
          }
        }
      }
    }
  }

  private static Map<String, Held> without(Map<String, Held> held, List<String> some) {
    Map<String, Held> others = new LinkedHashMap<>(held);
    others.keySet().removeAll(some);
    return others;
  }

  private static boolean fits(Map<String, Held> others, String who, Held wanted) {
    Map<String, Held> all = new LinkedHashMap<>(others);
    all.put(who, wanted);
    long sum = all.values().stream().mapToLong(Held::bytes).sum();
    long large = all.values().stream().filter(Held::isLarge).mapToLong(Held::bytes).sum();
    return sum <= 16L * SMALL && (!wanted.isLarge() || large <= 12L * SMALL);
  }

  /// Slow bodies, oldest first, up to the growing one: large ones, then small ones if it is small
  /// itself.
  private static List<String> mayGiveWay(
      Map<String, Held> held, String who, boolean isForLarge, Duration now) {
    List<String> slow = new ArrayList<>();
    for (boolean isLarge : isForLarge ? new boolean[] {true} : new boolean[] {true, false}) {
      held.forEach((one, of) -> {
        boolean isSlow = now.minus(of.since()).compareTo(BodyBudget.SLOW_AFTER) >= 0;
        if (of.isComing() && of.isLarge() == isLarge && isSlow) {
          slow.add(one);
        }
      });
    }
    return slow.contains(who) ? slow.subList(0, slow.indexOf(who)) : slow;
  }

  @Test
  void neverHoldsMoreThanMayBeNorMoreOfLargeOnesThanTheirShare() {
    long seed = Long.getLong("test.seed", System.nanoTime());
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    Map<String, Integer> held = new LinkedHashMap<>();
    Duration now = START;
    for (int step = 0; step < 20_000; step++) {
      now = now.plusMillis(random.nextInt(200));
      String who = "body " + random.nextInt(60);
      if (random.nextInt(5) == 0) {
        budget.release(who);
        held.remove(who);
      } else {
        int bytes = held.getOrDefault(who, 0) + random.nextInt(1, SMALL);
        Room<String> room = budget.grow(who, bytes, now);
        room.giveWay().forEach(held::remove);
        if (room.isGiven()) {
          held.put(who, bytes);
        }
      }
      List<Integer> all = new ArrayList<>(held.values());
      long sum = all.stream().mapToLong(Integer::longValue).sum();
      long large = all.stream().filter(one -> one > SMALL).mapToLong(Integer::longValue).sum();
      assertThat(budget.bytes()).as("seed %d step %d", seed, step).isEqualTo(sum);
      assertThat(sum).isLessThanOrEqualTo(16L * SMALL);
      assertThat(large).isLessThanOrEqualTo(12L * SMALL);
    }
  }
}
