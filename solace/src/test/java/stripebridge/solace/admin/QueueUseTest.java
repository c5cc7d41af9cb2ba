package stripebridge.solace.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.solacesystems.jcsmp.BytesXMLMessage;
import com.solacesystems.jcsmp.ConsumerFlowProperties;
import com.solacesystems.jcsmp.DeliveryMode;
import com.solacesystems.jcsmp.FlowReceiver;
import com.solacesystems.jcsmp.JCSMPException;
import com.solacesystems.jcsmp.JCSMPFactory;
import com.solacesystems.jcsmp.JCSMPProperties;
import com.solacesystems.jcsmp.JCSMPSession;
import com.solacesystems.jcsmp.JCSMPStreamingPublishCorrelatingEventHandler;
import com.solacesystems.jcsmp.XMLMessageProducer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.QueueFlow;
import stripebridge.core.broker.QueueStatus;

/// SEMP reports what the official client published and consumed.
class QueueUseTest {
  private final WatchedBroker broker = new WatchedBroker();
  private @Nullable JCSMPSession session;

  @AfterEach
  void stop() {
    if (session != null) {
      session.closeSession();
    }
    broker.close();
  }

  @Test
  void countsMessagesAndNamesConsumers() throws Exception {
    broker
        .sandbox
        .vpn("default")
        .createOpenQueue("in.one", "a/>")
        .createOpenQueue("out", "b")
        .updateQueue("in.one", Map.of("deadMsgQueue", "dmq"));
    SempBrokerAdmin admin = broker.admin();
    JCSMPSession client = connect();
    publish(client, "a/1", "a/2", "a/3");

    FlowReceiver flow = client.createFlow(null, consuming("in.one"), null, null);
    flow.start();
    BytesXMLMessage message = flow.receive(10_000);

    assertThat(message).isNotNull();
    QueueStatus status = admin.queue("in.one").orElseThrow();
    assertThat(status.depth()).isEqualTo(3);
    assertThat(status.boundFlows()).isEqualTo(1);
    assertThat(status.spooledBytes()).isPositive();
    assertThat(status.deadMsgQueue()).isEqualTo("dmq");
    assertThat(status.ingressEnabled()).isTrue();
    assertThat(status.counters().spooled()).isEqualTo(3);
    assertThat(status.counters().discarded()).isEmpty();
    assertThat(admin.queues("in.")).extracting(QueueStatus::name).containsExactly("in.one");
    assertThat(admin.queues("")).hasSize(2);
    assertThat(admin.flows("in.one"))
        .singleElement()
        .satisfies(bound -> {
          assertThat(bound.clientName()).isEqualTo("consumer/1");
          assertThat(bound.activity()).isEqualTo("active-consumer");
          assertThat(bound.boundSince()).isAfter("2026-01-01T00:00:00Z");
        });
    assertThat(admin.flows("out")).isEqualTo(List.<QueueFlow>of());
    assertThat(admin.subscriptions("in.one")).containsExactly("a/>");
    assertThat(status.counted()).isTrue();
    assertThat(admin.spooledAt("in.one", status.oldestMessageId()))
        .hasValueSatisfying(at -> assertThat(at).isAfter("2026-01-01T00:00:00Z"));
    assertThat(admin.spooledAt("in.one", status.oldestMessageId() + 1_000)).isEmpty();
    assertThat(admin.spooledAt("nowhere", 1)).isEmpty();
  }

  @Test
  void countsTheMessagesThatAShutQueueDrops() throws Exception {
    broker
        .sandbox
        .vpn("default")
        .createOpenQueue("q", "a")
        .updateQueue("q", Map.of("rejectMsgToSenderOnDiscardBehavior", "never"));
    SempBrokerAdmin admin = broker.admin();

    admin.setIngress("q", false);
    publish(connect(), "a");

    QueueStatus status = admin.queue("q").orElseThrow();
    assertThat(status.ingressEnabled()).isFalse();
    assertThat(status.depth()).isZero();
    assertThat(status.counters().discarded()).isEqualTo(Map.of("disabledDiscardedMsgCount", 1L));

    admin.setIngress("q", true);
    admin.setEgress("q", false);

    assertThat(admin.queue("q").orElseThrow())
        .extracting(QueueStatus::ingressEnabled, QueueStatus::egressEnabled)
        .containsExactly(true, false);
  }

  @Test
  void refusesAQueueThatDoesNotExist() throws Exception {
    SempBrokerAdmin admin = broker.admin();

    assertThat(admin.queue("nowhere")).isEmpty();
    SempBrokerAdmin elsewhere = broker.admin(WatchedBroker.ADMIN, "none", SempOptions.DEFAULTS);
    assertThatThrownBy(() -> elsewhere.queues(""))
        .isInstanceOf(BrokerException.Invalid.class)
        .hasMessageStartingWith("cannot read how the queues of message VPN 'none' are used: ");
    assertThatThrownBy(() -> admin.flows("nowhere"))
        .isInstanceOf(BrokerException.Conflict.class)
        .hasMessageStartingWith(
            "cannot read the flows of queue 'nowhere' in message VPN 'default': ");
    assertThatThrownBy(() -> admin.subscriptions("nowhere"))
        .isInstanceOf(BrokerException.Conflict.class)
        .hasMessageStartingWith(
            "cannot read the subscriptions of queue 'nowhere' in message VPN 'default': ");
    assertThatThrownBy(() -> admin.setEgress("nowhere", true))
        .isInstanceOf(BrokerException.Conflict.class);
  }

  private JCSMPSession connect() throws JCSMPException {
    JCSMPProperties properties = new JCSMPProperties();
    properties.setProperty(JCSMPProperties.HOST, broker.sandbox.smfUri());
    properties.setProperty(JCSMPProperties.VPN_NAME, "default");
    properties.setProperty(JCSMPProperties.USERNAME, "default");
    properties.setProperty(JCSMPProperties.PASSWORD, "default");
    properties.setProperty(JCSMPProperties.CLIENT_NAME, "consumer/1");
    JCSMPSession client = JCSMPFactory.onlyInstance().createSession(properties);
    session = client;
    client.connect();
    return client;
  }

  private static ConsumerFlowProperties consuming(String queue) {
    ConsumerFlowProperties properties = new ConsumerFlowProperties();
    properties.setEndpoint(JCSMPFactory.onlyInstance().createQueue(queue));
    properties.setAckMode(JCSMPProperties.SUPPORTED_MESSAGE_ACK_CLIENT);
    return properties;
  }

  private static void publish(JCSMPSession client, String... topics) throws Exception {
    BlockingQueue<Object> settled = new LinkedBlockingQueue<>();
    XMLMessageProducer producer =
        client.getMessageProducer(
            new JCSMPStreamingPublishCorrelatingEventHandler() {
              @Override
              public void responseReceivedEx(Object key) {
                settled.add(key);
              }

              @Override
              public void handleErrorEx(Object key, JCSMPException cause, long timestamp) {
                settled.add(cause);
              }
            });
    for (String topic : topics) {
      BytesXMLMessage message = JCSMPFactory.onlyInstance().createMessage(BytesXMLMessage.class);
      message.setDeliveryMode(DeliveryMode.PERSISTENT);
      message.setCorrelationKey(topic);
      message.setAckImmediately(true);
      producer.send(message, JCSMPFactory.onlyInstance().createTopic(topic));
      assertThat(settled.poll(10, TimeUnit.SECONDS)).isEqualTo(topic);
    }
  }
}
