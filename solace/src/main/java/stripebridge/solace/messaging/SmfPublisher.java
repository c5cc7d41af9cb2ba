package stripebridge.solace.messaging;

import com.solacesystems.jcsmp.BytesMessage;
import com.solacesystems.jcsmp.CapabilityType;
import com.solacesystems.jcsmp.DeliveryMode;
import com.solacesystems.jcsmp.JCSMPErrorResponseException;
import com.solacesystems.jcsmp.JCSMPException;
import com.solacesystems.jcsmp.JCSMPFactory;
import com.solacesystems.jcsmp.JCSMPProperties;
import com.solacesystems.jcsmp.JCSMPStreamingPublishCorrelatingEventHandler;
import com.solacesystems.jcsmp.SDTException;
import com.solacesystems.jcsmp.SDTMap;
import com.solacesystems.jcsmp.SessionEvent;
import com.solacesystems.jcsmp.SessionEventArgs;
import com.solacesystems.jcsmp.XMLMessage.MessageUserPropertyConstants;
import com.solacesystems.jcsmp.XMLMessageProducer;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.EventPublisher;
import stripebridge.core.broker.OutgoingMessage;
import stripebridge.core.config.SolaceSettings;

/// Publishes guaranteed messages with Solace's own client.
///
/// The client restores a broken connection by itself and resends what the broker then reports as
/// missing, on the same publisher flow, which makes no duplicates. If the broker has lost the flow,
/// the client ends the session (`GD_RECONNECT_FAIL_ACTION`) and the producer is lost: only the
/// bridge sends anything twice.
public final class SmfPublisher implements EventPublisher {
  // The client's maximum. The relay has as many permits.
  private static final int WINDOW = 255;
  private static final String CONTENT_TYPE = "application/json";

  // At least 20 s or so: messages in flight make no duplicates as long as the broker resumes the
  // flow. Not forever: a broker that never resumes it may still accept a new session.
  private static final int RECONNECTS_MAX = 20;

  private volatile SolaceSettings settings;
  private final int reconnectsMax;

  public SmfPublisher(SolaceSettings settings) {
    this(settings, RECONNECTS_MAX);
  }

  SmfPublisher(SolaceSettings settings, int reconnectsMax) {
    this.settings = settings;
    this.reconnectsMax = reconnectsMax;
  }

  /// The next session is opened with these settings. An open one stays until its connection breaks:
  /// the client could restore it only with the password of before, and would be refused for as long
  /// as it tries.
  public void use(SolaceSettings next) {
    settings = next;
  }

  @Override
  public Producer open(ProducerListener listener) throws BrokerException, InterruptedException {
    SolaceSettings current = settings;
    Events events = new Events(listener, () -> current.equals(settings));
    SmfSession session =
        SmfSession.connect(
            current, SmfPublisher::addPublishing, reconnectsMax, events::sessionChanged);
    try {
      return new SmfProducer(session, producer(current, session, events), events);
    } catch (BrokerException | RuntimeException e) {
      session.close();
      throw e;
    }
  }

  /// The session's only producer.
  static XMLMessageProducer producer(SolaceSettings settings, SmfSession session, Events events)
      throws BrokerException {
    if (!session.jcsmp().isCapable(CapabilityType.PUB_GUARANTEED)) {
      throw new BrokerException.Refused(
          "cannot publish to %s: its client profile allows no guaranteed messages"
              .formatted(SmfSession.describe(settings)),
          null);
    }
    try {
      return session.jcsmp().getMessageProducer(events);
    } catch (JCSMPException e) {
      throw SmfErrors.connecting("cannot publish to " + SmfSession.describe(settings), e);
    }
  }

  static void addPublishing(JCSMPProperties properties) {
    properties.setProperty(JCSMPProperties.PUB_ACK_WINDOW_SIZE, WINDOW);
    properties.setProperty(
        JCSMPProperties.ACK_EVENT_MODE, JCSMPProperties.SUPPORTED_ACK_EVENT_MODE_PER_MSG);
    properties.setProperty(
        JCSMPProperties.GD_RECONNECT_FAIL_ACTION,
        JCSMPProperties.GD_RECONNECT_FAIL_ACTION_DISCONNECT);
  }

  /// Passes on the client's events until the producer is lost or closed.
  ///
  /// Thread-safe: the client calls on its own threads, and `end` is called on any thread. The
  /// listener returns at once, so it is called under the lock.
  static final class Events implements JCSMPStreamingPublishCorrelatingEventHandler {
    private final ProducerListener listener;
    private final BooleanSupplier isCurrent;
    private boolean isEnded;
    private boolean isUp = true;

    /// @param isCurrent whether the session may still be restored with its settings
    Events(ProducerListener listener, BooleanSupplier isCurrent) {
      this.listener = listener;
      this.isCurrent = isCurrent;
    }

    synchronized void end() {
      isEnded = true;
    }

    @Override
    public synchronized void responseReceivedEx(@Nullable Object key) {
      if (!isEnded && key instanceof Long correlation) {
        listener.acknowledged(correlation);
      }
    }

    @Override
    public synchronized void handleErrorEx(
        @Nullable Object key, JCSMPException cause, long timestamp) {
      if (isEnded) {
        return;
      }
      // Without a key, or not from the broker, it does not answer a message.
      if (key instanceof Long correlation && cause instanceof JCSMPErrorResponseException said) {
        listener.refused(correlation, SmfErrors.refusal(said));
      } else {
        lose(cause);
      }
    }

    synchronized void sessionChanged(SessionEventArgs change) {
      if (isEnded) {
        return;
      }
      SessionEvent event = change.getEvent();
      if (event == SessionEvent.RECONNECTING && !isCurrent.getAsBoolean()) {
        lose("the connection broke, and its settings have changed", null);
      } else if (event == SessionEvent.RECONNECTING) {
        connectionIs(false);
      } else if (event == SessionEvent.RECONNECTED) {
        connectionIs(true);
      } else if (event == SessionEvent.DOWN_ERROR) {
        lose(change.getException());
      }
    }

    /// The client may report the same break more than once.
    private void connectionIs(boolean up) {
      if (isUp != up) {
        isUp = up;
        listener.connectionChanged(up);
      }
    }

    private void lose(@Nullable Exception cause) {
      lose(cause == null ? "the session is down" : SmfErrors.reason(cause), cause);
    }

    private void lose(String why, @Nullable Exception cause) {
      isEnded = true;
      listener.lost(new BrokerException.Unavailable("the producer is lost: " + why, cause));
    }
  }

  /// One session and its producer.
  private static final class SmfProducer implements Producer {
    private final SmfSession session;
    private final XMLMessageProducer producer;
    private final Events events;

    SmfProducer(SmfSession session, XMLMessageProducer producer, Events events) {
      this.session = session;
      this.producer = producer;
      this.events = events;
    }

    @Override
    public void send(long correlation, OutgoingMessage message, boolean last)
        throws BrokerException {
      try {
        producer.send(
            messageOf(correlation, message, last),
            JCSMPFactory.onlyInstance().createTopic(message.topic()));
      } catch (IllegalArgumentException | SDTException e) {
        throw new BrokerException.Invalid(
            "cannot send the message of " + message.eventId() + ": " + SmfErrors.reason(e), e);
      } catch (JCSMPException e) {
        throw new BrokerException.Unavailable(
            "cannot send the message of " + message.eventId() + ": " + SmfErrors.reason(e), e);
      }
    }

    @Override
    public void close() {
      events.end();
      session.close();
    }

    private static BytesMessage messageOf(long correlation, OutgoingMessage outgoing, boolean last)
        throws SDTException {
      // A new one per message: the client keeps it until it is acknowledged.
      BytesMessage message = JCSMPFactory.onlyInstance().createMessage(BytesMessage.class);
      message.setDeliveryMode(DeliveryMode.PERSISTENT);
      message.setCorrelationKey(correlation);
      message.setCorrelationId(outgoing.eventId().text());
      message.setApplicationMessageId(outgoing.eventId().text());
      message.setHTTPContentType(CONTENT_TYPE);
      message.setTimeToLive(outgoing.timeToLive().toMillis());
      message.setDMQEligible(outgoing.dmqEligible());
      message.setAckImmediately(last);
      message.setProperties(properties(outgoing));
      message.setData(outgoing.payload());
      return message;
    }

    private static SDTMap properties(OutgoingMessage outgoing) throws SDTException {
      SDTMap properties = JCSMPFactory.onlyInstance().createMap();
      for (Map.Entry<String, Object> property : outgoing.userProperties().entrySet()) {
        properties.putObject(property.getKey(), property.getValue());
      }
      properties.putString(
          MessageUserPropertyConstants.QUEUE_PARTITION_KEY, outgoing.partitionKey());
      return properties;
    }
  }
}
