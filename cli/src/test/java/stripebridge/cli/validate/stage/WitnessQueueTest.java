package stripebridge.cli.validate.stage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stripebridge.core.finding.Subscription;
import stripebridge.core.routing.Topic;

class WitnessQueueTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "stripe/webhook/v1/payout",
        "stripe/webhook/v1/payout/failed",
        "stripe/webhook/v1/charge/dispute/created",
        "stripe/webhook/v1/a/b/c/d/e/f",
        "stripe/webhook/v1/a/b/c/d/e/f/g",
        "elsewhere/payouts"
      })
  void receivesEveryTopicOfItsAccountAndNoOther(String topic) {
    Topic ours = new Topic(topic, "acct_e2e");
    Set<String> subscriptions = WitnessQueue.subscriptions("acct_e2e", List.of(ours));
    assertThat(Subscription.attractsAccount(subscriptions, ours)).isTrue();
    assertThat(Subscription.attractsAccount(subscriptions, new Topic(topic, "acct_live")))
        .isFalse();
  }

  @Test
  void receivesMisroutedMessagesBelowTheRoot() {
    Set<String> subscriptions = WitnessQueue.subscriptions("acct_e2e", List.of());
    assertThat(
            Subscription.attractsAccount(
                subscriptions, new Topic("stripe/webhook/v1/wrong/way/round", "acct_e2e")))
        .isTrue();
  }
}
