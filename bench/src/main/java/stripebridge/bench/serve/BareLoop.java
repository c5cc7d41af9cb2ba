package stripebridge.bench.serve;

import com.solacesystems.jcsmp.BytesMessage;
import com.solacesystems.jcsmp.DeliveryMode;
import com.solacesystems.jcsmp.JCSMPException;
import com.solacesystems.jcsmp.JCSMPFactory;
import com.solacesystems.jcsmp.JCSMPProperties;
import com.solacesystems.jcsmp.JCSMPSession;
import com.solacesystems.jcsmp.JCSMPStreamingPublishCorrelatingEventHandler;
import com.solacesystems.jcsmp.SDTException;
import com.solacesystems.jcsmp.SDTMap;
import com.solacesystems.jcsmp.XMLMessageProducer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import stripebridge.sandbox.RecordedMessage;

/// The least that publishing costs: the bridge's client library in a loop, with messages that are
/// in the heap. It has the bridge's window and ack mode, keeps no order, and stores nothing.
final class BareLoop implements AutoCloseable {
  /// The client library's largest window, and the bridge's.
  static final int WINDOW = 255;

  // Every burst of the bridge ends with a message that asks for its ack at once.
  private static final int BURST = 64;

  private final JCSMPSession session;
  private final XMLMessageProducer producer;
  private final int window;
  private final Semaphore free;
  private volatile @Nullable JCSMPException refusal;

  /// @param window how many messages may be unacknowledged
  BareLoop(int port, int window) throws JCSMPException {
    this.window = window;
    this.free = new Semaphore(window);
    JCSMPProperties properties = new JCSMPProperties();
    properties.setProperty(JCSMPProperties.HOST, "tcp://127.0.0.1:" + port);
    properties.setProperty(JCSMPProperties.VPN_NAME, "default");
    properties.setProperty(JCSMPProperties.USERNAME, "default");
    properties.setProperty(JCSMPProperties.PASSWORD, "default");
    properties.setProperty(JCSMPProperties.PUB_ACK_WINDOW_SIZE, WINDOW);
    properties.setProperty(
        JCSMPProperties.ACK_EVENT_MODE, JCSMPProperties.SUPPORTED_ACK_EVENT_MODE_PER_MSG);
    session = JCSMPFactory.onlyInstance().createSession(properties);
    session.connect();
    producer =
        session.getMessageProducer(
            new JCSMPStreamingPublishCorrelatingEventHandler() {
              @Override
              public void responseReceivedEx(Object key) {
                free.release();
              }

              @Override
              public void handleErrorEx(Object key, JCSMPException cause, long timestamp) {
                refusal = cause;
                free.release();
              }
            });
  }

  /// Publishes a number of messages, or as many as it can in a time; returns how many a second the
  /// broker acknowledged. Begins again with the first message after the last.
  double rate(List<RecordedMessage> messages, int count, Duration atMost) throws Exception {
    long begun = System.nanoTime();
    int sent = 0;
    while (sent < count && System.nanoTime() - begun < atMost.toNanos()) {
      // Ours, since `send` holds a lock of the client while it waits for its own window.
      free.acquire();
      boolean isLast = (sent + 1) % Math.min(BURST, window) == 0 || sent + 1 == count;
      send(messages.get(sent % messages.size()), isLast);
      sent++;
    }
    awaitAll();
    double rate = sent / ((System.nanoTime() - begun) / 1e9);
    free.release(window);
    return rate;
  }

  /// The times from sending a message to its ack, at a rate so low that they do not meet, in
  /// milliseconds.
  List<Double> times(List<RecordedMessage> messages, double perSecond, int count) throws Exception {
    List<Double> millis = new ArrayList<>();
    long begun = System.nanoTime();
    for (int i = 0; i < count; i++) {
      long due = begun + (long) (i * 1e9 / perSecond);
      LockSupport.parkNanos(due - System.nanoTime());
      long sent = System.nanoTime();
      free.acquire();
      send(messages.get(i % messages.size()), true);
      awaitAll();
      millis.add((System.nanoTime() - sent) / 1e6);
      free.release(window);
    }
    return millis;
  }

  /// Takes all permits, which are free when every message is answered.
  private void awaitAll() throws JCSMPException, InterruptedException {
    free.acquire(window);
    JCSMPException why = refusal;
    if (why != null) {
      throw why;
    }
  }

  private void send(RecordedMessage message, boolean isLast) throws JCSMPException {
    BytesMessage bytes = JCSMPFactory.onlyInstance().createMessage(BytesMessage.class);
    bytes.setDeliveryMode(DeliveryMode.PERSISTENT);
    bytes.setCorrelationKey(message);
    bytes.setApplicationMessageId(message.applicationMessageId().orElse(""));
    bytes.setCorrelationId(message.correlationId().orElse(""));
    bytes.setHTTPContentType("application/json");
    bytes.setDMQEligible(message.isDmqEligible());
    bytes.setAckImmediately(isLast);
    bytes.setProperties(properties(message));
    bytes.setData(message.payload());
    producer.send(bytes, JCSMPFactory.onlyInstance().createTopic(message.destination()));
  }

  private static SDTMap properties(RecordedMessage message) throws SDTException {
    SDTMap map = JCSMPFactory.onlyInstance().createMap();
    for (Map.Entry<String, Object> property : message.properties().entrySet()) {
      map.putObject(property.getKey(), property.getValue());
    }
    return map;
  }

  @Override
  public void close() {
    session.closeSession();
  }
}
