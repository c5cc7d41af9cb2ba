package stripebridge.sandbox.internal.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubscriptionIndexTest {
  private static final String[] LEVELS = {"a", "b", "ab", "abc", "", "a*", "b*", "*", ">", "x>"};
  private static final String[] WORDS = {"a", "b", "ab", "abc", "", "ba", ">", "*"};

  private final SubscriptionIndex<String> index = new SubscriptionIndex<>();

  private List<String> matches(String topic) {
    ArrayList<String> found = new ArrayList<>();
    index.match(topic, found);
    return found.stream().sorted().distinct().toList();
  }

  @ParameterizedTest
  @CsvSource({
    "a/b, a/b, true",
    "a/b, a/b/c, false",
    "a/*, a/b, true",
    "a/*, a, false",
    "a/*, a/b/c, false",
    "a/*, a/, true",
    "a/b*, a/bcd, true",
    "a/b*, a/b, true",
    "a/b*, a/cb, false",
    "*/b, a/b, true",
    "a/>, a/b/c, true",
    "a/>, a, false",
    ">, a, true",
    ">, a/b, true",
    "a/>/c, a/b/c, false",
    "a/>/c, a/>/c, true",
    "a*b, axb, false",
    "a*b, a*b, true",
    "A, a, false",
  })
  void matchesAsTheBrokerDocuments(String subscription, String topic, boolean expected) {
    index.add(subscription, "s");

    assertThat(matches(topic).contains("s")).isEqualTo(expected);
  }

  @Test
  void reportsWhetherASubscriptionWasThere() {
    assertThat(index.add("a/*", "s")).isTrue();
    assertThat(index.add("a/*", "s")).isFalse();
    assertThat(index.add("a/*", "other")).isTrue();
    assertThat(index.remove("a/*", "s")).isTrue();
    assertThat(index.remove("a/*", "s")).isFalse();
    assertThat(index.remove("b/>", "s")).isFalse();
    assertThat(matches("a/b")).containsExactly("other");
    assertThat(index.remove("a/*", "other")).isTrue();
    assertThat(index.isEmpty()).isTrue();
  }

  /// Compares with a matcher that tries every subscription.
  @Test
  void agreesWithASimpleMatcher() {
    long seed = Long.getLong("seed", System.nanoTime());
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    TreeMap<String, TreeSet<String>> all = new TreeMap<>();
    for (int round = 0; round < 1_500; round++) {
      String subscription = any(random, LEVELS);
      String subscriber = "s" + random.nextInt(4);
      TreeSet<String> current = all.computeIfAbsent(subscription, _ -> new TreeSet<>());
      if (random.nextInt(3) == 0) {
        assertThat(index.remove(subscription, subscriber))
            .as("seed %d: remove %s", seed, subscription)
            .isEqualTo(current.remove(subscriber));
      } else {
        assertThat(index.add(subscription, subscriber))
            .as("seed %d: add %s", seed, subscription)
            .isEqualTo(current.add(subscriber));
      }
      String topic = any(random, WORDS);
      TreeSet<String> expected = new TreeSet<>();
      all.forEach((filter, subscribers) -> {
        if (simplyMatches(filter.split("/", -1), topic.split("/", -1))) {
          expected.addAll(subscribers);
        }
      });
      assertThat(matches(topic))
          .as("seed %d: topic '%s'", seed, topic)
          .containsExactlyElementsOf(expected);
    }
    assertThat(index.isEmpty()).isEqualTo(all.values().stream().allMatch(TreeSet::isEmpty));
  }

  private static String any(RandomGenerator random, String[] words) {
    ArrayList<String> levels = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      levels.add(words[random.nextInt(words.length)]);
    }
    return String.join("/", levels);
  }

  private static boolean simplyMatches(String[] filter, String[] topic) {
    for (int i = 0; i < filter.length; i++) {
      if (filter[i].equals(">") && i == filter.length - 1) {
        return topic.length > i;
      }
      if (i >= topic.length) {
        return false;
      }
      boolean matches =
          filter[i].endsWith("*")
              ? topic[i].startsWith(filter[i].substring(0, filter[i].length() - 1))
              : filter[i].equals(topic[i]);
      if (!matches) {
        return false;
      }
    }
    return filter.length == topic.length;
  }
}
