package stripebridge.bench.tools;

import com.solacesystems.jcsmp.BytesMessage;
import com.solacesystems.jcsmp.BytesXMLMessage;
import com.solacesystems.jcsmp.ConsumerFlowProperties;
import com.solacesystems.jcsmp.DeliveryMode;
import com.solacesystems.jcsmp.Destination;
import com.solacesystems.jcsmp.FlowReceiver;
import com.solacesystems.jcsmp.JCSMPException;
import com.solacesystems.jcsmp.JCSMPFactory;
import com.solacesystems.jcsmp.JCSMPProperties;
import com.solacesystems.jcsmp.JCSMPSession;
import com.solacesystems.jcsmp.JCSMPStreamingPublishCorrelatingEventHandler;
import com.solacesystems.jcsmp.SDTMap;
import com.solacesystems.jcsmp.XMLMessageProducer;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import stripebridge.sandbox.SandboxBroker;

/// The official client alone, at full speed: it fills a queue, consumes it, or republishes its
/// messages.
public final class RawClient implements AutoCloseable {
  private static final int WINDOW = 255;

  private final JCSMPSession session;

  private RawClient(SandboxBroker broker) throws JCSMPException {
    JCSMPProperties properties = new JCSMPProperties();
    properties.setProperty(JCSMPProperties.HOST, broker.smfUri());
    properties.setProperty(JCSMPProperties.VPN_NAME, "default");
    properties.setProperty(JCSMPProperties.USERNAME, "default");
    properties.setProperty(JCSMPProperties.PASSWORD, "default");
    properties.setProperty(JCSMPProperties.PUB_ACK_WINDOW_SIZE, WINDOW);
    session = JCSMPFactory.onlyInstance().createSession(properties);
    session.connect();
  }

  /// Publishes `count` envelopes, with the properties that the bridge sets.
  public static void fill(SandboxBroker broker, int count) throws Exception {
    byte[] payload = Envelopes.payload();
    Destination topic = JCSMPFactory.onlyInstance().createTopic(Envelopes.TOPIC);
    SDTMap map = JCSMPFactory.onlyInstance().createMap();
    map.putString("event_type", "charge.succeeded");
    map.putString("stripe_account_id", "acct_measured");
    map.putString("bridge_received_at", Instant.now().toString());
    map.putString("stripe_api_version", "2020-08-27");
    map.putString("event_created_at", Instant.now().toString());
    map.putBoolean("livemode", false);
    AtomicLong answered = new AtomicLong();
    try (RawClient client = new RawClient(broker)) {
      XMLMessageProducer producer = client.producer(_ -> answered.incrementAndGet());
      for (int i = 0; i < count; i++) {
        BytesMessage message = message(payload, i);
        message.setApplicationMessageId("evt_" + i);
        message.setCorrelationId("evt_" + i);
        message.setHTTPContentType("application/json");
        message.setProperties(map);
        producer.send(message, topic);
      }
      await(answered, count);
    }
  }

  /// Consumes messages until none arrives within `silence`.
  static void take(SandboxBroker broker, String queue, Duration silence) throws JCSMPException {
    try (RawClient client = new RawClient(broker)) {
      FlowReceiver flow = client.flow(queue);
      for (BytesXMLMessage message = next(flow, silence);
          message != null;
          message = next(flow, silence)) {
        message.ackMessage();
      }
      flow.close();
    }
  }

  /// Republishes messages, and acknowledges each once the broker has its copy, until none arrives
  /// within `silence`.
  static void move(SandboxBroker broker, String queue, Duration silence) throws JCSMPException {
    AtomicLong answered = new AtomicLong();
    try (RawClient client = new RawClient(broker)) {
      XMLMessageProducer producer =
          client.producer(original -> {
            ((BytesXMLMessage) original).ackMessage();
            answered.incrementAndGet();
          });
      FlowReceiver flow = client.flow(queue);
      long count = 0;
      for (BytesXMLMessage message = next(flow, silence);
          message != null;
          message = next(flow, silence)) {
        byte[] payload = new byte[message.getAttachmentContentLength()];
        message.readAttachmentBytes(payload);
        BytesMessage copy = message(payload, message);
        copy.setApplicationMessageId(message.getApplicationMessageId());
        copy.setCorrelationId(message.getCorrelationId());
        copy.setHTTPContentType(message.getHTTPContentType());
        copy.setProperties(message.getProperties());
        producer.send(copy, message.getDestination());
        count++;
      }
      await(answered, count);
      flow.close();
    }
  }

  private static BytesXMLMessage next(FlowReceiver flow, Duration silence) throws JCSMPException {
    return flow.receive((int) silence.toMillis());
  }

  private static BytesMessage message(byte[] payload, Object key) {
    BytesMessage message = JCSMPFactory.onlyInstance().createMessage(BytesMessage.class);
    message.setDeliveryMode(DeliveryMode.PERSISTENT);
    message.setCorrelationKey(key);
    message.setData(payload);
    return message;
  }

  private static void await(AtomicLong answered, long count) {
    while (answered.get() < count) {
      LockSupport.parkNanos(100_000);
    }
  }

  private FlowReceiver flow(String queue) throws JCSMPException {
    ConsumerFlowProperties properties = new ConsumerFlowProperties();
    properties.setEndpoint(JCSMPFactory.onlyInstance().createQueue(queue));
    properties.setAckMode(JCSMPProperties.SUPPORTED_MESSAGE_ACK_CLIENT);
    properties.setTransportWindowSize(WINDOW);
    FlowReceiver flow = session.createFlow(null, properties);
    flow.start();
    return flow;
  }

  private XMLMessageProducer producer(Consumer<Object> answered) throws JCSMPException {
    return session.getMessageProducer(
        new JCSMPStreamingPublishCorrelatingEventHandler() {
          @Override
          public void responseReceivedEx(Object key) {
            answered.accept(key);
          }

          @Override
          public void handleErrorEx(Object key, JCSMPException cause, long timestamp) {
            throw new IllegalStateException(cause);
          }
        });
  }

  @Override
  public void close() {
    session.closeSession();
  }
}
