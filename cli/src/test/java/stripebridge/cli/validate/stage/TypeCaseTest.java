package stripebridge.cli.validate.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import stripebridge.core.routing.Topic;
import stripebridge.core.topology.model.Topology;
import stripebridge.core.topology.yaml.TopologyReader;

class TypeCaseTest {
  private static Topology shipped(String find, String replacement) throws Exception {
    String text = Files.readString(Path.of("..", "topology.yaml"));
    return TopologyReader.read("topology.yaml", text.replace(find, replacement));
  }

  @Test
  void triesEachRoutedTypeAndOneWithoutARoute() throws Exception {
    TypeCase.Selection selection = TypeCase.select(shipped("", ""), "acct_e2e", List.of());
    assertThat(selection.untried()).isEmpty();
    assertThat(selection.cases()).hasSize(16);
    assertThat(selection.cases().get(6))
        .isEqualTo(
            new TypeCase(
                "invoice.payment_failed",
                new Topic("stripe/webhook/v1/invoice/payment_failed", "acct_e2e"),
                List.of("stripe.invoices.inbound", "stripe.all.inbound")));
    assertThat(selection.cases().getLast())
        .isEqualTo(
            new TypeCase(
                "product.created", Topic.unroutable("acct_e2e"), List.of("stripe.all.inbound")));
  }

  @Test
  void triesEachTypeThatAPatternMatches() throws Exception {
    Topology topology =
        shipped(
            "routes:\n", "routes:\n  refund.*: stripe/webhook/v1/refund/{rest}\n  odd.one: odd\n");
    TypeCase.Selection selection = TypeCase.select(topology, "acct_e2e", List.of());
    assertThat(selection.cases())
        .extracting(TypeCase::type)
        .startsWith(
            "refund.created", "refund.failed", "refund.updated", "payment_intent.succeeded");
    assertThat(selection.untried()).containsExactly("odd.one");
  }

  @Test
  void triesTheRequestedTypes() throws Exception {
    assertThat(
            TypeCase.select(shipped("", ""), "acct_e2e", List.of("refund.created", "payout.failed"))
                .cases())
        .extracting(TypeCase::type)
        .containsExactly("payout.failed", "refund.created");
  }

  @Test
  void suggestsTheNearestTypeForAnUnknownOne() {
    assertThatThrownBy(() -> TypeCase.requireKnown("payout.fialed"))
        .hasMessage(
            "--types: Stripe has no event type 'payout.fialed'; did you mean 'payout.failed'?");
  }
}
