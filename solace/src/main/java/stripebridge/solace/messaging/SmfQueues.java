package stripebridge.solace.messaging;

import com.solacesystems.jcsmp.AccessDeniedException;
import com.solacesystems.jcsmp.Browser;
import com.solacesystems.jcsmp.BrowserProperties;
import com.solacesystems.jcsmp.BytesXMLMessage;
import com.solacesystems.jcsmp.CapabilityType;
import com.solacesystems.jcsmp.ClosedFacilityException;
import com.solacesystems.jcsmp.ConsumerFlowProperties;
import com.solacesystems.jcsmp.EndpointProperties;
import com.solacesystems.jcsmp.FlowEvent;
import com.solacesystems.jcsmp.FlowReceiver;
import com.solacesystems.jcsmp.JCSMPException;
import com.solacesystems.jcsmp.JCSMPFactory;
import com.solacesystems.jcsmp.JCSMPProperties;
import com.solacesystems.jcsmp.SDTException;
import com.solacesystems.jcsmp.SessionEvent;
import com.solacesystems.jcsmp.SessionEventArgs;
import com.solacesystems.jcsmp.XMLMessage.Outcome;
import com.solacesystems.jcsmp.XMLMessageProducer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.EventPublisher.ProducerListener;
import stripebridge.core.broker.MessageContent;
import stripebridge.core.broker.QueueAccess;
import stripebridge.core.broker.QueueMessage;
import stripebridge.core.config.SolaceSettings;

/// Browses and consumes queues, and publishes copies, with Solace's own client.
public final class SmfQueues implements QueueAccess {
  // As for a publisher: at least 20 s or so.
  private static final int RECONNECTS_MAX = 20;
  // How long the broker may take to say whose turn it is.
  private static final Duration TURN_MAX = Duration.ofSeconds(3);

  private final SolaceSettings settings;

  public SmfQueues(SolaceSettings settings) {
    this.settings = settings;
  }

  @Override
  public Session open() throws BrokerException, InterruptedException {
    ConnectionState state = new ConnectionState();
    SmfSession session =
        SmfSession.connect(
            settings, SmfPublisher::addPublishing, RECONNECTS_MAX, state::sessionChanged);
    return new QueueSession(settings, session, state);
  }

  /// Records the end of the session, for callers that would otherwise wait forever.
  private static final class ConnectionState {
    private volatile @Nullable BrokerException ended;
    private volatile SmfPublisher.@Nullable Events sending;
    private final AtomicInteger reconnects = new AtomicInteger();

    void sessionChanged(SessionEventArgs change) {
      if (change.getEvent() == SessionEvent.RECONNECTED) {
        reconnects.incrementAndGet();
      }
      if (change.getEvent() == SessionEvent.DOWN_ERROR) {
        Exception cause = change.getException();
        ended =
            new BrokerException.Unavailable(
                "the connection to the broker is lost"
                    + (cause == null ? "" : ": " + SmfErrors.reason(cause)),
                cause);
      }
      SmfPublisher.Events listening = sending;
      if (listening != null) {
        listening.sessionChanged(change);
      }
    }

    int reconnects() {
      return reconnects.get();
    }

    void check() throws BrokerException {
      BrokerException why = ended;
      if (why != null) {
        throw why;
      }
    }
  }

  private static final class QueueSession implements Session {
    private final SolaceSettings settings;
    private final SmfSession session;
    private final ConnectionState state;

    QueueSession(SolaceSettings settings, SmfSession session, ConnectionState state) {
      this.settings = settings;
      this.session = session;
      this.state = state;
    }

    @Override
    public Flow browse(String queue, int window) throws BrokerException {
      require(CapabilityType.SUB_FLOW_GUARANTEED, "cannot browse '" + queue + "'");
      BrowserProperties properties = new BrowserProperties();
      properties.setEndpoint(JCSMPFactory.onlyInstance().createQueue(queue));
      properties.setTransportWindowSize(window);
      try {
        return new BrowserFlow(queue, session.jcsmp().createBrowser(properties), state);
      } catch (JCSMPException | AccessDeniedException e) {
        throw SmfErrors.queue("cannot browse '" + queue + "'", e);
      }
    }

    @Override
    public Consumer consume(String queue, int window, boolean isRejecting) throws BrokerException {
      require(CapabilityType.SUB_FLOW_GUARANTEED, "cannot consume '" + queue + "'");
      ConsumerFlowProperties properties = new ConsumerFlowProperties();
      properties.setEndpoint(JCSMPFactory.onlyInstance().createQueue(queue));
      properties.setAckMode(JCSMPProperties.SUPPORTED_MESSAGE_ACK_CLIENT);
      properties.setTransportWindowSize(window);
      if (isRejecting) {
        properties.addRequiredSettlementOutcomes(Outcome.REJECTED);
      }
      try {
        return new ConsumerFlow(
            queue, session.jcsmp().createFlow(null, properties, null, (_, _) -> {}), state);
      } catch (JCSMPException | AccessDeniedException e) {
        throw SmfErrors.queue("cannot consume '" + queue + "'", e);
      }
    }

    @Override
    public Sender sender(ProducerListener listener) throws BrokerException {
      SmfPublisher.Events events = new SmfPublisher.Events(listener, () -> true);
      state.sending = events;
      return new CopySender(SmfPublisher.producer(settings, session, events));
    }

    @Override
    public void reserve(String name) throws BrokerException, InterruptedException {
      String what = "cannot create the temporary queue '" + name + "'";
      require(CapabilityType.TEMP_ENDPOINT, what);
      CompletableFuture<Boolean> isOurs = new CompletableFuture<>();
      try {
        ConsumerFlowProperties properties = new ConsumerFlowProperties();
        properties.setEndpoint(session.jcsmp().createTemporaryQueue(name));
        properties.setAckMode(JCSMPProperties.SUPPORTED_MESSAGE_ACK_CLIENT);
        properties.setActiveFlowIndication(true);
        EndpointProperties endpoint = new EndpointProperties();
        endpoint.setAccessType(EndpointProperties.ACCESSTYPE_EXCLUSIVE);
        // Bound until the session ends; nothing is ever sent to it.
        session
            .jcsmp()
            .createFlow(
                null,
                properties,
                endpoint,
                (_, change) -> {
                  if (change.getEvent() == FlowEvent.FLOW_ACTIVE) {
                    isOurs.complete(true);
                  }
                })
            .start();
      } catch (JCSMPException | AccessDeniedException e) {
        throw new BrokerException.Conflict(what + ": " + SmfErrors.reason(e), e);
      }
      // If the broker lets a second client bind, that one waits for the first to leave.
      if (!isActive(isOurs)) {
        throw new BrokerException.Conflict(what + ": another connection has it", null);
      }
    }

    private static boolean isActive(CompletableFuture<Boolean> told) throws InterruptedException {
      try {
        return told.get(TURN_MAX.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException | ExecutionException _) {
        return false;
      }
    }

    private void require(CapabilityType capability, String what) throws BrokerException {
      if (!session.jcsmp().isCapable(capability)) {
        throw new BrokerException.Refused(
            "%s: the client profile of '%s' does not allow it (%s)"
                .formatted(what, settings.username(), capability),
            null);
      }
    }

    @Override
    public void close() {
      session.close();
    }
  }

  /// A browser of the client.
  private static final class BrowserFlow implements Flow {
    private final String queue;
    private final Browser browser;
    private final ConnectionState state;

    BrowserFlow(String queue, Browser browser, ConnectionState state) {
      this.queue = queue;
      this.browser = browser;
      this.state = state;
    }

    @Override
    public @Nullable Delivery next(Duration wait) throws BrokerException, InterruptedException {
      try {
        // To the client, zero means forever.
        BytesXMLMessage message =
            wait.isZero() ? browser.getNextNoWait() : browser.getNext((int) wait.toMillis());
        if (message == null) {
          state.check();
          return null;
        }
        return new Browsed(browser, message, SmfMessages.read(message));
      } catch (JCSMPException e) {
        throw lost("browse", queue, state, e);
      }
    }

    @Override
    public void close() {
      browser.close();
    }
  }

  private record Browsed(Browser browser, BytesXMLMessage received, QueueMessage message)
      implements Delivery {
    @Override
    public void acknowledge() throws BrokerException {
      try {
        browser.remove(received);
      } catch (JCSMPException e) {
        throw SmfErrors.queue("cannot remove message " + message.id(), e);
      }
    }

    @Override
    public void reject() {
      throw new UnsupportedOperationException("a browser cannot reject");
    }
  }

  /// A consumer flow of the client.
  private static final class ConsumerFlow implements Consumer {
    private final String queue;
    private final FlowReceiver receiver;
    private final ConnectionState state;
    private int reconnectsAtPull;

    ConsumerFlow(String queue, FlowReceiver receiver, ConnectionState state) {
      this.queue = queue;
      this.receiver = receiver;
      this.state = state;
    }

    @Override
    public @Nullable Delivery next(Duration wait) throws BrokerException, InterruptedException {
      try {
        BytesXMLMessage message =
            wait.isZero() ? receiver.receiveNoWait() : receiver.receive((int) wait.toMillis());
        if (message == null) {
          state.check();
          return null;
        }
        return new Consumed(message, SmfMessages.read(message));
      } catch (JCSMPException e) {
        throw lost("consume", queue, state, e);
      }
    }

    @Override
    public void start() throws BrokerException {
      try {
        receiver.start();
      } catch (JCSMPException e) {
        throw lost("consume", queue, state, e);
      }
    }

    @Override
    public void pull() throws BrokerException {
      reconnectsAtPull = state.reconnects();
      start();
      // The client renews its window when the first message arrives. Stopped at once, the broker
      // still sends what starting asked for.
      receiver.stop();
    }

    @Override
    public boolean isPullLost() {
      // After a reconnect the client binds a stopped flow again without asking for messages.
      return state.reconnects() != reconnectsAtPull;
    }

    @Override
    public void close() {
      receiver.close();
    }
  }

  private record Consumed(BytesXMLMessage received, QueueMessage message) implements Delivery {
    @Override
    public void acknowledge() {
      received.ackMessage();
    }

    @Override
    public void reject() throws BrokerException {
      try {
        received.settle(Outcome.REJECTED);
      } catch (JCSMPException e) {
        throw SmfErrors.queue("cannot reject message " + message.id(), e);
      }
    }
  }

  private record CopySender(XMLMessageProducer producer) implements Sender {
    @Override
    public void send(long correlation, MessageContent content, boolean last)
        throws BrokerException {
      try {
        producer.send(
            SmfMessages.write(correlation, content, last),
            SdtValues.destination(content.destination()));
      } catch (IllegalArgumentException | SDTException e) {
        throw new BrokerException.Invalid(
            "cannot send to " + content.destination() + ": " + SmfErrors.reason(e), e);
      } catch (JCSMPException e) {
        throw new BrokerException.Unavailable(
            "cannot send to " + content.destination() + ": " + SmfErrors.reason(e), e);
      }
    }
  }

  /// Why a flow ended. For a lost connection the client says only that something is closed.
  private static BrokerException lost(
      String doing, String queue, ConnectionState state, JCSMPException failure)
      throws BrokerException {
    if (failure instanceof SDTException || !(failure instanceof ClosedFacilityException)) {
      return SmfErrors.queue("cannot " + doing + " '" + queue + "'", failure);
    }
    state.check();
    return SmfErrors.queue("cannot " + doing + " '" + queue + "'", failure);
  }
}
