package stripebridge.core.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// [Topic] and [TopicTemplate].
class TopicTest {

  @Test
  void isItsLevelsWithTheAccountLast() {
    Topic topic = new Topic("stripe/webhook/v1/charge/failed", "acct_1");
    assertThat(topic.name()).isEqualTo("stripe/webhook/v1/charge/failed/acct_1");
    assertThat(topic).hasToString(topic.name());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "/", "a/", "/a", "a//b", "a/*", "a/b*", ">", "a/>", "a/\u0000", "\ud83d"})
  void refusesIllegalLevels(String levels) {
    assertThat(Topic.of(levels, "acct_1")).isEmpty();
    assertThatIllegalArgumentException().isThrownBy(() -> new Topic(levels, "acct_1"));
  }

  @Test
  void takesSpacesAndOtherAlphabets() {
    assertThat(Topic.of("a b/é/📚", "#1")).contains(new Topic("a b/é/📚", "#1"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "a/b", "a/{rest}", "stripe/webhook/v1/x/{rest}"})
  void isMadeOfATemplate(String template) {
    TopicTemplate legal = new TopicTemplate(template);
    assertThat(legal).hasToString(template);
    assertThat(legal.hasRest()).isEqualTo(template.endsWith("{rest}"));
    assertThat(legal.topic("c.d", "acct_1"))
        .contains(new Topic(template.replace("{rest}", "c/d"), "acct_1"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/a",
        "a/",
        "a//b",
        "a/*",
        "a/>",
        "{rest}",
        "a/{rest}/b",
        "a/{rest}x",
        "a/x{rest}",
        "a/{other}",
        "a/{",
        "a/}",
        "a/{rest}/{rest}"
      })
  void isNotMadeOfAnIllegalTemplate(String template) {
    assertThat(TopicTemplate.isLegal(template)).isFalse();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TopicTemplate(template))
        .withMessageContaining("'" + template + "'");
  }

  @Test
  void isNotMadeOfATemplateThatIsTooLong() {
    String most = "x".repeat(250 - "/unknown".length());
    assertThat(TopicTemplate.isLegal(most)).isTrue();
    assertThat(TopicTemplate.isLegal(most + "x")).isFalse();
  }

  @Test
  void isNotMadeOfNothingInPlaceOfTheRest() {
    assertThat(new TopicTemplate("a/{rest}").topic("", "acct_1")).isEmpty();
  }
}
