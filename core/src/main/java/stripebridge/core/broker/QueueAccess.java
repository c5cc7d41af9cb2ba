package stripebridge.core.broker;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import stripebridge.core.broker.EventPublisher.ProducerListener;

/// What queues hold: looked at, taken out, and published again.
public interface QueueAccess {
  /// Connects, trying each of the broker's addresses once. Blocks meanwhile; interruption ends it.
  Session open() throws BrokerException, InterruptedException;

  /// One connection. A break is restored for a while, with all that is open on it. Each flow and
  /// sender is for one thread; different ones may be used side by side.
  ///
  /// Each method that opens something throws
  /// - [BrokerException.Conflict] when there is no such queue, it is shut, or it cannot be used so
  /// - [BrokerException.Refused] when the user may not
  /// - [BrokerException.Unavailable] when the connection is lost
  interface Session extends AutoCloseable {
    /// Looks at a queue's messages, oldest first, also at those that are with consumers and those
    /// that arrive later. No delivery counts are raised, and nothing is kept from consumers.
    ///
    /// @param window how many messages may be on their way; from 1 to 255
    Flow browse(String queue, int window) throws BrokerException;

    /// Takes a queue's messages, once it is told how many. What is not acknowledged when the flow
    /// ends goes back to the queue, marked as redelivered.
    ///
    /// @param window how many messages may be on their way; from 1 to 255
    /// @param isRejecting whether any will be rejected, which brokers before 10.2.1 do not know
    Consumer consume(String queue, int window, boolean isRejecting) throws BrokerException;

    /// Opens the way for copies; for once in a session.
    Sender sender(ProducerListener listener) throws BrokerException;

    /// Takes a name for as long as the connection lasts: a temporary queue of that name.
    ///
    /// @throws BrokerException.Conflict when another connection has it, or had it until it broke
    ///   less than a minute ago
    void reserve(String name) throws BrokerException, InterruptedException;

    /// Ends all that is open. Acknowledgements are on their way before.
    @Override
    void close();
  }

  /// Hands out messages of a queue, one after another.
  interface Flow extends AutoCloseable {
    /// The next message, or null when there was none for that long. An end is not told: there may
    /// be one later.
    ///
    /// @throws BrokerException.Unavailable when the connection is lost
    /// @throws BrokerException.Conflict when the queue was deleted or shut
    @Nullable Delivery next(Duration wait) throws BrokerException, InterruptedException;

    @Override
    void close();
  }

  /// Hands out messages that nobody else gets.
  interface Consumer extends Flow {
    /// Asks for all there are and will be, as many as the window at a time, and one more.
    void start() throws BrokerException;

    /// Asks for as many as its window, once. It may be asked again when they are here, or none
    /// came. Where the broker is nearer than microseconds, one more may come.
    void pull() throws BrokerException;

    /// Whether the connection broke since the last pull. What was asked for then and has not come
    /// will not come: it has to be asked for again.
    boolean isPullLost();
  }

  /// A message, as long as its flow is open.
  interface Delivery {
    QueueMessage message();

    /// Takes the message off the queue. The broker hears of it within a second, or when the flow is
    /// closed.
    void acknowledge() throws BrokerException;

    /// Gives the message to the queue's DMQ, not to be delivered again; the broker deletes it when
    /// it cannot. For a consumer that was opened for it.
    void reject() throws BrokerException;
  }

  /// Publishes copies, guaranteed. What becomes of each is told to the listener.
  interface Sender {
    /// Sends, and blocks while the broker takes no more.
    ///
    /// @param correlation comes back with the acknowledgement or refusal
    /// @param last whether nothing follows soon
    /// @throws BrokerException.Unavailable when the connection is lost; the copy may nevertheless
    ///   be on the broker
    /// @throws BrokerException.Invalid when this cannot be sent, and is not
    void send(long correlation, MessageContent content, boolean last) throws BrokerException;
  }
}
