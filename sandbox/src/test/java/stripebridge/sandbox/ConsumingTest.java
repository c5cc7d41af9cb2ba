package stripebridge.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.solacesystems.jcsmp.AccessDeniedException;
import com.solacesystems.jcsmp.BytesMessage;
import com.solacesystems.jcsmp.BytesXMLMessage;
import com.solacesystems.jcsmp.ConsumerFlowProperties;
import com.solacesystems.jcsmp.FlowEvent;
import com.solacesystems.jcsmp.FlowReceiver;
import com.solacesystems.jcsmp.JCSMPErrorResponseException;
import com.solacesystems.jcsmp.JCSMPErrorResponseSubcodeEx;
import com.solacesystems.jcsmp.JCSMPProperties;
import com.solacesystems.jcsmp.XMLMessage.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(SmfTransport.class)
class ConsumingTest {
  private static final Map<String, Object> SHARED = Map.of("accessType", "non-exclusive");

  private final Fixture sandbox;

  ConsumingTest(SmfTransport wire) {
    this.sandbox = new Fixture(wire);
  }

  @AfterEach
  void close() {
    sandbox.close();
  }

  private void awaitDepth(String queue, long depth) throws InterruptedException {
    Fixture.await(
        "queue '" + queue + "' has " + depth + " messages",
        () -> sandbox.queue(queue).depth() == depth);
  }

  private static List<String> texts(int count) {
    ArrayList<String> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      texts.add("m" + i);
    }
    return texts;
  }

  @Test
  void deliversInOrderAndDeletesAcknowledgedMessages() throws Exception {
    sandbox.openQueue("q", Map.of(), "t");
    Client client = sandbox.connect();
    try (Client.BoundConsumer consumer = client.consume("q")) {
      client.publish("t", texts(100).toArray(String[]::new));

      for (String text : texts(100)) {
        BytesXMLMessage message = consumer.next();
        assertThat(Client.text(message)).isEqualTo(text);
        assertThat(message.getRedelivered()).isFalse();
        message.ackMessage();
      }
      awaitDepth("q", 0);
    }
  }

  @Test
  void keepsUnacknowledgedMessages() throws Exception {
    sandbox.openQueue("q", Map.of(), "t");
    Client client = sandbox.connect();
    client.publish("t", "one", "two", "three");
    try (Client.BoundConsumer consumer = client.consume("q")) {
      assertThat(consumer.nextTexts(3)).containsExactly("one", "two", "three");
      assertThat(sandbox.queue("q").unacknowledged()).isEqualTo(3);
    }
    assertThat(sandbox.queue("q").depth()).isEqualTo(3);
    assertThat(sandbox.queue("q").unacknowledged()).isZero();

    try (Client.BoundConsumer consumer = client.consume("q")) {
      for (String text : List.of("one", "two", "three")) {
        BytesXMLMessage message = consumer.next();
        assertThat(Client.text(message)).isEqualTo(text);
        assertThat(message.getRedelivered()).isTrue();
      }
    }
  }

  @Test
  void takesAcknowledgementsInAnyOrder() throws Exception {
    sandbox.openQueue("q", Map.of(), "t");
    Client client = sandbox.connect();
    client.publish("t", texts(10).toArray(String[]::new));
    try (Client.BoundConsumer consumer = client.consume("q")) {
      for (int i = 0; i < 10; i++) {
        BytesXMLMessage message = consumer.next();
        if (i % 2 == 1) {
          message.ackMessage();
        }
      }
      awaitDepth("q", 5);
    }
    assertThat(sandbox.queue("q").messages())
        .extracting(RecordedMessage::text)
        .containsExactly("m0", "m2", "m4", "m6", "m8");
  }

  @Test
  void deliversAnExclusiveQueueToTheFirstConsumerAndThenToTheNext() throws Exception {
    sandbox.openQueue("q", Map.of(), "t");
    Client client = sandbox.connect();
    Client.BoundConsumer first = client.consume("q", it -> it.setActiveFlowIndication(true));
    Client.BoundConsumer second = client.consume("q", it -> it.setActiveFlowIndication(true));
    assertThat(Client.take(first.events)).isEqualTo(FlowEvent.FLOW_ACTIVE);
    client.publish("t", texts(5).toArray(String[]::new));
    assertThat(first.nextTexts(5)).containsExactlyElementsOf(texts(5));
    assertThat(second.received).isEmpty();

    first.close();

    assertThat(second.nextTexts(5)).containsExactlyElementsOf(texts(5));
    Fixture.await("the second is active", () -> second.events.contains(FlowEvent.FLOW_ACTIVE));
    second.close();
  }

  @Test
  void spreadsANonExclusiveQueueOverAllConsumers() throws Exception {
    sandbox.openQueue("q", SHARED, "t");
    Client client = sandbox.connect();
    Client.BoundConsumer one = client.consume("q");
    // On the publisher's connection: a flow's start is not confirmed, but comes before the
    // messages.
    Client.BoundConsumer two = client.consume("q");
    client.publish("t", texts(10).toArray(String[]::new));

    assertThat(one.nextTexts(5)).hasSize(5);
    assertThat(two.nextTexts(5)).hasSize(5);
    one.close();
    assertThat(two.nextTexts(5)).hasSize(5);
    two.close();
  }

  @Test
  void sendsNoMoreThanTheWindow() throws Exception {
    sandbox.openQueue("q", Map.of(), "t");
    Client client = sandbox.connect();
    client.publish("t", texts(20).toArray(String[]::new));
    // Without a listener, the client's own queue is full after one window.
    ConsumerFlowProperties properties = new com.solacesystems.jcsmp.ConsumerFlowProperties();
    properties.setEndpoint(Client.queue("q"));
    properties.setAckMode(JCSMPProperties.SUPPORTED_MESSAGE_ACK_CLIENT);
    properties.setTransportWindowSize(5);
    FlowReceiver flow = client.session.createFlow(null, properties);
    flow.start();
    Fixture.await("a full window", () -> sandbox.queue("q").unacknowledged() >= 5);
    assertThat(sandbox.queue("q").unacknowledged()).isLessThanOrEqualTo(6);

    for (String text : texts(20)) {
      BytesXMLMessage message = java.util.Objects.requireNonNull(flow.receive(20_000));
      assertThat(Client.text(message)).isEqualTo(text);
      message.ackMessage();
    }
    awaitDepth("q", 0);
    flow.close();
  }

  @Test
  void waitsWhileAFlowIsStopped() throws Exception {
    sandbox.openQueue("q", SHARED, "t");
    Client client = sandbox.connect();
    Client.BoundConsumer stopped = client.consume("q");
    stopped.flow.stop();
    // The bind follows the stop on the same connection, so the broker has seen the stop.
    Client.BoundConsumer running = client.consume("q");
    client.publish("t", texts(4).toArray(String[]::new));

    assertThat(running.nextTexts(4)).containsExactlyElementsOf(texts(4));
    assertThat(stopped.received).isEmpty();

    running.close();
    stopped.flow.start();
    assertThat(stopped.nextTexts(4)).containsExactlyElementsOf(texts(4));
    stopped.close();
  }

  @Test
  void sendsNoMoreUnacknowledgedMessagesThanAllowed() throws Exception {
    sandbox.openQueue("q", Map.of("maxDeliveredUnackedMsgsPerFlow", 3), "t");
    Client client = sandbox.connect();
    client.publish("t", texts(10).toArray(String[]::new));
    try (Client.BoundConsumer consumer = client.consume("q")) {
      ArrayList<BytesXMLMessage> unacked = new ArrayList<com.solacesystems.jcsmp.BytesXMLMessage>();
      for (int i = 0; i < 3; i++) {
        unacked.add(consumer.next());
      }
      assertThat(sandbox.queue("q").unacknowledged()).isEqualTo(3);
      assertThat(consumer.received).isEmpty();

      for (int i = 3; i < 10; i++) {
        unacked.removeFirst().ackMessage();
        unacked.add(consumer.next());
      }
      assertThat(Client.text(unacked.getLast())).isEqualTo("m9");
    }
  }

  @Test
  void redeliversFailedMessages() throws Exception {
    sandbox.openQueue("q", Map.of("deliveryCountEnabled", true), "t");
    Client client = sandbox.connect();
    client.publish("t", "one", "two");
    try (Client.BoundConsumer consumer = client.consume("q")) {
      BytesXMLMessage one = consumer.next();
      BytesXMLMessage two = consumer.next();
      assertThat(one.getDeliveryCount()).isEqualTo(1);
      one.settle(Outcome.FAILED);

      BytesXMLMessage again = consumer.next();
      assertThat(Client.text(again)).isEqualTo("one");
      assertThat(again.getRedelivered()).isTrue();
      assertThat(again.getDeliveryCount()).isEqualTo(2);
      assertThat(again.getReplicationGroupMessageId().toString())
          .isEqualTo(sandbox.queue("q").messages().getFirst().replicationGroupMessageId());
      again.settle(Outcome.ACCEPTED);
      two.settle(Outcome.ACCEPTED);
      awaitDepth("q", 0);
    }
    assertThat(sandbox.queue("q").counter("redeliveredMsgCount")).isEqualTo(1);
  }

  @Test
  void sendsTheDeliveryCountOnlyWhenTheQueueEnablesIt() throws Exception {
    sandbox.openQueue("q", Map.of(), "t");
    Client client = sandbox.connect();
    client.publish("t", "one");
    try (Client.BoundConsumer consumer = client.consume("q")) {
      BytesXMLMessage message = consumer.next();
      assertThatThrownBy(message::getDeliveryCount)
          .isInstanceOf(UnsupportedOperationException.class);
    }
  }

  @Test
  void stopsAfterTheMaximumOfRedeliveries() throws Exception {
    sandbox.openQueue("dmq", Map.of());
    sandbox.openQueue("q", Map.of("maxRedeliveryCount", 2, "deadMsgQueue", "dmq"), "t");
    Client client = sandbox.connect();
    client.publish("t", "poison", "fine");
    try (Client.BoundConsumer consumer = client.consume("q")) {
      int tries = 0;
      while (sandbox.queue("dmq").depth() == 0) {
        BytesXMLMessage message = consumer.next();
        if (Client.text(message).equals("poison")) {
          tries++;
          message.settle(Outcome.FAILED);
          int done = tries;
          Fixture.await(
              "a redelivery or the end",
              () -> !consumer.received.isEmpty() || sandbox.queue("dmq").depth() == done - 2);
        } else {
          message.ackMessage();
        }
      }
      assertThat(tries).isEqualTo(3);
      awaitDepth("q", 0);
    }
    assertThat(sandbox.queue("q").counter("maxRedeliveryExceededToDmqMsgCount")).isEqualTo(1);
    assertThat(sandbox.queue("dmq").messages())
        .extracting(RecordedMessage::text)
        .containsExactly("poison");
  }

  @Test
  void neverRedeliversWhenRedeliveryIsDisabled() throws Exception {
    sandbox.openQueue("q", Map.of("redeliveryEnabled", false), "t");
    Client client = sandbox.connect();
    client.publish("t", "once");
    try (Client.BoundConsumer consumer = client.consume("q")) {
      consumer.next().settle(Outcome.FAILED);
      awaitDepth("q", 0);
    }
    assertThat(sandbox.queue("q").counter("maxRedeliveryExceededDiscardedMsgCount")).isEqualTo(1);
  }

  @Test
  void countsNoDeliveryThatWasNeverSent() throws Exception {
    sandbox.openQueue("q", Map.of("maxRedeliveryCount", 1), "t");
    Client client = sandbox.connect();
    client.publish("t", "one");
    for (int i = 0; i < 5; i++) {
      // The flow is bound but never started, so nothing is delivered.
      client.bind(Client.queue("q"), _ -> {}, null).close();
    }
    assertThat(sandbox.queue("q").depth()).isEqualTo(1);
  }

  @Test
  void checksThePermissionToConsume() throws Exception {
    sandbox.openQueue("closed", Map.of("permission", "no-access"), "t");
    sandbox.openQueue("own", Map.of("permission", "no-access", "owner", "default"), "t");
    sandbox.openQueue("readable", Map.of("permission", "read-only"), "t");
    Client client = sandbox.connect();

    assertThatThrownBy(() -> client.consume("closed")).isInstanceOf(AccessDeniedException.class);
    assertThatThrownBy(() -> client.consume("readable")).isInstanceOf(AccessDeniedException.class);
    client.consume("own").close();
    sandbox
        .vpn()
        .updateClientUsername(
            "default", Map.of("guaranteedEndpointPermissionOverrideEnabled", true));
    sandbox.connect().consume("closed").close();
  }

  @Test
  void refusesAnUnknownQueue() throws Exception {
    Client client = sandbox.connect();

    assertThat(Fixture.subcodeOf(() -> client.consume("nowhere")))
        .isEqualTo(JCSMPErrorResponseSubcodeEx.UNKNOWN_QUEUE_NAME);
  }

  @Test
  void refusesMoreBindsThanAllowed() throws Exception {
    sandbox.openQueue("q", Map.of("accessType", "non-exclusive", "maxBindCount", 2));
    Client client = sandbox.connect();
    client.consume("q");
    Client.BoundConsumer second = client.consume("q");

    assertThat(Fixture.subcodeOf(() -> client.consume("q")))
        .isEqualTo(JCSMPErrorResponseSubcodeEx.MAX_CLIENTS_FOR_QUEUE);
    second.close();
    client.consume("q").close();
    assertThat(sandbox.queue("q").counter("maxBindCountExceededBindFailureCount")).isEqualTo(1);
  }

  @Test
  void unbindsWhenEgressIsDisabled() throws Exception {
    sandbox.openQueue("q", Map.of(), "t");
    Client client = sandbox.connect();
    client.publish("t", "one");
    Client.BoundConsumer consumer = client.consume("q");
    consumer.next();

    sandbox.vpn().updateQueue("q", Map.of("egressEnabled", false));

    assertThat(((JCSMPErrorResponseException) cause(Client.take(consumer.errors))).getSubcodeEx())
        .isEqualTo(JCSMPErrorResponseSubcodeEx.QUEUE_SHUTDOWN);
    assertThat(sandbox.queue("q").unacknowledged()).isZero();
    assertThat(Fixture.subcodeOf(() -> client.consume("q")))
        .isEqualTo(JCSMPErrorResponseSubcodeEx.QUEUE_SHUTDOWN);
  }

  private static Throwable cause(Throwable thrown) {
    return thrown instanceof JCSMPErrorResponseException || thrown.getCause() == null
        ? thrown
        : thrown.getCause();
  }

  @Test
  void rebindsAfterAChangeThatDisablesEgressForAMoment() throws Exception {
    sandbox.openQueue("q", Map.of(), "t");
    Client client = sandbox.connect();
    Client.BoundConsumer consumer = client.consume("q");

    sandbox.vpn().updateQueue("q", SHARED);

    Fixture.await("it is bound again", () -> sandbox.queue("q").binds() == 1);
    client.publish("t", "one");
    assertThat(consumer.nextTexts(1)).containsExactly("one");
  }

  @Test
  void deliversByPriorityWhenTheQueueRespectsIt() throws Exception {
    sandbox.openQueue("q", Map.of("respectMsgPriorityEnabled", true), "t");
    Client client = sandbox.connect();
    for (int priority : new int[] {1, 9, 4, 9, 0}) {
      BytesMessage message = Client.message("p" + priority);
      message.setPriority(priority);
      client.send(message, Client.topic("t"));
      client.result();
    }
    try (Client.BoundConsumer consumer = client.consume("q")) {
      assertThat(consumer.nextTexts(5)).containsExactly("p9", "p9", "p4", "p1", "p0");
    }
  }

  @Test
  void deliversEveryMessageOnceToManyConsumersThatComeAndGo() throws Exception {
    sandbox.openQueue("q", SHARED, "t");
    Client client = sandbox.connect();
    client.publish("t", texts(200).toArray(String[]::new));
    ArrayList<String> seen = new ArrayList<>();
    while (seen.size() < 200) {
      try (Client.BoundConsumer consumer = sandbox.connect().consume("q")) {
        for (int i = 0; i < 20; i++) {
          BytesXMLMessage message = consumer.next();
          seen.add(Client.text(message));
          message.ackMessage();
        }
        long left = 200L - seen.size();
        awaitDepth("q", left);
      }
    }
    assertThat(seen).containsExactlyElementsOf(texts(200));
  }
}
