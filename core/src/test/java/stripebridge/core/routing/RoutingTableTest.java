package stripebridge.core.routing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import stripebridge.core.event.EventType;
import stripebridge.core.routing.RoutingTable.Route;
import stripebridge.core.routing.RoutingTable.Routing;
import stripebridge.core.routing.RoutingTable.Unlisted;
import stripebridge.core.testing.DesignRoutes;
import stripebridge.core.testing.Seed;

class RoutingTableTest {
  private static final RoutingTable DESIGN = DesignRoutes.table(Unlisted.UNROUTABLE);
  private static final RoutingTable BY_TYPE = DesignRoutes.table(Unlisted.BY_TYPE);
  private static final String ROOT = "stripe/webhook/v1/";
  private static final String UNROUTABLE = ROOT + "error/unroutable/";

  private static String topic(RoutingTable table, String type, String account) {
    return table.route(new EventType(type), account).topic().name();
  }

  private static Route route(String pattern, String topic) {
    return new Route(new EventPattern(pattern), new TopicTemplate(topic));
  }

  static Iterable<Map.Entry<String, String>> designed() {
    return DesignRoutes.TOPICS.entrySet();
  }

  @ParameterizedTest
  @MethodSource("designed")
  void sendsAListedTypeToItsTopic(Map.Entry<String, String> entry) {
    for (RoutingTable table : List.of(DESIGN, BY_TYPE)) {
      Routing routing = table.route(new EventType(entry.getKey()), "acct_1");
      assertThat(routing)
          .isEqualTo(
              new Routing(
                  new Topic(ROOT + entry.getValue(), "acct_1"),
                  route(entry.getKey(), ROOT + entry.getValue())));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "charge.refunded",
        "customer.updated",
        "payment_intent",
        "payment_intent.succeeded.x",
        "Payment_intent.succeeded",
        "xpayment_intent.succeeded",
        "v2.core.account[configuration.customer].updated",
        "*",
        ">",
        "."
      })
  void sendsAnyOtherTypeToUnroutable(String type) {
    Routing routing = DESIGN.route(new EventType(type), "acct_1");
    assertThat(routing)
        .isEqualTo(new Routing(new Topic(ROOT + "error/unroutable", "acct_1"), null));
  }

  @ParameterizedTest
  @CsvSource({
    "charge.refunded, charge/refunded",
    "customer.updated, customer/updated",
    "invoice, invoice",
    "terminal.reader.action_failed, terminal/reader/action_failed",
    "v2.core.account[configuration.customer].updated,"
        + " v2/core/account[configuration.customer]/updated",
    "v2.core.account[defaults].updated, v2/core/account[defaults]/updated",
    "v2.core.account_link.returned, v2/core/account_link/returned",
    "v1.billing.meter.error_report_triggered, v1/billing/meter/error_report_triggered",
    "a[b[c.d].e].f, a[b[c.d].e]/f",
    "a[b.c, a[b.c",
    "a].b.c, a]/b/c",
    "a[].b, a[]/b",
  })
  void canSendAnyOtherTypeToATopicOfItsName(String type, String topic) {
    assertThat(topic(BY_TYPE, type, "acct_1")).isEqualTo(ROOT + topic + "/acct_1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ".",
        "..",
        ".a",
        "a.",
        "a..b",
        "*",
        "a.*",
        "a.b*c",
        ">",
        "a.>",
        "a>b",
        "/",
        "a/b",
        "/a.b",
        "a.b/",
        "error/unroutable",
        "a[b/c].d"
      })
  void sendsATypeWithAnIllegalSegmentToUnroutable(String type) {
    assertThat(topic(BY_TYPE, type, "acct_1")).isEqualTo(UNROUTABLE + "acct_1");
    RoutingTable pattern =
        new RoutingTable(List.of(route("x.*", ROOT + "x/{rest}")), Unlisted.BY_TYPE);
    assertThat(topic(pattern, "x." + type, "acct_1")).isEqualTo(UNROUTABLE + "acct_1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "a/b", "*", "acct_*", ">", "a>", "\u0000", "acct\n1", "\u007f", "\ud83d", "\udcdaa"
      })
  void givesNoIllegalAccountToATopic(String account) {
    String unknown = UNROUTABLE + "unknown";
    assertThat(topic(DESIGN, "charge.failed", account)).isEqualTo(unknown);
    assertThat(topic(DESIGN, "charge.refunded", account)).isEqualTo(unknown);
    assertThat(topic(BY_TYPE, "charge.refunded", account)).isEqualTo(unknown);
  }

  @Test
  void namesTheRouteOfATypeWhoseAccountIsIllegal() {
    assertThat(DESIGN.route(new EventType("charge.failed"), "a/b").route())
        .isEqualTo(route("charge.failed", ROOT + "charge/failed"));
  }

  @Test
  void countsATopicInBytesOfUtf8() {
    int room = 250 - (ROOT + "charge/failed/").length();
    String most = "é".repeat(room / 2) + "x".repeat(room % 2);
    assertThat(topic(DESIGN, "charge.failed", most)).isEqualTo(ROOT + "charge/failed/" + most);
    assertThat(topic(DESIGN, "charge.failed", most).getBytes(UTF_8)).hasSize(250);
    assertThat(topic(DESIGN, "charge.failed", most + "x")).isEqualTo(UNROUTABLE + "unknown");

    String longType = "x".repeat(250 - ROOT.length() - "/acct_1".length());
    assertThat(topic(BY_TYPE, longType, "acct_1")).isEqualTo(ROOT + longType + "/acct_1");
    assertThat(topic(BY_TYPE, longType + "x", "acct_1")).isEqualTo(UNROUTABLE + "acct_1");
  }

  @Test
  void takesTheFirstRouteThatMatches() {
    Route exact = route("invoice.paid", "paid");
    Route first = route("invoice.payment.*", "payments/{rest}");
    Route wide = route("invoice.*", "invoices/{rest}");
    Route late = route("invoice.finalized", "never");
    RoutingTable table = new RoutingTable(List.of(exact, first, wide, late), Unlisted.UNROUTABLE);
    assertThat(table.route(new EventType("invoice.paid"), "a"))
        .isEqualTo(new Routing(new Topic("paid", "a"), exact));
    assertThat(table.route(new EventType("invoice.payment.failed.twice"), "a"))
        .isEqualTo(new Routing(new Topic("payments/failed/twice", "a"), first));
    assertThat(table.route(new EventType("invoice.finalized"), "a"))
        .isEqualTo(new Routing(new Topic("invoices/finalized", "a"), wide));
    assertThat(table.route(new EventType("invoice"), "a").route()).isNull();
    RoutingTable turned = new RoutingTable(List.of(wide, exact), Unlisted.UNROUTABLE);
    assertThat(turned.route(new EventType("invoice.paid"), "a").route()).isEqualTo(wide);
  }

  @Test
  void sendsManyTypesToOneTopicWhenATemplateSaysSo() {
    RoutingTable table =
        new RoutingTable(List.of(route("invoice.*", "stripe/invoices")), Unlisted.UNROUTABLE);
    assertThat(topic(table, "invoice.paid", "a")).isEqualTo("stripe/invoices/a");
    assertThat(topic(table, "invoice.a/b", "a")).isEqualTo("stripe/invoices/a");
  }

  @Test
  void makesOnlyLegalTopics() {
    RandomGenerator random = Seed.random("RoutingTableTest");
    Route wide = route("payment_intent.*", ROOT + "payment_intent/{rest}");
    RoutingTable patterns = new RoutingTable(List.of(wide), Unlisted.BY_TYPE);
    for (int i = Seed.rounds(10_000); i > 0; i--) {
      String type = random.nextInt(3) == 0 ? "payment_intent." : "";
      type += type(random, 1 + random.nextInt(random.nextInt(10) == 0 ? 240 : 20));
      String account = account(random);
      for (RoutingTable table : List.of(DESIGN, BY_TYPE, patterns)) {
        String topic = topic(table, type, account);
        assertThat(isLegal(topic)).as("topic '%s' of type '%s'", topic, type).isTrue();
        assertThat(topic)
            .startsWith(ROOT)
            .satisfiesAnyOf(
                name -> assertThat(name).endsWith("/" + account),
                name -> assertThat(name).isEqualTo(UNROUTABLE + "unknown"));
      }
    }
  }

  private static String type(RandomGenerator random, int length) {
    String odd = "....[]_/*>";
    StringBuilder type = new StringBuilder();
    while (type.length() < length) {
      type.append(
          random.nextInt(4) == 0
              ? odd.charAt(random.nextInt(odd.length()))
              : (char) random.nextInt('!', '~' + 1));
    }
    return type.toString();
  }

  private static String account(RandomGenerator random) {
    StringBuilder account = new StringBuilder("acct_");
    for (int i = random.nextInt(random.nextInt(10) == 0 ? 250 : 4); i > 0; i--) {
      switch (random.nextInt(20)) {
        case 0 -> account.append((char) random.nextInt(0x10000));
        case 1 -> account.appendCodePoint(random.nextInt(0x10000, 0x110000));
        case 2 -> account.setLength(random.nextInt(account.length() + 1));
        default -> account.append((char) random.nextInt('0', 'z'));
      }
    }
    return account.toString();
  }

  /// Solace's rules for a topic that is published to, read off its bytes.
  private static boolean isLegal(String topic) {
    byte[] bytes = topic.getBytes(UTF_8);
    if (bytes.length > 250 || !new String(bytes, UTF_8).equals(topic)) {
      return false;
    }
    byte before = '/';
    for (byte b : bytes) {
      if (b == '*' || b == '>' || b == 0 || (b == '/' && before == '/')) {
        return false;
      }
      before = b;
    }
    return before != '/';
  }
}
