package stripebridge.sandbox.internal.broker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopicsTest {
  @ParameterizedTest
  @CsvSource({
    "a/>, a/b, true",
    "a/>, a/>, true",
    "a/>, a/*/c, true",
    "a/>, >, false",
    "a/>, a, false",
    "a/*, a/b, true",
    "a/*, a/b*, true",
    "a/*, a/*, true",
    "a/*, a/>, false",
    "a/b*, a/*, false",
    "a/b*, a/bc*, true",
    "a/b, a/*, false",
    ">, anything/>, true",
    "a, a/b, false",
  })
  void coverOneAnother(String wide, String narrow, boolean expected) {
    assertThat(Topics.covers(wide, narrow)).isEqualTo(expected);
  }

  @Test
  void areBounded() {
    assertThat(Topics.isTopic("x".repeat(250))).isTrue();
    assertThat(Topics.isTopic("x".repeat(251))).isFalse();
    assertThat(Topics.isTopic("ä".repeat(126))).isFalse();
    assertThat(Topics.isTopic("/".repeat(127))).isTrue();
    assertThat(Topics.isTopic("/".repeat(128))).isFalse();
    assertThat(Topics.isTopic("")).isFalse();
    assertThat(Topics.isTopic("a\0b")).isFalse();
    assertThat(Topics.isSubscription("#share/group/a")).isFalse();
  }

  @Test
  void areTranslatedFromMqtt() {
    assertThat(Topics.fromMqtt("a/+/b/#")).isEqualTo("a/*/b/>");
    assertThat(Topics.fromMqtt("a/b")).isEqualTo("a/b");
  }
}
