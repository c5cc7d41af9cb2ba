package stripebridge.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.solacesystems.jcsmp.BytesMessage;
import com.solacesystems.jcsmp.DeliveryMode;
import com.solacesystems.jcsmp.JCSMPException;
import com.solacesystems.jcsmp.JCSMPFactory;
import com.solacesystems.jcsmp.JCSMPProperties;
import com.solacesystems.jcsmp.JCSMPSession;
import com.solacesystems.jcsmp.JCSMPStreamingPublishCorrelatingEventHandler;
import com.solacesystems.jcsmp.SDTMap;
import com.solacesystems.jcsmp.XMLMessageProducer;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import stripebridge.sandbox.SandboxBroker;

/// Publishes messages like the bridge's, with Solace's own client.
public final class EventPublisher implements AutoCloseable {
  private static final int SECONDS_MAX = 60;

  private final JCSMPSession session;
  private final XMLMessageProducer producer;
  private final Semaphore acknowledged = new Semaphore(0);
  private int sent;

  public EventPublisher(SandboxBroker broker) throws JCSMPException {
    JCSMPProperties properties = new JCSMPProperties();
    properties.setProperty(JCSMPProperties.HOST, broker.smfUri());
    properties.setProperty(JCSMPProperties.VPN_NAME, "default");
    properties.setProperty(JCSMPProperties.USERNAME, "default");
    properties.setProperty(JCSMPProperties.PASSWORD, "default");
    properties.setProperty(JCSMPProperties.PUB_ACK_WINDOW_SIZE, 255);
    session = JCSMPFactory.onlyInstance().createSession(properties);
    session.connect();
    producer =
        session.getMessageProducer(
            new JCSMPStreamingPublishCorrelatingEventHandler() {
              @Override
              public void responseReceivedEx(Object key) {
                acknowledged.release();
              }

              @Override
              public void handleErrorEx(Object key, JCSMPException cause, long timestamp) {
                throw new AssertionError(cause);
              }
            });
  }

  /// Publishes an event of a type; the first is `evt_1`, and so on.
  public EventPublisher event(String type) throws JCSMPException {
    int number = ++sent;
    String id = "evt_" + number;
    return send(
        "stripe/webhook/v1/" + type.replace('.', '/') + "/acct_1",
        id,
        type,
        "{\"event_id\":\"%s\",\"event_type\":\"%s\",\"raw\":{\"amount\":%d}}"
            .formatted(id, type, number)
            .getBytes(UTF_8));
  }

  public EventPublisher events(String type, int count) throws JCSMPException {
    for (int i = 0; i < count; i++) {
      EventPublisher _ = event(type);
    }
    return this;
  }

  private EventPublisher send(String topic, String id, String type, byte[] payload)
      throws JCSMPException {
    BytesMessage message = JCSMPFactory.onlyInstance().createMessage(BytesMessage.class);
    message.setData(payload);
    message.setDeliveryMode(DeliveryMode.PERSISTENT);
    message.setApplicationMessageId(id);
    message.setCorrelationId(id);
    message.setHTTPContentType("application/json");
    message.setDMQEligible(true);
    SDTMap properties = JCSMPFactory.onlyInstance().createMap();
    properties.putString("event_type", type);
    properties.putString("bridge_received_at", "2026-07-29T0%d:00:00Z".formatted(sent % 10));
    message.setProperties(properties);
    message.setCorrelationKey("");
    producer.send(message, JCSMPFactory.onlyInstance().createTopic(topic));
    return this;
  }

  /// Waits until the broker has all messages.
  public EventPublisher await() throws InterruptedException {
    if (!acknowledged.tryAcquire(sent, SECONDS_MAX, TimeUnit.SECONDS)) {
      throw new AssertionError("the broker did not acknowledge all");
    }
    acknowledged.release(sent);
    return this;
  }

  @Override
  public void close() {
    session.closeSession();
  }
}
