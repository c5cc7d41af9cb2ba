package stripebridge.core.finding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stripebridge.core.routing.Topic;

class SubscriptionTest {
  @Test
  void attractsTheSameWhenItIsKeptFromOtherBrokers() {
    assertThat(Subscription.attracts(List.of("#noexport/a/>"), "a/b")).isTrue();
    assertThat(Subscription.attracts(List.of("a/>", "#noexport/!a/b"), "a/b")).isFalse();
    assertThat(Subscription.attracts(List.of("#noexport/b"), "a/b")).isFalse();
  }

  /// The account can be any level, `{rest}` any number of levels.
  @ParameterizedTest
  @CsvSource({
    "a/b/*, a/b, true",
    "a/b/>, a/b, true",
    "a/>, a/b, true",
    ">, a/b, true",
    "a/b, a/b, false",
    "a/b/*/*, a/b, false",
    "a/b/*/>, a/b, false",
    "a/b/acct_1, a/b, true",
    "a/c*/*, a/charge, true",
    "a/c*/*, a/b, false",
    "a/*/*, a/b, true",
    "a/>, a/{rest}, true",
    "a/*, a/{rest}, false",
    "a/*/*, a/{rest}, true",
    "a/x/y/z/acct_1, a/{rest}, true",
    "a/x, a/{rest}, false",
    "b/>, a/{rest}, false",
    "a/x/>, a/{rest}, true",
  })
  void attractsWhatItMayMatch(String subscription, String template, boolean attracts) {
    List<String> topic = Subscription.levels(template, template.endsWith("{rest}"));
    assertThat(Subscription.attracts(List.of(subscription), topic)).isEqualTo(attracts);
  }

  @ParameterizedTest
  @CsvSource({
    "!a/>, a/b, false",
    "!a/b/*, a/b, false",
    "!a/b/acct_1, a/b, true",
    "!a/x/*, a/b, true",
    "!a/>, a/{rest}, false",
    "!a/x/*, a/{rest}, true",
  })
  void excludesOnlyWhatIsExcludedForEveryAccount(
      String subscription, String template, boolean left) {
    List<String> topic = Subscription.levels(template, template.endsWith("{rest}"));
    assertThat(Subscription.attracts(List.of(">", subscription), topic)).isEqualTo(left);
  }

  @ParameterizedTest
  @CsvSource({
    "a/b/*, true",
    "a/b/acct_1, true",
    "a/>, true",
    "a/*, false",
    "a/b, false",
    "a/c/>, false",
  })
  void attractsATopicOfAnyAccount(String subscription, boolean attracts) {
    Topic topic = new Topic("a/b", "acct_7");
    assertThat(Subscription.attracts(List.of(subscription), topic)).isEqualTo(attracts);
  }
}
