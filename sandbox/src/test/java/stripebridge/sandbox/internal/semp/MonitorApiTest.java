package stripebridge.sandbox.internal.semp;

import static org.assertj.core.api.Assertions.assertThat;
import static stripebridge.sandbox.internal.semp.SempHarness.CONFIG;
import static stripebridge.sandbox.internal.semp.SempHarness.MONITOR;
import static stripebridge.sandbox.internal.semp.SempHarness.VPN;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import stripebridge.sandbox.internal.broker.QueueCounter;
import stripebridge.sandbox.internal.model.Attributes;
import stripebridge.sandbox.internal.model.ObjectKind;
import stripebridge.sandbox.internal.model.SempVersion;

class MonitorApiTest {

  private static final String QUEUES = MONITOR + VPN + "/queues";

  private final SempHarness semp = new SempHarness();

  @BeforeEach
  void createQueue() {
    semp.post(CONFIG + VPN + "/queues", "{'queueName':'orders','maxTtl':60}");
    semp.post(CONFIG + VPN + "/queues/orders/subscriptions", "{'subscriptionTopic':'a/>'}");
  }

  @AfterEach
  void stop() {
    semp.close();
  }

  @Test
  void showsDepthAndBytesBesideTheConfiguration() {
    semp.broker.put("orders", Samples.message(1, 100));
    semp.broker.put("orders", Samples.message(5, 50));

    SempHarness.Reply reply = semp.get(QUEUES + "/orders");

    assertThat(reply.data().path("maxTtl").asInt()).isEqualTo(60);
    assertThat(reply.data().path("msgSpoolUsage").asInt()).isEqualTo(150);
    assertThat(reply.data().path("spooledMsgCount").asInt()).isEqualTo(2);
    assertThat(reply.data().path("lowestMsgId").asInt()).isEqualTo(1);
    assertThat(reply.data().path("highestMsgId").asInt()).isEqualTo(5);
    assertThat(reply.data().path("durable").asBoolean()).isTrue();
    assertThat(reply.body().at("/collections/msgs/count").asInt()).isEqualTo(2);
    assertThat(reply.body().at("/collections/subscriptions/count").asInt()).isEqualTo(1);
    assertThat(reply.body().at("/collections/txFlows/count").asInt()).isZero();
    assertThat(reply.body().at("/links/msgsUri").asText()).endsWith("/queues/orders/msgs");
  }

  @ParameterizedTest
  @EnumSource(QueueCounter.class)
  void showsCountersThatMove(QueueCounter counter) {
    String uri = QUEUES + "/orders?select=" + counter.sempName();
    assertThat(semp.get(uri).data().path(counter.sempName()).asInt(-1)).isZero();

    semp.broker.count("orders", counter);

    assertThat(semp.get(uri).data().path(counter.sempName()).asInt(-1)).isEqualTo(1);
  }

  @Test
  void findsQueuesByTheirDepth() {
    semp.post(CONFIG + VPN + "/queues", "{'queueName':'idle'}");
    semp.broker.put("orders", Samples.message(1, 100));

    SempHarness.Reply reply =
        semp.get(QUEUES + "?where=msgs.count%3E0&select=queueName,collections.msgs.count");

    assertThat(reply.data().toString()).isEqualTo("[{\"queueName\":\"orders\"}]");
    assertThat(reply.body().at("/collections/0/msgs/count").asInt()).isEqualTo(1);
  }

  @Test
  void showsTemporaryQueues() {
    semp.broker.temporaryQueues.add(
        Attributes.of(
            ObjectKind.QUEUE, Map.of("msgVpnName", "default", "queueName", "#P2P/QTMP/1")));

    assertThat(semp.get(QUEUES).data()).hasSize(2);
    assertThat(semp.get(QUEUES + "/%23P2P%2FQTMP%2F1").data().path("durable").asBoolean(true))
        .isFalse();
    assertThat(semp.get(CONFIG + VPN + "/queues").data()).hasSize(1);
  }

  @Test
  void showsMessagesWithoutTheirContent() {
    semp.broker.put("orders", Samples.message(5, 50));

    SempHarness.Reply reply = semp.get(QUEUES + "/orders/msgs/5");

    assertThat(reply.data().path("msgId").asLong()).isEqualTo(5);
    assertThat(reply.data().path("replicationGroupMsgId").asText()).isEqualTo("rmid1:0-0-0-5");
    assertThat(reply.data().path("spooledTime").asLong()).isEqualTo(Samples.SPOOLED_MILLIS / 1000);
    assertThat(reply.data().path("attachmentSize").asInt()).isEqualTo(50);
    assertThat(reply.data().path("queueName").asText()).isEqualTo("orders");
    assertThat(semp.get(QUEUES + "/orders/msgs/4").errorCode()).isEqualTo(6);
    assertThat(semp.get(QUEUES + "/orders/msgs/x").errorCode()).isEqualTo(6);
    assertThat(semp.get(QUEUES + "/none/msgs").errorCode()).isEqualTo(6);
  }

  @Test
  void pagesMessagesInSpoolOrder() {
    for (int id = 1; id <= 250; id++) {
      semp.broker.put("orders", Samples.message(id, 1));
    }
    ArrayList<Long> ids = new ArrayList<>();
    String cursor = "";
    do {
      SempHarness.Reply reply = semp.get(QUEUES + "/orders/msgs?count=100" + cursor);
      reply.data().forEach(message -> ids.add(message.path("msgId").asLong()));
      String next = reply.body().at("/meta/paging/cursorQuery").asText();
      cursor = next.isEmpty() ? "" : "&cursor=" + next;
    } while (!cursor.isEmpty());

    assertThat(ids).hasSize(250).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void refusesAForeignCursor() {
    String forged = new Cursor(QUEUES + "/orders/msgs", "x").encoded();
    String foreign = new Cursor(QUEUES, "a").encoded();

    for (String cursor : List.of(forged, foreign)) {
      assertThat(semp.get(QUEUES + "/orders/msgs?cursor=" + cursor).errorCode()).isEqualTo(11);
    }
  }

  @Test
  void showsFlowsAndClients() {
    semp.broker.flows.add(Samples.flow(12, "client-a"));
    semp.broker.flows.add(Samples.flow(3, "client-b"));
    semp.broker.clients.add(Samples.client("client/a"));

    SempHarness.Reply flows = semp.get(QUEUES + "/orders/txFlows");
    SempHarness.Reply client = semp.get(MONITOR + VPN + "/clients/client%2Fa");

    assertThat(flows.data()).extracting(flow -> flow.path("flowId").asInt()).containsExactly(3, 12);
    assertThat(flows.data().get(0).path("activityState").asText()).isEqualTo("active-consumer");
    assertThat(flows.data().get(0).path("windowSize").asInt()).isEqualTo(255);
    assertThat(semp.get(QUEUES + "/orders/txFlows/12").data().path("clientName").asText())
        .isEqualTo("client-a");
    assertThat(client.data().path("clientUsername").asText()).isEqualTo("bridge");
    assertThat(client.data().path("uptime").isIntegralNumber()).isTrue();
    assertThat(semp.get(MONITOR + VPN + "/clients/none").errorCode()).isEqualTo(6);
  }

  @Test
  void showsTheStateOfTheVpn() {
    semp.broker.put("orders", Samples.message(1, 100));

    SempHarness.Reply up = semp.get(MONITOR + VPN);
    semp.patch(CONFIG + VPN, "{'enabled':false}");
    SempHarness.Reply down = semp.get(MONITOR + VPN);

    assertThat(up.data().path("state").asText()).isEqualTo("up");
    assertThat(up.data().path("msgSpoolUsage").asInt()).isEqualTo(100);
    assertThat(up.data().path("msgSpoolMsgCount").asInt()).isEqualTo(1);
    assertThat(up.body().at("/collections/queues/count").asInt()).isEqualTo(1);
    assertThat(down.data().path("state").asText()).isEqualTo("down");
    assertThat(down.data().path("failureReason").asText()).isNotEmpty();
  }

  @Test
  void omitsLaterAttributes() {
    try (SempHarness old = new SempHarness(new SempVersion(2, 20))) {
      old.post(CONFIG + VPN + "/queues", "{'queueName':'orders'}");
      old.broker.put("orders", Samples.message(1, 100));

      JsonNode message = old.get(QUEUES + "/orders/msgs/1").data();

      assertThat(message.has("attachmentSize")).isTrue();
      assertThat(message.has("replicationGroupMsgId")).isFalse();
      assertThat(old.get(QUEUES + "/orders/msgs?select=partitionKey").errorCode()).isEqualTo(11);
    }
  }

  @Test
  void changesNothing() {
    assertThat(semp.post(QUEUES, "{'queueName':'q'}").errorCode()).isEqualTo(14);
    assertThat(semp.patch(QUEUES + "/orders", "{'maxTtl':1}").errorCode()).isEqualTo(14);
    assertThat(semp.delete(QUEUES + "/orders").errorCode()).isEqualTo(14);
  }
}
