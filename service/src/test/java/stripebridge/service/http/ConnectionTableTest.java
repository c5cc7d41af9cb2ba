package stripebridge.service.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import stripebridge.service.http.ConnectionTable.Entry;
import stripebridge.service.http.ConnectionTable.Phase;

class ConnectionTableTest {
  private static final Entry<String> LET_IN = new Entry<>(true, Optional.empty());
  private static final Entry<String> REFUSED = new Entry<>(false, Optional.empty());

  private final ConnectionTable<String> table = new ConnectionTable<>(3);

  private static Entry<String> inFor(String leaving) {
    return new Entry<>(true, Optional.of(leaving));
  }

  @Test
  void letsInAsManyAsMayBe() {
    assertThat(List.of(table.enter("a"), table.enter("b"), table.enter("c"))).containsOnly(LET_IN);
    assertThat(table.size()).isEqualTo(3);
  }

  @Test
  void sendsTheLongestIdleOneAway() {
    List.of("a", "b", "c").forEach(table::enter);
    table.moves("a", Phase.ANSWERED);
    table.moves("a", Phase.WAITING);

    assertThat(table.enter("d")).isEqualTo(inFor("b"));
    assertThat(table.enter("e")).isEqualTo(inFor("c"));
    assertThat(table.enter("f")).isEqualTo(inFor("a"));
    assertThat(table.enter("g")).isEqualTo(inFor("d"));
    assertThat(table.size()).isEqualTo(3);
  }

  @Test
  void sendsWhoHasItsLastAnswerAwayFirst() {
    List.of("waits", "lingers", "waits too").forEach(table::enter);
    table.moves("lingers", Phase.LINGERING);

    assertThat(table.enter("1")).isEqualTo(inFor("lingers"));
    assertThat(table.enter("2")).isEqualTo(inFor("waits"));
  }

  /// Otherwise each webhook would evict the one before it, and slow bodies would stay.
  @Test
  void sendsSlowBodiesAwayBeforeWhoCameLater() {
    List.of("slow", "slower", "keeps alive").forEach(table::enter);
    table.moves("keeps alive", Phase.ANSWERED);
    table.moves("slow", Phase.SENDING);
    table.moves("slower", Phase.SENDING);
    table.moves("keeps alive", Phase.WAITING);

    assertThat(table.enter("webhook")).isEqualTo(inFor("slow"));
    assertThat(table.enter("another")).isEqualTo(inFor("slower"));
    assertThat(table.moves("webhook", Phase.SENDING)).isTrue();
    assertThat(table.moves("webhook", Phase.ANSWERED)).isTrue();
  }

  @Test
  void sendsNobodyAwayWhoIsBeingAnswered() {
    List.of("a", "b", "c").forEach(table::enter);
    List.of("a", "b", "c").forEach(one -> table.moves(one, Phase.ANSWERED));

    assertThat(table.enter("d")).isEqualTo(REFUSED);
    table.leave("b");
    assertThat(table.enter("d")).isEqualTo(LET_IN);
  }

  /// Otherwise a client that never reads would keep its slot for the whole answer time.
  @Test
  void sendsAwayWhoDoesNotReadItsAnswer() {
    List.of("reads", "does not", "waits").forEach(table::enter);
    List.of("does not", "waits", "reads").forEach(one -> table.moves(one, Phase.ANSWERED));
    List.of("does not", "waits", "reads").forEach(one -> table.moves(one, Phase.WRITING));
    table.moves("reads", Phase.ANSWERED);
    table.moves("waits", Phase.WAITING);

    assertThat(table.enter("1")).isEqualTo(inFor("does not"));
    assertThat(table.moves("does not", Phase.WAITING)).isFalse();
    assertThat(table.enter("2")).isEqualTo(inFor("waits"));
  }

  @Test
  void keepsWhoIsSentAwayFromGoingOn() {
    List.of("a", "b", "c", "d").forEach(table::enter);

    assertThat(table.moves("a", Phase.ANSWERED)).isFalse();
    table.leave("a");
    assertThat(table.size()).isEqualTo(3);
    assertThat(table.yieldOne()).contains("b");
  }

  /// Plays random steps against a list in the order of idleness.
  @Test
  void neverHoldsMoreAndAlwaysFindsTheLongest() {
    long seed = Long.getLong("test.seed", System.nanoTime());
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    ConnectionTable<Integer> many = new ConnectionTable<>(20);
    List<Integer> idle = new ArrayList<>();
    List<Integer> busy = new ArrayList<>();
    for (int step = 0; step < 20_000; step++) {
      String as = "seed " + seed + " step " + step;
      switch (random.nextInt(4)) {
        case 0, 1 -> {
          boolean isFull = idle.size() + busy.size() == 20;
          Optional<Integer> longest =
              isFull && !idle.isEmpty() ? Optional.of(idle.removeFirst()) : Optional.empty();
          boolean isLetIn = !isFull || longest.isPresent();
          assertThat(many.enter(step)).as(as).isEqualTo(new Entry<>(isLetIn, longest));
          if (isLetIn) {
            idle.add(step);
          }
        }
        case 2 -> {
          if (!idle.isEmpty()) {
            Integer one = idle.remove(/* index */ random.nextInt(idle.size()));
            assertThat(many.moves(one, Phase.ANSWERED)).as(as).isTrue();
            busy.add(one);
          }
        }
        default -> {
          if (!busy.isEmpty()) {
            Integer one = busy.remove(/* index */ random.nextInt(busy.size()));
            assertThat(many.moves(one, Phase.WAITING)).as(as).isTrue();
            idle.add(one);
          }
        }
      }
      assertThat(many.size()).as(as).isEqualTo(idle.size() + busy.size());
    }
  }
}
