package stripebridge.sandbox.internal.semp;

import static org.assertj.core.api.Assertions.assertThat;
import static stripebridge.sandbox.internal.semp.SempHarness.ACTION;
import static stripebridge.sandbox.internal.semp.SempHarness.CONFIG;
import static stripebridge.sandbox.internal.semp.SempHarness.MONITOR;
import static stripebridge.sandbox.internal.semp.SempHarness.VPN;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import stripebridge.sandbox.internal.model.SempVersion;

class ActionApiTest {

  private static final String QUEUES = ACTION + VPN + "/queues";

  private final SempHarness semp = new SempHarness();

  @BeforeEach
  void createQueues() {
    semp.post(CONFIG + VPN + "/queues", "{'queueName':'orders'}");
    semp.post(CONFIG + VPN + "/queues", "{'queueName':'dmq'}");
    semp.broker.put("dmq", Samples.message(1, 10));
    semp.broker.put("dmq", Samples.message(2, 20));
  }

  @AfterEach
  void stop() {
    semp.close();
  }

  @Test
  void deletesOneMessage() {
    SempHarness.Reply reply = semp.put(QUEUES + "/dmq/msgs/1/delete", "{}");

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.body().properties()).hasSize(1).allMatch(one -> one.getKey().equals("meta"));
    assertThat(depth("dmq")).isEqualTo(1);
    assertThat(semp.put(QUEUES + "/dmq/msgs/1/delete", "{}").errorCode()).isEqualTo(6);
  }

  @Test
  void emptiesAQueue() {
    assertThat(semp.put(QUEUES + "/dmq/deleteMsgs", "{}").status()).isEqualTo(200);
    assertThat(depth("dmq")).isZero();
    assertThat(semp.put(QUEUES + "/none/deleteMsgs", "{}").errorCode()).isEqualTo(6);
  }

  @Test
  void copiesAMessageAndLeavesTheSource() {
    String id =
        semp.get(MONITOR + VPN + "/queues/dmq/msgs/2")
            .data()
            .path("replicationGroupMsgId")
            .asText();

    SempHarness.Reply reply =
        semp.put(
            QUEUES + "/orders/copyMsgFromQueue",
            "{'sourceQueueName':'dmq','replicationGroupMsgId':'%s'}".formatted(id));

    assertThat(reply.status()).isEqualTo(200);
    assertThat(depth("orders")).isEqualTo(1);
    assertThat(depth("dmq")).isEqualTo(2);
  }

  @Test
  void refusesArgumentsByName() {
    String copy = QUEUES + "/orders/copyMsgFromQueue";

    assertThat(semp.put(copy, "{'sourceQueueName':'dmq'}").errorCode()).isEqualTo(228);
    assertThat(semp.put(copy, "{'sourceQueueName':1,'replicationGroupMsgId':''}").errorCode())
        .isEqualTo(11);
    assertThat(semp.put(QUEUES + "/dmq/deleteMsgs", "{'all':true}").errorCode()).isEqualTo(11);
    assertThat(semp.put(QUEUES + "/dmq/deleteMsgs", "").errorCode()).isEqualTo(27);
    assertThat(depth("dmq")).isEqualTo(2);
  }

  @Test
  void clearsCounters() {
    semp.put(QUEUES + "/dmq/clearStats", "{}");

    assertThat(semp.get(MONITOR + VPN + "/queues/dmq").data().path("spooledMsgCount").asInt(-1))
        .isZero();
  }

  @Test
  void disconnectsAClient() {
    semp.broker.clients.add(Samples.client("a/1"));

    assertThat(semp.put(ACTION + VPN + "/clients/a%2F1/disconnect", "{}").status()).isEqualTo(200);
    assertThat(semp.broker.clients).isEmpty();
    assertThat(semp.put(ACTION + VPN + "/clients/a%2F1/disconnect", "{}").errorCode()).isEqualTo(6);
  }

  @Test
  void saysThatItKeepsNoReplayLog() {
    assertThat(semp.put(QUEUES + "/orders/startReplay", "{'replayLogName':'log'}").errorCode())
        .isEqualTo(6);
    assertThat(semp.put(QUEUES + "/orders/cancelReplay", "{}").errorCode()).isEqualTo(89);
  }

  @Test
  void showsNamesAndActions() {
    SempHarness.Reply queue = semp.get(QUEUES + "/dmq");

    assertThat(queue.data().toString())
        .isEqualTo("{\"msgVpnName\":\"default\",\"queueName\":\"dmq\"}");
    assertThat(queue.body().at("/links/deleteMsgsUri").asText()).endsWith("/dmq/deleteMsgs");
    assertThat(semp.get(QUEUES).data()).hasSize(2);
    assertThat(semp.get(QUEUES + "/dmq/msgs").data().get(0).toString())
        .isEqualTo("{\"msgVpnName\":\"default\",\"queueName\":\"dmq\",\"msgId\":1}");
  }

  @Test
  void hasNoActionThatCameAfterItsVersion() {
    try (SempHarness old = new SempHarness(new SempVersion(2, 27))) {
      old.post(CONFIG + VPN + "/queues", "{'queueName':'q'}");

      assertThat(old.put(QUEUES + "/q/deleteMsgs", "{}").errorCode()).isEqualTo(535);
      assertThat(old.put(QUEUES + "/q/clearStats", "{}").status()).isEqualTo(200);
    }
  }

  private int depth(String queue) {
    return semp.get(MONITOR + VPN + "/queues/" + queue)
        .body()
        .at("/collections/msgs/count")
        .asInt();
  }
}
