package stripebridge.bench.sandbox;

import com.solacesystems.jcsmp.BytesMessage;
import com.solacesystems.jcsmp.BytesXMLMessage;
import com.solacesystems.jcsmp.ConsumerFlowProperties;
import com.solacesystems.jcsmp.DeliveryMode;
import com.solacesystems.jcsmp.Destination;
import com.solacesystems.jcsmp.FlowReceiver;
import com.solacesystems.jcsmp.JCSMPErrorResponseException;
import com.solacesystems.jcsmp.JCSMPException;
import com.solacesystems.jcsmp.JCSMPFactory;
import com.solacesystems.jcsmp.JCSMPProperties;
import com.solacesystems.jcsmp.JCSMPSession;
import com.solacesystems.jcsmp.JCSMPStreamingPublishCorrelatingEventHandler;
import com.solacesystems.jcsmp.XMLMessageListener;
import com.solacesystems.jcsmp.XMLMessageProducer;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/// The official client at full speed: persistent messages of 1 KB, window 255, client acks.
final class Load implements AutoCloseable {
  static final String QUEUE = "bench";
  static final String TOPIC = "bench/1";

  private static final int WINDOW = 255;
  private static final int SECONDS_MAX = 60;
  private static final byte[] PAYLOAD = new byte[1024];

  static {
    // The client logs every connection, which would clutter the table.
    Logger.getLogger("").setLevel(Level.WARNING);
  }

  private final JCSMPSession session;
  private final XMLMessageProducer producer;
  private volatile CountDownLatch answers = new CountDownLatch(0);
  private volatile @Nullable JCSMPException refusal;

  Load(String uri) throws JCSMPException {
    JCSMPProperties properties = new JCSMPProperties();
    properties.setProperty(JCSMPProperties.HOST, uri);
    properties.setProperty(JCSMPProperties.VPN_NAME, "default");
    properties.setProperty(JCSMPProperties.USERNAME, "default");
    properties.setProperty(JCSMPProperties.PASSWORD, "default");
    properties.setProperty(JCSMPProperties.PUB_ACK_WINDOW_SIZE, WINDOW);
    properties.setProperty(JCSMPProperties.SUB_ACK_WINDOW_SIZE, WINDOW);
    session = JCSMPFactory.onlyInstance().createSession(properties);
    session.connect();
    producer =
        session.getMessageProducer(
            new JCSMPStreamingPublishCorrelatingEventHandler() {
              @Override
              public void responseReceivedEx(Object key) {
                answers.countDown();
              }

              @Override
              public void handleErrorEx(Object key, JCSMPException cause, long timestamp) {
                refusal = cause;
                answers.countDown();
              }
            });
  }

  static List<Destination> topics(List<String> names) {
    return names.stream()
        .<Destination>map(name -> JCSMPFactory.onlyInstance().createTopic(name))
        .toList();
  }

  /// Publishes `count` messages to the topics in turn, and waits until all are acknowledged.
  ///
  /// @return messages a second
  double publish(int count, List<Destination> topics) throws Exception {
    answers = new CountDownLatch(count);
    long start = System.nanoTime();
    for (int i = 0; i < count; i++) {
      producer.send(message(i == count - 1), topics.get(i % topics.size()));
    }
    await(answers);
    if (refusal != null) {
      throw refusal;
    }
    return rate(count, start);
  }

  /// Publishes until the broker refuses a message.
  ///
  /// @return how many were sent before, or `most` if none was refused
  int publishUntilRefused(int most) throws Exception {
    refusal = null;
    answers = new CountDownLatch(most);
    Destination topic = JCSMPFactory.onlyInstance().createTopic(TOPIC);
    int sent = 0;
    while (sent < most && refusal == null) {
      producer.send(message(false), topic);
      sent++;
    }
    return sent;
  }

  /// Why the broker last refused a message; empty if it refused none.
  OptionalInt refusalSubcode() {
    return refusal instanceof JCSMPErrorResponseException error
        ? OptionalInt.of(error.getSubcodeEx())
        : OptionalInt.empty();
  }

  private static BytesMessage message(boolean isLast) {
    BytesMessage message = JCSMPFactory.onlyInstance().createMessage(BytesMessage.class);
    message.setData(PAYLOAD);
    message.setDeliveryMode(DeliveryMode.PERSISTENT);
    message.setAckImmediately(isLast);
    message.setCorrelationKey(message);
    return message;
  }

  /// Consumes and acknowledges `count` messages.
  ///
  /// @return messages a second
  double consume(int count) throws Exception {
    CountDownLatch received = new CountDownLatch(count);
    ConsumerFlowProperties properties = new ConsumerFlowProperties();
    properties.setEndpoint(JCSMPFactory.onlyInstance().createQueue(QUEUE));
    properties.setAckMode(JCSMPProperties.SUPPORTED_MESSAGE_ACK_CLIENT);
    properties.setTransportWindowSize(WINDOW);
    long start = System.nanoTime();
    FlowReceiver flow =
        session.createFlow(
            new XMLMessageListener() {
              @Override
              public void onReceive(BytesXMLMessage message) {
                message.ackMessage();
                received.countDown();
              }

              @Override
              public void onException(JCSMPException e) {
                throw new IllegalStateException(e);
              }
            },
            properties);
    flow.start();
    await(received);
    double rate = rate(count, start);
    flow.close();
    return rate;
  }

  private static void await(CountDownLatch latch) throws InterruptedException {
    if (!latch.await(SECONDS_MAX, TimeUnit.SECONDS)) {
      throw new IllegalStateException(latch.getCount() + " messages are missing");
    }
  }

  private static double rate(int count, long startNanos) {
    return count * 1e9 / (System.nanoTime() - startNanos);
  }

  @Override
  public void close() {
    session.closeSession();
  }
}
