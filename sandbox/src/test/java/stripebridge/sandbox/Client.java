package stripebridge.sandbox;

import com.solacesystems.jcsmp.BytesMessage;
import com.solacesystems.jcsmp.BytesXMLMessage;
import com.solacesystems.jcsmp.ConsumerFlowProperties;
import com.solacesystems.jcsmp.DeliveryMode;
import com.solacesystems.jcsmp.Destination;
import com.solacesystems.jcsmp.EndpointProperties;
import com.solacesystems.jcsmp.FlowEvent;
import com.solacesystems.jcsmp.FlowReceiver;
import com.solacesystems.jcsmp.JCSMPChannelProperties;
import com.solacesystems.jcsmp.JCSMPErrorResponseException;
import com.solacesystems.jcsmp.JCSMPException;
import com.solacesystems.jcsmp.JCSMPFactory;
import com.solacesystems.jcsmp.JCSMPProperties;
import com.solacesystems.jcsmp.JCSMPSession;
import com.solacesystems.jcsmp.JCSMPStreamingPublishCorrelatingEventHandler;
import com.solacesystems.jcsmp.Queue;
import com.solacesystems.jcsmp.SessionEvent;
import com.solacesystems.jcsmp.XMLMessage;
import com.solacesystems.jcsmp.XMLMessage.Outcome;
import com.solacesystems.jcsmp.XMLMessageListener;
import com.solacesystems.jcsmp.XMLMessageProducer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The official client, which records its events and results.
final class Client implements AutoCloseable {
  private static final int SECONDS_MAX = 20;

  final JCSMPSession session;
  final BlockingQueue<SessionEvent> events;
  final BlockingQueue<Result> results = new LinkedBlockingQueue<>();
  private @Nullable XMLMessageProducer producer;

  /// The result of publishing a message.
  ///
  /// @param subcode 0 when it was acknowledged
  record Result(Object key, int subcode, String phrase) {
    static Result acked(Object key) {
      return new Result(key, 0, "");
    }
  }

  private Client(JCSMPSession session, BlockingQueue<SessionEvent> events) {
    this.session = session;
    this.events = events;
  }

  static JCSMPProperties properties(String uri) {
    JCSMPProperties properties = new JCSMPProperties();
    properties.setProperty(JCSMPProperties.HOST, uri);
    properties.setProperty(JCSMPProperties.VPN_NAME, "default");
    properties.setProperty(JCSMPProperties.USERNAME, "default");
    properties.setProperty(JCSMPProperties.PASSWORD, "default");
    properties.setProperty(JCSMPProperties.PUB_ACK_WINDOW_SIZE, 50);
    JCSMPChannelProperties channel = new JCSMPChannelProperties();
    channel.setReconnectRetries(200);
    channel.setReconnectRetryWaitInMillis(50);
    channel.setConnectRetries(0);
    properties.setProperty(JCSMPProperties.CLIENT_CHANNEL_PROPERTIES, channel);
    return properties;
  }

  static Client connect(String uri) throws JCSMPException {
    return connect(properties(uri));
  }

  static Client connect(String uri, Consumer<JCSMPProperties> changes) throws JCSMPException {
    JCSMPProperties properties = properties(uri);
    changes.accept(properties);
    return connect(properties);
  }

  static Client connect(JCSMPProperties properties) throws JCSMPException {
    LinkedBlockingQueue<SessionEvent> events = new LinkedBlockingQueue<>();
    JCSMPSession session =
        JCSMPFactory.onlyInstance()
            .createSession(properties, null, event -> events.add(event.getEvent()));
    try {
      session.connect();
    } catch (JCSMPException e) {
      session.closeSession();
      throw e;
    }
    return new Client(session, events);
  }

  XMLMessageProducer producer() throws JCSMPException {
    if (producer == null) {
      producer =
          session.getMessageProducer(
              new JCSMPStreamingPublishCorrelatingEventHandler() {
                @Override
                public void responseReceivedEx(Object key) {
                  results.add(Result.acked(key));
                }

                @Override
                public void handleErrorEx(Object key, JCSMPException cause, long timestamp) {
                  results.add(
                      cause instanceof JCSMPErrorResponseException error
                          ? new Result(key, error.getSubcodeEx(), error.getResponsePhrase())
                          : new Result(key, -1, String.valueOf(cause)));
                }
              });
    }
    return producer;
  }

  static BytesMessage message(String text) {
    BytesMessage message = JCSMPFactory.onlyInstance().createMessage(BytesMessage.class);
    message.setData(text.getBytes(StandardCharsets.UTF_8));
    message.setDeliveryMode(DeliveryMode.PERSISTENT);
    message.setAckImmediately(true);
    message.setCorrelationKey(text);
    return message;
  }

  static Destination topic(String name) {
    return JCSMPFactory.onlyInstance().createTopic(name);
  }

  static Queue queue(String name) {
    return JCSMPFactory.onlyInstance().createQueue(name);
  }

  /// Publishes and does not wait.
  void send(XMLMessage message, Destination to) throws JCSMPException {
    producer().send(message, to);
  }

  /// Publishes texts to a topic and waits until all are acknowledged.
  void publish(String topic, String... texts) throws Exception {
    for (String text : texts) {
      send(message(text), topic(topic));
    }
    for (String text : texts) {
      Result result = result();
      if (!result.equals(Result.acked(text))) {
        throw new AssertionError("'" + text + "' became " + result);
      }
    }
  }

  Result result() throws InterruptedException {
    return take(results);
  }

  static <T> T take(BlockingQueue<T> from) throws InterruptedException {
    T taken = from.poll(SECONDS_MAX, TimeUnit.SECONDS);
    if (taken == null) {
      throw new AssertionError("nothing came within " + SECONDS_MAX + " s");
    }
    return taken;
  }

  BoundConsumer consume(String queue) throws JCSMPException {
    return consume(queue, _ -> {});
  }

  BoundConsumer consume(String queue, Consumer<ConsumerFlowProperties> changes)
      throws JCSMPException {
    BoundConsumer consumer = bind(queue(queue), changes, null);
    consumer.flow.start();
    return consumer;
  }

  BoundConsumer bind(
      Queue queue, Consumer<ConsumerFlowProperties> changes, @Nullable EndpointProperties endpoint)
      throws JCSMPException {
    ConsumerFlowProperties properties = new ConsumerFlowProperties();
    properties.setEndpoint(queue);
    properties.setAckMode(JCSMPProperties.SUPPORTED_MESSAGE_ACK_CLIENT);
    properties.addRequiredSettlementOutcomes(Outcome.FAILED, Outcome.REJECTED);
    properties.setReconnectRetryIntervalInMsecs(50);
    properties.setAckTimerInMsecs(20);
    changes.accept(properties);
    BoundConsumer consumer = new BoundConsumer();
    consumer.flow =
        session.createFlow(
            consumer, properties, endpoint, (_, event) -> consumer.events.add(event.getEvent()));
    return consumer;
  }

  /// A consumer flow with what it received.
  static final class BoundConsumer implements XMLMessageListener, AutoCloseable {
    final BlockingQueue<BytesXMLMessage> received = new LinkedBlockingQueue<>();
    final BlockingQueue<JCSMPException> errors = new LinkedBlockingQueue<>();
    final BlockingQueue<FlowEvent> events = new LinkedBlockingQueue<>();

    @SuppressWarnings(
        "NullAway.Init") // Set right after construction; the client needs the listener first.
    FlowReceiver flow;

    @Override
    public void onReceive(BytesXMLMessage message) {
      received.add(message);
    }

    @Override
    public void onException(JCSMPException e) {
      errors.add(e);
    }

    BytesXMLMessage next() throws InterruptedException {
      return take(received);
    }

    List<String> nextTexts(int count) throws InterruptedException {
      ArrayList<String> texts = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        texts.add(text(next()));
      }
      return texts;
    }

    @Override
    public void close() {
      flow.close();
    }
  }

  static String text(BytesXMLMessage message) {
    return message instanceof BytesMessage bytes
        ? new String(bytes.getData(), StandardCharsets.UTF_8)
        : new String(message.getBytes(), StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    session.closeSession();
  }
}
