package stripebridge.solace.admin;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.absent;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.delete;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.patch;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.stubbing.Scenario.STARTED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static stripebridge.solace.admin.WatchedBroker.ADMIN;
import static stripebridge.solace.admin.WatchedBroker.CONFIG;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import stripebridge.core.broker.BrokerAdmin.Applied;
import stripebridge.core.broker.BrokerAdmin.PartsOf;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.FoundBroker;
import stripebridge.core.config.Secret;
import stripebridge.core.config.SempSettings;
import stripebridge.core.config.TlsTrust;
import stripebridge.core.topology.model.AttributeValue;
import stripebridge.core.topology.model.AttributeValue.Flag;
import stripebridge.core.topology.model.AttributeValue.SecretReference;
import stripebridge.core.topology.model.AttributeValue.Text;
import stripebridge.core.topology.model.AttributeValue.Whole;
import stripebridge.core.topology.model.ObjectKind;
import stripebridge.core.topology.model.Resource;
import stripebridge.core.topology.plan.Change;
import stripebridge.core.topology.plan.Change.AttributeChange;

/// Failures of a broker, or of a proxy in front of it.
class SempTroubleTest {
  private static final PartsOf NONE = (_, _) -> false;
  private static final String QUEUES = CONFIG + "/queues";
  private static final Change CREATE = new Change.Create(new Resource.Queue("q"), Map.of());

  private final WatchedBroker broker = new WatchedBroker();

  @AfterEach
  void stop() {
    broker.close();
  }

  @ParameterizedTest
  @CsvSource({"400,6", "404,6", "404,0"})
  void readsNotFoundAsDeletedButNotAsChanged(int status, int code) throws Exception {
    String body = code == 0 ? "{\"meta\":{\"error\":{}}}" : error(code, "NOT_FOUND", "no such");
    ResponseDefinitionBuilder missing = aResponse().withStatus(status).withBody(body);
    broker.stub(delete(QUEUES + "/q").willReturn(missing));
    broker.stub(patch(urlPathEqualTo(QUEUES + "/q")).willReturn(missing));
    SempBrokerAdmin admin = broker.admin();

    assertThat(admin.apply(new Change.Delete(new Resource.Queue("q")), Map.of()))
        .isEqualTo(Applied.ALREADY);
    assertThatThrownBy(() -> admin.setIngress("q", false))
        .isInstanceOf(BrokerException.Conflict.class)
        .hasMessageStartingWith(
            "cannot change queue 'q' in message VPN 'default' (ingressEnabled): SEMP said ");
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 502, 503, 529, 429})
  void retriesUntilTheBrokerAnswers(int status) throws Exception {
    failing(3, status);

    assertThat(broker.admin().apply(CREATE, Map.of())).isEqualTo(Applied.CHANGED);
    assertThat(broker.asked()).hasSize(4);
    assertThat(broker.slept())
        .hasSize(3)
        .satisfies(waits -> {
          assertThat(waits.get(0)).isBetween(Duration.ofMillis(100), Duration.ofMillis(200));
          assertThat(waits.get(2)).isBetween(Duration.ofMillis(400), Duration.ofMillis(800));
        });
  }

  @Test
  void givesUpOnABrokerThatKeepsFailing() throws Exception {
    broker.stub(any(anyUrl()).willReturn(aResponse().withStatus(529)));
    SempBrokerAdmin admin = broker.admin();

    assertThatThrownBy(() -> admin.apply(CREATE, Map.of()))
        .isInstanceOf(BrokerException.Unavailable.class)
        .hasMessage("cannot create queue 'q' in message VPN 'default': HTTP 529 (6 tries)");
  }

  @Test
  void givesUpAfterTheTimeout() throws Exception {
    broker.stub(any(anyUrl()).willReturn(aResponse().withStatus(503)));
    SempOptions options = new SempOptions(Duration.ofMillis(500), Duration.ofSeconds(10), 0);
    SempBrokerAdmin admin = broker.admin(ADMIN, "default", options);

    assertThatThrownBy(() -> admin.read(NONE)).isInstanceOf(BrokerException.Unavailable.class);
    assertThat(broker.slept()).hasSizeBetween(1, 2);
  }

  /// With a thousand requests and a low rate, most wait longer than one request may take.
  @Test
  void doesNotCountTheWaitForItsTurn() throws Exception {
    SempOptions options = new SempOptions(Duration.ofSeconds(2), Duration.ofSeconds(2), 1);

    assertThat(broker.admin(ADMIN, "default", options).read((_, _) -> true).vpn()).isNotEmpty();
    assertThat(broker.slept()).hasSizeGreaterThan(5);
  }

  /// The first try succeeded, and its response was lost.
  @Test
  void recognizesItsOwnWorkAfterALostResponse() throws Exception {
    broker.stub(
        post(urlPathEqualTo(QUEUES))
            .inScenario("lost")
            .whenScenarioStateIs(STARTED)
            .willSetStateTo("over")
            .willReturn(aResponse().withFault(Fault.EMPTY_RESPONSE)));
    broker.sandbox.vpn("default").createQueue("q", Map.of());

    assertThat(broker.admin().apply(CREATE, Map.of())).isEqualTo(Applied.ALREADY);
  }

  @Test
  void reportsAMissingResponse() throws Exception {
    broker.stub(any(anyUrl()).willReturn(aResponse().withFixedDelay(60_000)));
    SempOptions options = new SempOptions(Duration.ofMillis(300), Duration.ofMillis(50), 0);
    SempBrokerAdmin admin = broker.admin(ADMIN, "default", options);

    assertThatThrownBy(() -> admin.read(NONE))
        .isInstanceOf(BrokerException.Unavailable.class)
        .hasMessageStartingWith("cannot read the SEMP version: no response in time from http://");
  }

  @Test
  void endsWhenInterrupted() throws Exception {
    broker.stub(any(anyUrl()).willReturn(aResponse().withFixedDelay(60_000)));
    SempBrokerAdmin admin = broker.admin();
    CompletableFuture<Throwable> end = new CompletableFuture<>();
    Thread thread =
        Thread.ofVirtual()
            .start(() -> {
              try {
                admin.read(NONE);
              } catch (BrokerException | InterruptedException e) {
                end.complete(e);
              }
            });

    thread.interrupt();

    assertThat(end.get()).isInstanceOf(InterruptedException.class);
  }

  @Test
  void failsAtOnceWhereNobodyListens() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    try (SempBrokerAdmin admin = admin("http://127.0.0.1:" + port)) {
      assertThatThrownBy(() -> admin.read(NONE))
          .isInstanceOf(BrokerException.Unavailable.class)
          .hasMessageStartingWith(
              "cannot read the SEMP version: no response from http://127.0.0.1:" + port);
      assertThat(broker.slept()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({"200,text/html", "302,text/html", "404,text/html", "200,application/json"})
  void reportsAServerThatIsNotSemp(int status, String type) throws Exception {
    broker.stub(
        any(anyUrl())
            .willReturn(
                aResponse()
                    .withStatus(status)
                    .withHeader("Content-Type", type + ";charset=utf-8")
                    .withHeader("Location", "http://127.0.0.1:1/")
                    .withBody("<html><title>Log in</title></html>")));
    SempBrokerAdmin admin = broker.admin();

    assertThatThrownBy(() -> admin.read(NONE))
        .isInstanceOf(BrokerException.Invalid.class)
        .hasMessageStartingWith("cannot read the SEMP version: the server at http://")
        .hasMessageEndingWith(" is not SEMP: HTTP " + status + " with " + type);
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403})
  void reportsARefusalOfAProxy(int status) throws Exception {
    broker.stub(any(anyUrl()).willReturn(aResponse().withStatus(status).withBody("<html>")));
    SempBrokerAdmin admin = broker.admin();

    assertThatThrownBy(() -> admin.read(NONE))
        .isInstanceOf(BrokerException.Refused.class)
        .hasMessage("cannot read the SEMP version: SEMP said HTTP " + status);
  }

  @Test
  void readsOnAfterAShortPageAndAnEmptyOne() throws Exception {
    broker.stub(
        get(urlPathEqualTo(QUEUES))
            .withQueryParam("cursor", absent())
            .willReturn(okJson(page("[{\"queueName\":\"a\"}]", "one"))));
    broker.stub(
        get(urlPathEqualTo(QUEUES))
            .withQueryParam("cursor", equalTo("one"))
            .willReturn(okJson(page("[]", "t/w,o="))));
    broker.stub(
        get(urlPathEqualTo(QUEUES))
            .withQueryParam("cursor", equalTo("t/w,o="))
            .willReturn(okJson(page("[{\"queueName\":\"b\"}]", ""))));

    assertThat(broker.admin().read(NONE).topology().objects().queues())
        .extracting("name")
        .containsExactly("a", "b");
  }

  @Test
  void refusesARepeatedCursor() throws Exception {
    broker.stub(get(urlPathEqualTo(QUEUES)).willReturn(okJson(page("[]", "again"))));
    SempBrokerAdmin admin = broker.admin();

    assertThatThrownBy(() -> admin.read(NONE))
        .isInstanceOf(BrokerException.Unavailable.class)
        .hasMessage(
            "cannot read the queues of message VPN 'default': SEMP returned the same page again");
  }

  @ParameterizedTest
  @CsvSource({"400,72", "403,0"})
  void leavesOutWhatTheUserMayNotRead(int status, int code) throws Exception {
    broker.stub(
        get(urlPathEqualTo(CONFIG + "/clientProfiles"))
            .willReturn(
                aResponse()
                    .withStatus(status)
                    .withBody(error(code, "UNAUTHORIZED", "Not authorized"))));

    FoundBroker found = broker.admin().read(NONE);

    assertThat(found.unreadable()).containsOnlyKeys(ObjectKind.CLIENT_PROFILE);
    assertThat(found.unreadable().get(ObjectKind.CLIENT_PROFILE))
        .startsWith("cannot read the client profiles of message VPN 'default': SEMP said ");
    assertThat(found.topology().objects().clientProfiles()).isEmpty();
    assertThat(found.topology().objects().clientUsernames()).isNotEmpty();
  }

  @Test
  void reportsARightThatEvenTheMessageVpnNeeds() throws Exception {
    broker.stub(
        get(urlPathEqualTo("/SEMP/v2/config/about/user"))
            .willReturn(okJson("{\"meta\":{},\"data\":{\"globalAccessLevel\":\"none\"}}")));
    broker.stub(
        get(urlPathEqualTo("/SEMP/v2/config/about/user/msgVpns/default"))
            .willReturn(okJson("{\"meta\":{},\"data\":{\"accessLevel\":\"read-only\"}}")));

    assertThat(broker.admin().read(NONE).unwritable())
        .containsEntry(ObjectKind.CLIENT_PROFILE, "global read-write")
        .containsEntry(ObjectKind.QUEUE, "read-write on message VPN 'default'")
        .hasSize(ObjectKind.values().length);
  }

  @Test
  void showsNoSecretThatTheBrokerRepeats() throws Exception {
    broker.stub(
        post(urlPathEqualTo(CONFIG + "/clientUsernames"))
            .willReturn(
                aResponse()
                    .withStatus(400)
                    .withBody(error(11, "INVALID_PARAMETER", "password hunter22 is too short"))));
    SempBrokerAdmin admin = broker.admin();
    Change change =
        new Change.Create(
            new Resource.ClientUsername("u"),
            Map.of("enabled", new Flag(true), "password", new SecretReference("PASSWORD")));

    assertThatThrownBy(() -> admin.apply(change, Map.of("PASSWORD", new Secret("hunter22"))))
        .isInstanceOf(BrokerException.Invalid.class)
        .hasMessage(
            "cannot create client username 'u' in message VPN 'default' (password): SEMP said "
                + "INVALID_PARAMETER (11): password *** is too short");
  }

  @Test
  void showsNoSecretOfABrokerInTrouble() throws Exception {
    broker.stub(
        any(anyUrl())
            .willReturn(aResponse().withStatus(500).withBody(error(2, "FAIL", "hunter22 failed"))));
    SempBrokerAdmin admin = broker.admin();
    Change change =
        new Change.Create(
            new Resource.ClientUsername("u"), Map.of("password", new SecretReference("PASSWORD")));

    assertThatThrownBy(() -> admin.apply(change, Map.of("PASSWORD", new Secret("hunter22"))))
        .isInstanceOf(BrokerException.Unavailable.class)
        .hasMessage(
            "cannot create client username 'u' in message VPN 'default': HTTP 500: *** failed "
                + "(6 tries)");
  }

  /// Like older brokers, which do not disable egress by themselves.
  @Test
  void disablesWhatBlocksAChangeAndEnablesItAgain() throws Exception {
    broker.sandbox.vpn("default").createOpenQueue("q");
    broker.stub(
        patch(urlPathEqualTo(QUEUES + "/q"))
            .inScenario("old")
            .whenScenarioStateIs(STARTED)
            .willSetStateTo("asked")
            .willReturn(notAllowed()));
    SempBrokerAdmin admin = broker.admin();

    admin.apply(permission("consume"), Map.of());

    assertThat(bodiesOfPatches())
        .containsExactly(
            "{\"permission\":\"consume\"}",
            "{\"egressEnabled\":false}",
            "{\"permission\":\"consume\"}",
            "{\"egressEnabled\":true}");
    assertThat(broker.sandbox.vpn("default").queue("q").attributes())
        .containsEntry("permission", "consume")
        .containsEntry("egressEnabled", true);
  }

  @Test
  void disablesFirstWhatTheChangeDisablesAnyway() throws Exception {
    broker.sandbox.vpn("default").createOpenQueue("q");
    broker.stub(
        patch(urlPathEqualTo(QUEUES + "/q"))
            .inScenario("old")
            .whenScenarioStateIs(STARTED)
            .willSetStateTo("asked")
            .willReturn(notAllowed()));
    SempBrokerAdmin admin = broker.admin();
    Change change =
        new Change.Update(
            new Resource.Queue("q"),
            List.of(
                new AttributeChange("egressEnabled", null, new Flag(false), false),
                new AttributeChange("permission", null, new Text("consume"), true)));

    admin.apply(change, Map.of());

    assertThat(bodiesOfPatches()).hasSize(3).element(1).isEqualTo("{\"egressEnabled\":false}");
    assertThat(broker.sandbox.vpn("default").queue("q").attributes())
        .containsEntry("permission", "consume")
        .containsEntry("egressEnabled", false);
  }

  @Test
  void enablesAgainWhenTheChangeStillFails() throws Exception {
    broker.sandbox.vpn("default").createOpenQueue("q");
    broker.stub(
        patch(urlPathEqualTo(QUEUES + "/q"))
            .withRequestBody(equalTo("{\"permission\":\"consume\"}"))
            .willReturn(notAllowed()));
    SempBrokerAdmin admin = broker.admin();

    assertThatThrownBy(() -> admin.apply(permission("consume"), Map.of()))
        .isInstanceOf(BrokerException.Conflict.class)
        .hasMessageContaining("(permission)");
    assertThat(bodiesOfPatches()).last().isEqualTo("{\"egressEnabled\":true}");
  }

  @Test
  void doesNotDisturbAQueueForAChangeThatIsNotAllowed() throws Exception {
    broker.sandbox.vpn("default").createOpenQueue("q");
    broker.stub(patch(urlPathEqualTo(QUEUES + "/q")).willReturn(notAllowed()));
    SempBrokerAdmin admin = broker.admin();
    Change change =
        new Change.Update(
            new Resource.Queue("q"),
            List.of(new AttributeChange("maxTtl", null, new Whole(1), false)));

    assertThatThrownBy(() -> admin.apply(change, Map.of()))
        .isInstanceOf(BrokerException.Conflict.class);
    assertThat(bodiesOfPatches()).containsExactly("{\"maxTtl\":1}");
  }

  /// Taking a missing count for 0 could lose messages.
  @Test
  void doesNotGuessTheMessageCount() throws Exception {
    broker.stub(
        get(urlPathEqualTo("/SEMP/v2/monitor/msgVpns/default/queues/q"))
            .willReturn(okJson("{\"meta\":{},\"data\":{\"queueName\":\"q\"},\"collections\":{}}")));
    SempBrokerAdmin admin = broker.admin();

    assertThatThrownBy(() -> admin.queue("q"))
        .isInstanceOf(BrokerException.Unavailable.class)
        .hasMessageEndingWith("SEMP returned no message count");
  }

  @ParameterizedTest
  @CsvSource({"0,0,0", "100,0,1", "100,7,7", "0,7,7"})
  void assumesTheMinimumDepthWithoutACount(long bytes, long unacked, long depth) throws Exception {
    broker.sandbox.vpn("default").createOpenQueue("q");
    broker.stub(
        get(urlPathEqualTo("/SEMP/v2/monitor/msgVpns/default/queues/q"))
            .willReturn(
                okJson(
                    """
                    {"meta":{},"data":{"queueName":"q","msgSpoolUsage":%d,"txUnackedMsgCount":%d}}
                    """
                        .formatted(bytes, unacked))));

    assertThat(broker.admin().queue("q"))
        .hasValueSatisfying(status -> {
          assertThat(status.depth()).isEqualTo(depth);
          assertThat(status.counted()).isFalse();
          // These can be read one by one.
          assertThat(status.boundFlows()).isZero();
        });
  }

  private SempBrokerAdmin admin(String base) throws BrokerException {
    return SempBrokerAdmin.open(
        new SempSettings(URI.create(base), "default", ADMIN, new TlsTrust.JavaDefault()),
        SempOptions.DEFAULTS,
        broker.time,
        broker.time,
        new Random(1));
  }

  private void failing(int times, int status) throws IOException {
    for (int number = 0; number < times; number++) {
      broker.stub(
          any(anyUrl())
              .inScenario("failing")
              .whenScenarioStateIs(number == 0 ? STARTED : "failed " + number)
              .willSetStateTo("failed " + (number + 1))
              .willReturn(aResponse().withStatus(status)));
    }
  }

  private List<String> bodiesOfPatches() {
    return broker.requests().stream()
        .filter(request -> request.getMethod().getName().equals("PATCH"))
        .map(request -> request.getBodyAsString())
        .toList();
  }

  private static Change permission(String word) {
    AttributeValue wanted = new Text(word);
    return new Change.Update(
        new Resource.Queue("q"), List.of(new AttributeChange("permission", null, wanted, true)));
  }

  private static ResponseDefinitionBuilder notAllowed() {
    return aResponse().withStatus(400).withBody(error(89, "NOT_ALLOWED", "must be shut down"));
  }

  private static String error(int code, String status, String description) {
    return """
    {"meta":{"error":{"code":%d,"status":"%s","description":"%s"},
    "request":{"method":"GET"},"responseCode":400}}\
    """
        .formatted(code, status, description);
  }

  private static String page(String data, String cursor) {
    String paging =
        cursor.isEmpty()
            ? ""
            : ",\"paging\":{\"cursorQuery\":\"%s\",\"nextPageUri\":\"http://x\"}".formatted(cursor);
    return """
    {"data":%s,"links":[],"meta":{"request":{"method":"GET"},"responseCode":200%s}}\
    """
        .formatted(data, paging);
  }
}
