package stripebridge.sandbox.internal.semp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static stripebridge.sandbox.internal.semp.SempHarness.ACTION;
import static stripebridge.sandbox.internal.semp.SempHarness.CONFIG;
import static stripebridge.sandbox.internal.semp.SempHarness.MONITOR;
import static stripebridge.sandbox.internal.semp.SempHarness.VPN;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import stripebridge.sandbox.internal.model.SempVersion;

/// Plays every operation and validates each exchange against the official documents.
class OfficialSpecTest {

  private static final List<String> EXPECTED =
      """
      getAboutApi getMsgVpn
      updateMsgVpn getMsgVpnQueues
      getMsgVpnQueue createMsgVpnQueue
      updateMsgVpnQueue replaceMsgVpnQueue
      deleteMsgVpnQueue
      getMsgVpnQueueSubscriptions createMsgVpnQueueSubscription
      getMsgVpnQueueSubscription deleteMsgVpnQueueSubscription
      getMsgVpnClientProfiles createMsgVpnClientProfile
      getMsgVpnClientProfile updateMsgVpnClientProfile
      replaceMsgVpnClientProfile deleteMsgVpnClientProfile
      getMsgVpnAclProfiles createMsgVpnAclProfile
      getMsgVpnAclProfile updateMsgVpnAclProfile
      replaceMsgVpnAclProfile deleteMsgVpnAclProfile
      getMsgVpnAclProfilePublishTopicExceptions createMsgVpnAclProfilePublishTopicException
      getMsgVpnAclProfilePublishTopicException deleteMsgVpnAclProfilePublishTopicException
      getMsgVpnAclProfileSubscribeTopicExceptions createMsgVpnAclProfileSubscribeTopicException
      getMsgVpnAclProfileSubscribeTopicException deleteMsgVpnAclProfileSubscribeTopicException
      getMsgVpnAclProfileClientConnectExceptions createMsgVpnAclProfileClientConnectException
      getMsgVpnAclProfileClientConnectException deleteMsgVpnAclProfileClientConnectException
      getMsgVpnClientUsernames createMsgVpnClientUsername
      getMsgVpnClientUsername updateMsgVpnClientUsername
      replaceMsgVpnClientUsername deleteMsgVpnClientUsername
      getMsgVpnQueueMsgs getMsgVpnQueueMsg
      getMsgVpnQueueTxFlows doMsgVpnQueueDeleteMsgs
      doMsgVpnQueueCopyMsgFromQueue doMsgVpnQueueMsgDelete
      doMsgVpnQueueStartReplay doMsgVpnQueueCancelReplay
      doMsgVpnQueueClearStats
      getMsgVpnClients doMsgVpnClientDisconnect
      """
          .lines()
          .flatMap(line -> List.of(line.strip().split(" ", -1)).stream())
          .toList();

  private final List<OfficialSpec> specs = new ArrayList<>();
  // The version of the documents.
  private final SempHarness semp = new SempHarness(new SempVersion(2, 39));

  @BeforeEach
  void readTheDocuments() {
    assumeTrue(OfficialSpec.isAvailable(), "the official SEMP documents are not available");
    for (String name : List.of("config", "monitor", "action")) {
      specs.add(new OfficialSpec(name));
    }
  }

  @AfterEach
  void stop() {
    semp.close();
  }

  @Test
  void findsNothingWrongWithAnyOperation() {
    configure();
    run();
    monitor();
    act();
    refuse();
    unconfigure();

    for (SempHarness.Exchange exchange : semp.exchanges) {
      assertThat(spec(exchange.path()).violations(exchange))
          .as(exchange.method() + " " + exchange.path() + " " + exchange.reply().body())
          .isEmpty();
    }
    assertThat(operationsPlayed()).containsAll(EXPECTED);
  }

  /// Without this test, nobody would notice a validator that accepts everything.
  @Test
  void findsPlantedViolations() {
    String path = MONITOR + VPN + "/queues/orders";
    for (String body :
        List.of(
            "{'meta':{'request':{'method':'GET'},'responseCode':200},'data':{'nonsense':1}}",
            "{'meta':{'request':{'method':'GET'},'responseCode':200},'data':{'maxTtl':'1'}}",
            "{'meta':{'request':{'method':'GET'},'responseCode':200},'links':{'nonsense':''}}",
            "{'meta':{'responseCode':200}}",
            "{}")) {
      SempHarness.Reply reply =
          new SempHarness.Reply(
              200, SempHarness.tree(body.replace('\'', '"')).orElseThrow(), Map.of());

      assertThat(
              spec(path).violations(new SempHarness.Exchange("GET", path, Optional.empty(), reply)))
          .as(body)
          .isNotEmpty();
    }
  }

  private void configure() {
    ok(semp.get(CONFIG + "/about"));
    ok(semp.get(CONFIG + "/about/api"));
    ok(semp.get(CONFIG + "/about/user"));
    ok(semp.get(CONFIG + "/msgVpns"));
    ok(semp.get(CONFIG + VPN));
    ok(semp.post(CONFIG + "/msgVpns", "{'msgVpnName':'other'}"));
    ok(semp.put(CONFIG + "/msgVpns/other", "{'maxMsgSpoolUsage':1500}"));
    ok(semp.patch(CONFIG + VPN, "{'maxMsgSpoolUsage':1500,'authenticationBasicType':'internal'}"));
    each("clientProfiles", "clientProfileName", "bridge", "{'allowGuaranteedMsgSendEnabled':true}");
    each("aclProfiles", "aclProfileName", "bridge", "{'clientConnectDefaultAction':'allow'}");
    each("queues", "queueName", "orders", "{'ingressEnabled':true,'maxRedeliveryCount':3}");
    each(
        "clientUsernames",
        "clientUsername",
        "bridge",
        "{'clientProfileName':'bridge','aclProfileName':'bridge','password':'hush'}");
    names("queues/orders/subscriptions", "a%2F%3E", "{'subscriptionTopic':'a/>'}");
    names(
        "aclProfiles/bridge/publishTopicExceptions",
        "smf,a%2F%3E",
        "{'publishTopicExceptionSyntax':'smf','publishTopicException':'a/>'}");
    names(
        "aclProfiles/bridge/subscribeTopicExceptions",
        "mqtt,a%2F%23",
        "{'subscribeTopicExceptionSyntax':'mqtt','subscribeTopicException':'a/#'}");
    names(
        "aclProfiles/bridge/clientConnectExceptions",
        "10.0.0.0%2F8",
        "{'clientConnectExceptionAddress':'10.0.0.0/8'}");
  }

  private void each(String collection, String name, String value, String changes) {
    String uri = CONFIG + VPN + "/" + collection;
    ok(semp.post(uri, "{'%s':'%s'}".formatted(name, value)));
    ok(semp.get(uri + "?count=1"));
    ok(semp.put(uri + "/" + value, changes));
    ok(semp.patch(uri + "/" + value, changes));
    ok(semp.get(uri + "/" + value));
  }

  private void names(String collection, String id, String body) {
    String uri = CONFIG + VPN + "/" + collection;
    ok(semp.post(uri, body));
    ok(semp.get(uri));
    ok(semp.get(uri + "/" + id));
  }

  private void run() {
    semp.broker.put("orders", Samples.message(1, 10));
    semp.broker.put("orders", Samples.message(2, 20));
    semp.broker.flows.add(Samples.flow(3, "client"));
    semp.broker.clients.add(Samples.client("client"));
  }

  private void monitor() {
    for (String path :
        List.of(
            "/about",
            "/about/api",
            "/about/user",
            "/msgVpns",
            VPN,
            VPN + "/queues",
            VPN + "/queues/orders",
            VPN + "/queues/orders/msgs?count=1",
            VPN + "/queues/orders/msgs/1",
            VPN + "/queues/orders/subscriptions",
            VPN + "/queues/orders/subscriptions/a%2F%3E",
            VPN + "/queues/orders/txFlows",
            VPN + "/queues/orders/txFlows/3",
            VPN + "/clients",
            VPN + "/clients/client",
            VPN + "/clientProfiles",
            VPN + "/clientProfiles/bridge",
            VPN + "/aclProfiles",
            VPN + "/aclProfiles/bridge",
            VPN + "/aclProfiles/bridge/publishTopicExceptions",
            VPN + "/aclProfiles/bridge/subscribeTopicExceptions",
            VPN + "/aclProfiles/bridge/clientConnectExceptions",
            VPN + "/clientUsernames",
            VPN + "/clientUsernames/bridge")) {
      ok(semp.get(MONITOR + path));
    }
  }

  private void act() {
    for (String path :
        List.of(
            "/msgVpns",
            VPN,
            VPN + "/queues",
            VPN + "/queues/orders",
            VPN + "/queues/orders/msgs",
            VPN + "/queues/orders/msgs/1",
            VPN + "/clients",
            VPN + "/clients/client")) {
      ok(semp.get(ACTION + path));
    }
    ok(semp.put(CONFIG + VPN + "/queues/copy", "{}"));
    ok(
        semp.put(
            ACTION + VPN + "/queues/copy/copyMsgFromQueue",
            "{'sourceQueueName':'orders','replicationGroupMsgId':'rmid1:0-0-0-1'}"));
    ok(semp.put(ACTION + VPN + "/queues/orders/msgs/1/delete", "{}"));
    ok(semp.put(ACTION + VPN + "/queues/orders/deleteMsgs", "{}"));
    ok(semp.put(ACTION + VPN + "/queues/orders/clearStats", "{}"));
    ok(semp.put(ACTION + VPN + "/clearStats", "{}"));
    ok(semp.put(ACTION + VPN + "/clients/client/disconnect", "{}"));
  }

  private void refuse() {
    semp.get(CONFIG + VPN + "/queues/none");
    semp.get(MONITOR + VPN + "/queues/none");
    semp.post(CONFIG + VPN + "/queues", "{'queueName':'orders'}");
    semp.delete(CONFIG + VPN + "/clientProfiles/bridge");
    semp.put(ACTION + VPN + "/queues/orders/startReplay", "{'replayLogName':'none'}");
    semp.put(ACTION + VPN + "/queues/orders/cancelReplay", "{'forceComplete':true}");
  }

  private void unconfigure() {
    for (String path :
        List.of(
            VPN + "/queues/orders/subscriptions/a%2F%3E",
            VPN + "/queues/orders",
            VPN + "/clientUsernames/bridge",
            VPN + "/aclProfiles/bridge/publishTopicExceptions/smf,a%2F%3E",
            VPN + "/aclProfiles/bridge/subscribeTopicExceptions/mqtt,a%2F%23",
            VPN + "/aclProfiles/bridge/clientConnectExceptions/10.0.0.0%2F8",
            VPN + "/aclProfiles/bridge",
            VPN + "/clientProfiles/bridge",
            "/msgVpns/other")) {
      ok(semp.delete(CONFIG + path));
    }
  }

  private static void ok(SempHarness.Reply reply) {
    assertThat(reply.status()).as(reply.body().toString()).isEqualTo(200);
  }

  private OfficialSpec spec(String path) {
    return specs.get(path.startsWith(CONFIG) ? 0 : path.startsWith(MONITOR) ? 1 : 2);
  }

  private Set<String> operationsPlayed() {
    HashSet<String> played = new HashSet<>();
    for (SempHarness.Exchange exchange : semp.exchanges) {
      spec(exchange.path())
          .operation(exchange.method(), exchange.path())
          .ifPresent(operation -> played.add(operation.path("operationId").asText()));
    }
    return played;
  }
}
