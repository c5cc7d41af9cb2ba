package stripebridge.core.topology.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stripebridge.core.routing.TopicTemplate;
import stripebridge.core.testing.Seed;

class TopicRulesTest {
  private static final List<String> PIECES =
      List.of("/", "a", "{rest}", "{", "}", "*", ">", "#", "!", "\u0000", "ü", "", "stripe", "//");

  @ParameterizedTest
  @ValueSource(strings = {"a", "a/b", ">", "*", "a/*", "a*/b", "a/>", "!a/>", "ü/é*", "a b/c"})
  void takeSubscriptions(String topic) {
    assertThat(TopicRules.subscriptionProblem(topic)).isEmpty();
  }

  @Test
  void countBytesAndNotCharacters() {
    assertThat(TopicRules.subscriptionProblem("ü".repeat(125))).isEmpty();
    assertThat(TopicRules.subscriptionProblem("ü".repeat(125) + "x"))
        .contains("has 251 bytes; at most 250 are allowed");
  }

  @Test
  void countLevels() {
    assertThat(TopicRules.subscriptionProblem("a" + "/a".repeat(124))).isEmpty();
    assertThat(TopicRules.exceptionProblem(AclException.Syntax.MQTT, "/".repeat(127))).isEmpty();
    assertThat(TopicRules.exceptionProblem(AclException.Syntax.MQTT, "/".repeat(128)))
        .contains("has more than 128 levels");
  }

  @Test
  void refuseControlCharacters() {
    assertThat(TopicRules.subscriptionProblem("a\u0000b")).contains("contains a control character");
  }

  @Test
  void takeAQueueByNameInAnException() {
    assertThat(TopicRules.exceptionProblem(AclException.Syntax.SMF, "#P2P/QUE/stripe.*")).isEmpty();
  }

  @Test
  void leaveRoomForTheAccountLevelOfARoute() {
    assertThat(TopicRules.routeProblem("a".repeat(200), false)).isEmpty();
    assertThat(TopicRules.routeProblem("a".repeat(201), false))
        .contains("has 201 bytes; at most 200 are allowed");
  }

  /// The reader makes a template of every topic that the rules accept, and must not fail.
  @Test
  void letNoTopicThroughThatTheRoutingWouldRefuse() {
    RandomGenerator random = Seed.random("TopicRulesTest");
    int legal = 0;
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int pieces = random.nextInt(6); pieces >= 0; pieces--) {
        text.append(PIECES.get(random.nextInt(PIECES.size())));
      }
      String topic = text.toString();
      if (TopicRules.routeProblem(topic, true).isEmpty()) {
        legal++;
        assertThat(TopicTemplate.isLegal(topic)).as(topic).isTrue();
      }
    }
    assertThat(legal).isPositive();
  }
}
