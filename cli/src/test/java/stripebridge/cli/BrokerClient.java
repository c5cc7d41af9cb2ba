package stripebridge.cli;

import com.solacesystems.jcsmp.Browser;
import com.solacesystems.jcsmp.BrowserProperties;
import com.solacesystems.jcsmp.BytesMessage;
import com.solacesystems.jcsmp.BytesXMLMessage;
import com.solacesystems.jcsmp.ConsumerFlowProperties;
import com.solacesystems.jcsmp.DeliveryMode;
import com.solacesystems.jcsmp.FlowReceiver;
import com.solacesystems.jcsmp.JCSMPException;
import com.solacesystems.jcsmp.JCSMPFactory;
import com.solacesystems.jcsmp.JCSMPProperties;
import com.solacesystems.jcsmp.JCSMPSession;
import com.solacesystems.jcsmp.JCSMPStreamingPublishCorrelatingEventHandler;
import com.solacesystems.jcsmp.TextMessage;
import com.solacesystems.jcsmp.XMLMessage;
import com.solacesystems.jcsmp.XMLMessage.Outcome;
import com.solacesystems.jcsmp.XMLMessageProducer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import stripebridge.sandbox.SandboxBroker;

/// Publishes and consumes with Solace's own client, for tests of commands that read queues.
public final class BrokerClient implements AutoCloseable {
  private static final int SECONDS_MAX = 30;

  private final JCSMPSession session;
  private final List<BytesXMLMessage> received = new ArrayList<>();

  public BrokerClient(SandboxBroker broker, String name) throws JCSMPException {
    JCSMPProperties properties = new JCSMPProperties();
    properties.setProperty(JCSMPProperties.HOST, broker.smfUri());
    properties.setProperty(JCSMPProperties.VPN_NAME, "default");
    properties.setProperty(JCSMPProperties.USERNAME, "default");
    properties.setProperty(JCSMPProperties.PASSWORD, "default");
    properties.setProperty(JCSMPProperties.CLIENT_NAME, name);
    session = JCSMPFactory.onlyInstance().createSession(properties);
    session.connect();
  }

  /// Publishes messages of this size, each acknowledged by the broker.
  public BrokerClient publish(String topic, int messages, int bytes) throws Exception {
    for (int i = 0; i < messages; i++) {
      BytesMessage message = JCSMPFactory.onlyInstance().createMessage(BytesMessage.class);
      message.setData(new byte[bytes]);
      message.setDMQEligible(true);
      publish(topic, message);
    }
    return this;
  }

  /// Publishes a text, with an application message id.
  public BrokerClient publish(String topic, String id, String text) throws Exception {
    TextMessage message = JCSMPFactory.onlyInstance().createMessage(TextMessage.class);
    message.setText(text);
    message.setApplicationMessageId(id);
    return publish(topic, message);
  }

  /// Publishes a message as PERSISTENT, acknowledged by the broker.
  public BrokerClient publish(String topic, XMLMessage message) throws Exception {
    message.setDeliveryMode(DeliveryMode.PERSISTENT);
    return publishAsItIs(topic, message);
  }

  /// Publishes a message in its own delivery mode, acknowledged by the broker.
  public BrokerClient publishAsItIs(String topic, XMLMessage message) throws Exception {
    CompletableFuture<@Nullable Void> acknowledged = new CompletableFuture<>();
    XMLMessageProducer producer =
        session.getMessageProducer(
            new JCSMPStreamingPublishCorrelatingEventHandler() {
              @Override
              public void responseReceivedEx(Object key) {
                acknowledged.complete(null);
              }

              @Override
              public void handleErrorEx(Object key, JCSMPException cause, long timestamp) {
                acknowledged.completeExceptionally(cause);
              }
            });
    message.setAckImmediately(true);
    message.setCorrelationKey("");
    try {
      producer.send(message, JCSMPFactory.onlyInstance().createTopic(topic));
      Void _ = acknowledged.get(SECONDS_MAX, TimeUnit.SECONDS);
    } finally {
      producer.close();
    }
    return this;
  }

  /// Browses messages, oldest first.
  public List<BytesXMLMessage> browse(String queue, int messages) throws JCSMPException {
    BrowserProperties properties = new BrowserProperties();
    properties.setEndpoint(JCSMPFactory.onlyInstance().createQueue(queue));
    Browser browser = session.createBrowser(properties);
    List<BytesXMLMessage> seen = new ArrayList<>();
    while (seen.size() < messages) {
      BytesXMLMessage message = browser.getNext(SECONDS_MAX * 1_000);
      if (message == null) {
        throw new AssertionError("no message on " + queue);
      }
      seen.add(message);
    }
    browser.close();
    return seen;
  }

  /// Receives messages, rejects the first ones and does not settle the others. The consumer stays
  /// bound.
  public BrokerClient consume(String queue, int messages, int rejected) throws JCSMPException {
    ConsumerFlowProperties properties = new ConsumerFlowProperties();
    properties.setEndpoint(JCSMPFactory.onlyInstance().createQueue(queue));
    properties.setAckMode(JCSMPProperties.SUPPORTED_MESSAGE_ACK_CLIENT);
    properties.addRequiredSettlementOutcomes(Outcome.REJECTED);
    FlowReceiver flow = session.createFlow(null, properties, null, null);
    flow.start();
    for (int i = 0; i < messages; i++) {
      BytesXMLMessage message = flow.receive(SECONDS_MAX * 1_000);
      if (message == null) {
        throw new AssertionError("no message on " + queue);
      }
      received.add(message);
      if (i < rejected) {
        message.settle(Outcome.REJECTED);
      }
    }
    return this;
  }

  /// All received messages.
  public List<BytesXMLMessage> received() {
    return received;
  }

  @Override
  public void close() {
    session.closeSession();
  }
}
