package stripebridge.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.solacesystems.jcsmp.BytesMessage;
import com.solacesystems.jcsmp.JCSMPErrorResponseSubcodeEx;
import com.solacesystems.jcsmp.JCSMPException;
import com.solacesystems.jcsmp.JCSMPFactory;
import com.solacesystems.jcsmp.JCSMPProperties;
import com.solacesystems.jcsmp.JCSMPStreamingPublishCorrelatingEventHandler;
import com.solacesystems.jcsmp.ProducerFlowProperties;
import com.solacesystems.jcsmp.XMLMessage;
import com.solacesystems.jcsmp.XMLMessageProducer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import stripebridge.sandbox.Client.Result;

@ParameterizedClass
@EnumSource(SmfTransport.class)
class PublishingTest {
  private final SmfTransport wire;
  private final Fixture sandbox;

  PublishingTest(SmfTransport wire) {
    this.wire = wire;
    this.sandbox = new Fixture(wire);
  }

  @AfterEach
  void close() {
    sandbox.close();
  }

  private int refusalOf(Client client, XMLMessage message, String topic) throws Exception {
    client.send(message, Client.topic(topic));
    return client.result().subcode();
  }

  private int refusalOf(String topic) throws Exception {
    return refusalOf(sandbox.connect(), Client.message("m"), topic);
  }

  @Test
  void acknowledgesInOrder() throws Exception {
    sandbox.openQueue("q", Map.of(), "t/>");
    Client client = sandbox.connect();
    for (int i = 0; i < 500; i++) {
      client.send(Client.message("m" + i), Client.topic("t/" + i));
    }

    for (int i = 0; i < 500; i++) {
      assertThat(client.result()).isEqualTo(Result.acked("m" + i));
    }
    assertThat(sandbox.queue("q").depth()).isEqualTo(500);
  }

  @Test
  void acknowledgesEachMessageOfAWindowOfOne() throws Exception {
    SandboxOptions options = SandboxOptions.defaults().withAckDelay(Duration.ofHours(1));
    try (Fixture slow = new Fixture(wire, options)) {
      slow.openQueue("q", Map.of(), "t");
      Client client = slow.connect(it -> it.setProperty(JCSMPProperties.PUB_ACK_WINDOW_SIZE, 1));
      for (int i = 0; i < 5; i++) {
        BytesMessage message = Client.message("m" + i);
        message.setAckImmediately(false);
        client.send(message, Client.topic("t"));
        assertThat(client.result()).isEqualTo(Result.acked("m" + i));
      }
    }
  }

  @Test
  void acknowledgesAtAThirdOfTheWindowWithoutWaiting() throws Exception {
    SandboxOptions options = SandboxOptions.defaults().withAckDelay(Duration.ofHours(1));
    try (Fixture slow = new Fixture(wire, options)) {
      slow.openQueue("q", Map.of(), "t");
      Client client =
          slow.connect(it -> {
            it.setProperty(JCSMPProperties.PUB_ACK_WINDOW_SIZE, 9);
            it.setProperty(JCSMPProperties.PUB_ACK_TIME, 60_000);
          });
      for (int i = 0; i < 4; i++) {
        BytesMessage message = Client.message("m" + i);
        message.setAckImmediately(false);
        client.send(message, Client.topic("t"));
      }
      Fixture.await("four messages", () -> slow.queue("q").depth() == 4);

      assertThat(client.result()).isEqualTo(Result.acked("m0"));
      assertThat(client.result()).isEqualTo(Result.acked("m1"));
      assertThat(client.result()).isEqualTo(Result.acked("m2"));
      assertThat(client.results).isEmpty();

      client.send(Client.message("now"), Client.topic("t"));
      assertThat(client.result()).isEqualTo(Result.acked("m3"));
      assertThat(client.result()).isEqualTo(Result.acked("now"));
    }
  }

  @Test
  void acknowledgesAfterASecondAtTheLatest() throws Exception {
    SandboxOptions options = SandboxOptions.defaults().withAckDelay(Duration.ofMillis(5));
    try (Fixture quick = new Fixture(wire, options)) {
      quick.openQueue("q", Map.of(), "t");
      Client client = quick.connect(it -> it.setProperty(JCSMPProperties.PUB_ACK_TIME, 60_000));
      BytesMessage message = Client.message("m");
      message.setAckImmediately(false);
      client.send(message, Client.topic("t"));

      assertThat(client.result()).isEqualTo(Result.acked("m"));
    }
    assertThat(SandboxOptions.defaults().ackDelay()).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void acknowledgesAndDropsMessagesWithoutASubscriber() throws Exception {
    assertThat(refusalOf("nobody/home")).isZero();
  }

  @Test
  void refusesMessagesWithoutASubscriberWhenTheProfileSaysSo() throws Exception {
    sandbox
        .vpn()
        .updateClientProfile(
            "default", Map.of("rejectMsgToSenderOnNoSubscriptionMatchEnabled", true));

    assertThat(refusalOf("nobody/home"))
        .isEqualTo(JCSMPErrorResponseSubcodeEx.NO_SUBSCRIPTION_MATCH);
  }

  @Test
  void checksTheAclForTopics() throws Exception {
    sandbox.openQueue("q", Map.of(), ">");
    sandbox.vpn().updateAclProfile("default", Map.of("publishTopicDefaultAction", "disallow"));
    sandbox.vpn().addPublishException("default", "stripe/*/v1/>");
    Client client = sandbox.connect();

    assertThat(refusalOf(client, Client.message("m"), "other"))
        .isEqualTo(JCSMPErrorResponseSubcodeEx.PUBLISH_ACL_DENIED);
    assertThat(refusalOf(client, Client.message("m"), "stripe/webhook/v1/charge/failed")).isZero();
    assertThat(sandbox.queue("q").depth()).isEqualTo(1);
  }

  @Test
  void checksTheAclForQueues() throws Exception {
    sandbox.openQueue("stripe.q", Map.of());
    sandbox.openQueue("other", Map.of());
    sandbox.vpn().updateAclProfile("default", Map.of("publishTopicDefaultAction", "disallow"));
    sandbox.vpn().addPublishException("default", "#P2P/QUE/stripe.*");
    Client client = sandbox.connect();

    client.send(Client.message("m"), Client.queue("other"));
    assertThat(client.result().subcode()).isEqualTo(JCSMPErrorResponseSubcodeEx.PUBLISH_ACL_DENIED);
    client.send(Client.message("m"), Client.queue("stripe.q"));
    assertThat(client.result().subcode()).isZero();
    assertThat(sandbox.queue("stripe.q").depth()).isEqualTo(1);
  }

  @Test
  void refusesMessagesBeyondTheQueuesQuota() throws Exception {
    sandbox.openQueue("q", Map.of("maxMsgSpoolUsage", 1), "t");
    Client client = sandbox.connect();
    String large = "x".repeat(400_000);

    assertThat(refusalOf(client, Client.message(large), "t")).isZero();
    assertThat(refusalOf(client, Client.message(large), "t")).isZero();
    assertThat(refusalOf(client, Client.message(large), "t"))
        .isEqualTo(JCSMPErrorResponseSubcodeEx.SPOOL_OVER_QUOTA);
    assertThat(sandbox.queue("q").counter("maxMsgSpoolUsageExceededDiscardedMsgCount"))
        .isEqualTo(1);

    // Consuming makes room again.
    try (Client.BoundConsumer consumer = client.consume("q")) {
      consumer.next().ackMessage();
      Fixture.await("room", () -> sandbox.queue("q").depth() == 1);
    }
    assertThat(refusalOf(client, Client.message(large), "t")).isZero();
  }

  @Test
  void refusesMessagesBeyondTheVpnsQuota() throws Exception {
    sandbox.openQueue("q", Map.of(), "t");
    sandbox.vpn().update(Map.of("maxMsgSpoolUsage", 0));

    assertThat(refusalOf("t")).isEqualTo(JCSMPErrorResponseSubcodeEx.SPOOL_OVER_QUOTA);
    assertThat(sandbox.queue("q").depth()).isZero();
  }

  @Test
  void refusesMessagesBeyondTheHeapLimitAndContinues() throws Exception {
    SandboxOptions.Limits limits = SandboxOptions.Limits.ofThisHeap().withSpoolBytes(100_000);
    try (Fixture small = new Fixture(wire, SandboxOptions.defaults().withLimits(limits))) {
      small.openQueue("q", Map.of(), "t");
      Client client = small.connect();
      String kilobyte = "x".repeat(1_000);
      int accepted = 0;
      while (refusalOf(client, Client.message(kilobyte), "t") == 0) {
        accepted++;
      }
      assertThat(accepted).isBetween(70, 99);
      assertThat(refusalOf(client, Client.message(kilobyte), "t"))
          .isEqualTo(JCSMPErrorResponseSubcodeEx.SPOOL_OVER_QUOTA);

      try (Client.BoundConsumer consumer = client.consume("q")) {
        for (int i = 0; i < accepted; i++) {
          consumer.next().ackMessage();
        }
        Fixture.await("an empty queue", () -> small.queue("q").depth() == 0);
      }
      assertThat(refusalOf(client, Client.message(kilobyte), "t")).isZero();
    }
  }

  @Test
  void refusesMessagesTooLargeForTheQueue() throws Exception {
    sandbox.openQueue("q", Map.of("maxMsgSize", 1_000), "t");

    assertThat(refusalOf(sandbox.connect(), Client.message("x".repeat(1_001)), "t"))
        .isEqualTo(JCSMPErrorResponseSubcodeEx.MESSAGE_TOO_LARGE);
    assertThat(sandbox.queue("q").counter("maxMsgSizeExceededDiscardedMsgCount")).isEqualTo(1);
  }

  @Test
  void dropsSilentlyForADisabledQueueByDefault() throws Exception {
    sandbox.openQueue("q", Map.of("ingressEnabled", false), "t");

    assertThat(refusalOf("t")).isZero();
    assertThat(sandbox.queue("q").depth()).isZero();
    assertThat(sandbox.queue("q").counter("disabledDiscardedMsgCount")).isEqualTo(1);
  }

  @Test
  void refusesForADisabledQueueThatAlwaysNotifies() throws Exception {
    sandbox.openQueue(
        "q", Map.of("ingressEnabled", false, "rejectMsgToSenderOnDiscardBehavior", "always"), "t");

    assertThat(refusalOf("t")).isEqualTo(JCSMPErrorResponseSubcodeEx.QUEUE_SHUTDOWN);
  }

  @Test
  void dropsSilentlyWhenTheQueueNeverNotifies() throws Exception {
    sandbox.openQueue(
        "q", Map.of("maxMsgSize", 100, "rejectMsgToSenderOnDiscardBehavior", "never"), "t");

    assertThat(refusalOf(sandbox.connect(), Client.message("x".repeat(200)), "t")).isZero();
    assertThat(sandbox.queue("q").depth()).isZero();
  }

  @Test
  void givesAMessageToAllItsQueuesOrToNone() throws Exception {
    sandbox.openQueue("one", Map.of(), "t");
    sandbox.openQueue("two", Map.of("maxMsgSize", 100), "t");
    sandbox.openQueue("three", Map.of(), "t");

    assertThat(refusalOf(sandbox.connect(), Client.message("x".repeat(200)), "t"))
        .isEqualTo(JCSMPErrorResponseSubcodeEx.MESSAGE_TOO_LARGE);
    for (String queue : new String[] {"one", "two", "three"}) {
      assertThat(sandbox.queue(queue).depth()).as(queue).isZero();
    }

    assertThat(refusalOf("t")).isZero();
    for (String queue : new String[] {"one", "two", "three"}) {
      assertThat(sandbox.queue(queue).depth()).as(queue).isEqualTo(1);
    }
  }

  @Test
  void storesAMessageOnceInAQueueThatMatchesTwice() throws Exception {
    sandbox.openQueue("q", Map.of(), "a/b", "a/*", "a/>", ">");

    assertThat(refusalOf("a/b")).isZero();
    assertThat(sandbox.queue("q").depth()).isEqualTo(1);
  }

  @Test
  void publishesToAQueueByName() throws Exception {
    sandbox.openQueue("q", Map.of());
    Client client = sandbox.connect();

    client.send(Client.message("here"), Client.queue("q"));
    assertThat(client.result()).isEqualTo(Result.acked("here"));
    assertThat(sandbox.queue("q").recorded().getFirst().isToQueue()).isTrue();

    client.send(Client.message("there"), Client.queue("nowhere"));
    assertThat(client.result().subcode()).isEqualTo(JCSMPErrorResponseSubcodeEx.QUEUE_NOT_FOUND);
  }

  @Test
  void continuesAfterARefusal() throws Exception {
    sandbox.openQueue("q", Map.of("maxMsgSize", 100), "t");
    Client client = sandbox.connect();
    for (int i = 0; i < 20; i++) {
      client.send(Client.message(i % 3 == 1 ? "x".repeat(200 + i) : "m" + i), Client.topic("t"));
    }

    ArrayList<Integer> refused = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      if (client.result().subcode() != 0) {
        refused.add(i);
      }
    }
    assertThat(refused).containsExactly(1, 4, 7, 10, 13, 16, 19);
    assertThat(sandbox.queue("q").depth()).isEqualTo(13);
  }

  @Test
  void keepsSeveralPublisherFlowsOfAClientApart() throws Exception {
    sandbox.openQueue("q", Map.of(), "t");
    Client client = sandbox.connect();
    client.publish("t", "first");
    ProducerFlowProperties properties = new ProducerFlowProperties();
    properties.setWindowSize(20);
    LinkedBlockingQueue<Object> results = new LinkedBlockingQueue<>();
    XMLMessageProducer second =
        client.session.createProducer(
            properties,
            new JCSMPStreamingPublishCorrelatingEventHandler() {
              @Override
              public void responseReceivedEx(Object key) {
                results.add(key);
              }

              @Override
              public void handleErrorEx(Object key, JCSMPException cause, long timestamp) {
                results.add(cause);
              }
            });
    for (int i = 0; i < 10; i++) {
      second.send(Client.message("s" + i), Client.topic("t"));
      client.send(Client.message("f" + i), Client.topic("t"));
    }
    for (int i = 0; i < 10; i++) {
      assertThat(client.result()).isEqualTo(Result.acked("f" + i));
      assertThat(Client.take(results)).isEqualTo("s" + i);
    }
    second.close();
    assertThat(sandbox.queue("q").depth()).isEqualTo(21);
  }

  @Test
  void acceptsDirectMessagesInBetween() throws Exception {
    sandbox.openQueue("q", Map.of(), "t");
    Client client = sandbox.connect();
    BytesMessage direct = JCSMPFactory.onlyInstance().createMessage(BytesMessage.class);
    direct.setData(new byte[] {1});
    client.send(direct, Client.topic("elsewhere"));
    client.publish("t", "one");
    client.send(direct, Client.topic("elsewhere"));
    client.send(direct, Client.topic("elsewhere"));

    client.publish("t", "two", "three");
    assertThat(sandbox.queue("q").depth()).isEqualTo(3);
  }
}
