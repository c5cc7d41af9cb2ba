package stripebridge.sandbox.internal.semp;

import static org.assertj.core.api.Assertions.assertThat;
import static stripebridge.sandbox.internal.semp.SempHarness.CONFIG;
import static stripebridge.sandbox.internal.semp.SempHarness.VPN;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stripebridge.sandbox.internal.model.ObjectKey;
import stripebridge.sandbox.internal.model.ObjectKind;
import stripebridge.sandbox.internal.model.SempVersion;

class ConfigApiTest {

  private static final String QUEUES = CONFIG + VPN + "/queues";

  private final SempHarness semp = new SempHarness();

  @AfterEach
  void stop() {
    semp.close();
  }

  @Test
  void createsAQueueClosed() {
    SempHarness.Reply reply = semp.post(QUEUES, "{'queueName':'orders','maxTtl':60}");

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.data().path("queueName").asText()).isEqualTo("orders");
    assertThat(reply.data().path("maxTtl").asInt()).isEqualTo(60);
    assertThat(reply.data().path("ingressEnabled").asBoolean(true)).isFalse();
    assertThat(reply.data().path("permission").asText()).isEqualTo("no-access");
    assertThat(reply.data().at("/eventBindCountThreshold/setPercent").asInt()).isEqualTo(80);
    assertThat(reply.body().at("/meta/responseCode").asInt()).isEqualTo(200);
    assertThat(reply.body().at("/meta/request/method").asText()).isEqualTo("POST");
    assertThat(reply.body().at("/links/uri").asText())
        .isEqualTo(semp.uri(QUEUES + "/orders").toString());
    assertThat(semp.get(QUEUES + "/orders").data()).isEqualTo(reply.data());
  }

  @Test
  void refusesToCreateTwice() {
    semp.post(QUEUES, "{'queueName':'orders'}");

    SempHarness.Reply reply = semp.post(QUEUES, "{'queueName':'orders'}");

    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.errorCode()).isEqualTo(10);
    assertThat(reply.body().at("/meta/error/status").asText()).isEqualTo("ALREADY_EXISTS");
    assertThat(reply.description()).contains("orders");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {'queueName':'q','nonsense':1}            | 11  | 'nonsense'
          {'queueName':'q','maxTtl':-1}             | 11  | 'maxTtl'
          {'queueName':'q','maxTtl':null}           | 11  | 'maxTtl'
          {'queueName':'q','ingressEnabled':'yes'}  | 11  | 'ingressEnabled'
          {'queueName':'a*'}                        | 11  | 'queueName'
          {'queueName':'q','msgVpnName':'other'}    | 11  | 'msgVpnName'
          {}                                        | 228 | 'queueName'
          {'queueName':'q'                          | 27  | JSON
          {'queueName':'q','queueName':'r'}         | 27  | queueName
          {'queueName':'q'} {}                      | 27  | JSON
          ['queueName']                             | 27  | object
          """)
  void refusesABadBody(String body, int code, String named) {
    SempHarness.Reply reply = semp.post(QUEUES, body);

    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.errorCode()).isEqualTo(code);
    assertThat(reply.description()).contains(named);
    assertThat(semp.get(QUEUES).data()).isEmpty();
  }

  @Test
  void changesOnlyTheGivenAttributes() {
    semp.post(QUEUES, "{'queueName':'orders','maxTtl':60}");

    SempHarness.Reply reply =
        semp.patch(QUEUES + "/orders", "{'ingressEnabled':true,'queueName':'orders'}");

    assertThat(reply.data().path("maxTtl").asInt()).isEqualTo(60);
    assertThat(reply.data().path("ingressEnabled").asBoolean()).isTrue();
    assertThat(semp.patch(QUEUES + "/orders", "{'queueName':'other'}").errorCode()).isEqualTo(11);
    assertThat(semp.patch(QUEUES + "/none", "{}").errorCode()).isEqualTo(6);
  }

  @Test
  void replacesWithDefaultsForTheRest() {
    semp.post(QUEUES, "{'queueName':'orders','maxTtl':60}");

    SempHarness.Reply reply = semp.put(QUEUES + "/orders", "{'ingressEnabled':true}");

    assertThat(reply.data().path("maxTtl").asInt()).isZero();
    assertThat(reply.data().path("ingressEnabled").asBoolean()).isTrue();
  }

  @Test
  void createsAMissingObjectByPut() {
    SempHarness.Reply reply = semp.put(QUEUES + "/a%2Fb%2Cc%20d", "{'maxTtl':5}");

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.data().path("queueName").asText()).isEqualTo("a/b,c d");
    assertThat(reply.body().at("/links/uri").asText()).endsWith("/queues/a%2Fb%2Cc%20d");
    assertThat(semp.get(QUEUES + "/a%2Fb,c%20d").data().path("maxTtl").asInt()).isEqualTo(5);
    assertThat(semp.put(CONFIG + "/msgVpns/none/queues/q", "{}").errorCode()).isEqualTo(6);
  }

  @Test
  void deletesWithMetaOnly() {
    semp.post(QUEUES, "{'queueName':'orders'}");

    SempHarness.Reply reply = semp.delete(QUEUES + "/orders");

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.body().properties()).hasSize(1).allMatch(one -> one.getKey().equals("meta"));
    assertThat(semp.get(QUEUES + "/orders").errorCode()).isEqualTo(6);
    assertThat(semp.delete(QUEUES + "/orders").errorCode()).isEqualTo(6);
  }

  @Test
  void subscribesQueues() {
    semp.post(QUEUES, "{'queueName':'orders'}");
    String subscriptions = QUEUES + "/orders/subscriptions";

    SempHarness.Reply created = semp.post(subscriptions, "{'subscriptionTopic':'acme/orders/>'}");

    assertThat(created.body().at("/links/uri").asText())
        .endsWith("/subscriptions/acme%2Forders%2F%3E");
    assertThat(semp.get(subscriptions).data()).hasSize(1);
    assertThat(semp.get(subscriptions + "/acme%2Forders%2F%3E").status()).isEqualTo(200);
    assertThat(semp.patch(subscriptions + "/acme%2Forders%2F%3E", "{}").errorCode()).isEqualTo(14);
    assertThat(semp.delete(subscriptions + "/acme%2Forders%2F%3E").status()).isEqualTo(200);
    assertThat(semp.get(subscriptions).data()).isEmpty();
  }

  @Test
  void namesExceptionsByTwoPartsWithABareComma() {
    semp.post(CONFIG + VPN + "/aclProfiles", "{'aclProfileName':'acl'}");
    String exceptions = CONFIG + VPN + "/aclProfiles/acl/publishTopicExceptions";

    SempHarness.Reply created =
        semp.post(
            exceptions,
            "{'publishTopicExceptionSyntax':'smf','publishTopicException':'acme/a,b/>'}");

    assertThat(created.body().at("/links/uri").asText()).endsWith("/smf,acme%2Fa%2Cb%2F%3E");
    assertThat(semp.get(exceptions + "/smf,acme%2Fa%2Cb%2F%3E").status()).isEqualTo(200);
    assertThat(semp.get(exceptions + "/smf%2Cacme%2Fa%2Cb%2F%3E").errorCode()).isEqualTo(535);
    assertThat(semp.delete(exceptions + "/smf,acme%2Fa%2Cb%2F%3E").status()).isEqualTo(200);
  }

  @Test
  void keepsAndHidesPasswords() {
    String users = CONFIG + VPN + "/clientUsernames";
    SempHarness.Reply created = semp.post(users, "{'clientUsername':'bridge','password':'hush'}");
    SempHarness.Reply replaced = semp.put(users + "/bridge", "{'enabled':true}");

    assertThat(created.body().toString() + replaced.body() + semp.get(users).body())
        .doesNotContain("hush")
        .doesNotContain("password");
    assertThat(
            semp.broker
                .find(ObjectKey.of(ObjectKind.CLIENT_USERNAME, "default", "bridge"))
                .orElseThrow()
                .text("password"))
        .isEqualTo("hush");
  }

  @Test
  void keepsReferencedProfiles() {
    semp.post(CONFIG + VPN + "/clientProfiles", "{'clientProfileName':'p'}");
    semp.post(CONFIG + VPN + "/aclProfiles", "{'aclProfileName':'a'}");
    String user = "{'clientUsername':'u','clientProfileName':'p','aclProfileName':'a'}";
    String users = CONFIG + VPN + "/clientUsernames";
    assertThat(semp.post(users, user.replace("'p'", "'none'")).errorCode()).isEqualTo(6);
    semp.post(users, user);

    assertThat(semp.delete(CONFIG + VPN + "/clientProfiles/p").errorCode()).isEqualTo(490);
    assertThat(semp.delete(CONFIG + VPN + "/aclProfiles/a").errorCode()).isEqualTo(89);
    assertThat(semp.delete(users + "/u").status()).isEqualTo(200);
    assertThat(semp.delete(CONFIG + VPN + "/clientProfiles/p").status()).isEqualTo(200);
    assertThat(semp.delete(CONFIG + VPN + "/aclProfiles/a").status()).isEqualTo(200);
  }

  @Test
  void pagesByCursor() {
    for (int at = 0; at < 25; at++) {
      semp.post(QUEUES, "{'queueName':'q%02d'}".formatted(at));
    }

    SempHarness.Reply first = semp.get(QUEUES);
    assertThat(first.data()).hasSize(10);

    ArrayList<String> names = new ArrayList<>();
    Optional<String> next = Optional.of(QUEUES + "?count=7&select=queueName");
    while (next.isPresent()) {
      SempHarness.Reply reply = semp.get(next.get());
      reply.data().forEach(queue -> names.add(queue.path("queueName").asText()));
      assertThat(reply.body().path("links")).hasSameSizeAs(reply.data());
      next = nextPage(reply);
    }
    assertThat(names).hasSize(25).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void continuesPagesWhenObjectsAreDeleted() {
    for (String name : List.of("a", "b", "c", "d")) {
      semp.post(QUEUES, "{'queueName':'%s'}".formatted(name));
    }
    SempHarness.Reply first = semp.get(QUEUES + "?count=2");
    semp.delete(QUEUES + "/a");
    semp.delete(QUEUES + "/b");

    SempHarness.Reply second = semp.get(nextPage(first).orElseThrow());

    assertThat(second.data())
        .extracting(queue -> queue.path("queueName").asText())
        .containsExactly("c", "d");
    assertThat(nextPage(second)).isEmpty();
  }

  @Test
  void returnsShortPagesForSelectiveConditions() {
    for (int at = 0; at < 120; at++) {
      semp.post(QUEUES, "{'queueName':'q%03d'}".formatted(at));
    }

    SempHarness.Reply first = semp.get(QUEUES + "?where=queueName==q11*");
    SempHarness.Reply second = semp.get(nextPage(first).orElseThrow());
    SempHarness.Reply full = semp.get(QUEUES + "?where=queueName==q11*&forceFullPage=true");

    assertThat(first.data()).isEmpty();
    assertThat(second.data()).hasSize(10);
    assertThat(full.data()).hasSize(10);
  }

  @ParameterizedTest
  @CsvSource({
    "count=0, count",
    "count=101, count",
    "count=x, count",
    "cursor=nonsense, cursor",
    "select=nonsense, nonsense",
    "select=-queueName%2CmaxTtl, maxTtl",
    "where=nonsense==1, nonsense",
    "where=maxTtl, maxTtl",
    "page=2, page"
  })
  void refusesABadQuery(String query, String named) {
    SempHarness.Reply reply = semp.get(QUEUES + "?" + query);

    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.errorCode()).isEqualTo(11);
    assertThat(reply.description()).contains("'" + named + "'");
  }

  @Test
  void createsNothingWhenItRefusesToSelect() {
    assertThat(semp.post(QUEUES + "?select=nonsense", "{'queueName':'q'}").errorCode())
        .isEqualTo(11);
    assertThat(semp.get(QUEUES).data()).isEmpty();
  }

  @Test
  void selectsAttributes() {
    semp.post(QUEUES, "{'queueName':'orders'}");

    assertThat(names("queueName,owner")).containsExactlyInAnyOrder("queueName", "owner");
    assertThat(names("*Enabled,-egress*"))
        .contains("ingressEnabled")
        .doesNotContain("egressEnabled");
    assertThat(names("-*")).isEmpty();
    assertThat(names("")).isEmpty();
    assertThat(
            semp.get(QUEUES + "/orders?select=eventBindCountThreshold.setPercent")
                .data()
                .toString())
        .isEqualTo("{\"eventBindCountThreshold\":{\"setPercent\":80}}");
  }

  private List<String> names(String select) {
    ArrayList<String> names = new ArrayList<>();
    semp.get(QUEUES + "/orders?select=" + select).data().fieldNames().forEachRemaining(names::add);
    return names;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          queueName==a*                       | 2
          queueName!=a*                       | 1
          maxTtl%3E5                          | 1
          maxTtl%3C=5                         | 2
          maxTtl%3E=5,ingressEnabled==true    | 1
          ingressEnabled!=true                | 2
          ingressEnabled==true,queueName==b   | 0
          """)
  void filtersByConditions(String where, int count) {
    semp.post(QUEUES, "{'queueName':'a1','maxTtl':5}");
    semp.post(QUEUES, "{'queueName':'a2','maxTtl':6,'ingressEnabled':true}");
    semp.post(QUEUES, "{'queueName':'b'}");

    assertThat(semp.get(QUEUES + "?where=" + where).data()).hasSize(count);
  }

  @Test
  void reportsItsVersionAndLacksLaterAttributes() {
    try (SempHarness old = new SempHarness(new SempVersion(2, 39))) {
      assertThat(old.get(CONFIG + "/about/api").data().path("sempVersion").asText())
          .isEqualTo("2.39");
      SempHarness.Reply refused =
          old.post(QUEUES, "{'queueName':'q','respectDmqEligibleEnabled':true}");
      assertThat(refused.errorCode()).isEqualTo(11);
      assertThat(refused.description()).contains("'respectDmqEligibleEnabled'");
      assertThat(old.post(QUEUES, "{'queueName':'q'}").data().has("respectDmqEligibleEnabled"))
          .isFalse();
      assertThat(old.get(QUEUES + "?select=respectDmqEligibleEnabled").errorCode()).isEqualTo(11);
    }
    assertThat(semp.get(CONFIG + "/about/api").data().path("sempVersion").asText())
        .isEqualTo("2.49");
    assertThat(semp.post(QUEUES, "{'queueName':'q'}").data().has("respectDmqEligibleEnabled"))
        .isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "/SEMP/v2/config/nonsense, 400",
    "/SEMP/v2/config/msgVpns/default/nonsense, 400",
    "/SEMP/v2/config/msgVpns/default/queues/q/msgs, 400",
    "/SEMP/v2/nonsense, 404",
    "/SEMP, 404",
    "/, 404"
  })
  void refusesUnknownPaths(String path, int status) {
    SempHarness.Reply reply = semp.get(path);

    assertThat(reply.status()).isEqualTo(status);
    assertThat(reply.errorCode()).isEqualTo(535);
    assertThat(reply.body().at("/meta/error/status").asText()).isEqualTo("INVALID_PATH");
  }

  private Optional<String> nextPage(SempHarness.Reply reply) {
    String uri = reply.body().at("/meta/paging/nextPageUri").asText();
    if (uri.isEmpty()) {
      return Optional.empty();
    }
    String cursor = reply.body().at("/meta/paging/cursorQuery").asText();
    assertThat(uri).startsWith(semp.uri("/").toString()).contains(cursor);
    return Optional.of(uri.substring(semp.uri("").toString().length()));
  }
}
