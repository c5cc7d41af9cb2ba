package stripebridge.core.broker;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import stripebridge.core.broker.EventPublisher.ProducerListener;

/// Browses, consumes and republishes the messages of queues.
public interface QueueAccess {
  /// Connects, trying each of the broker's addresses once. Blocks; interruption ends it.
  Session open() throws BrokerException, InterruptedException;

  /// One connection. It reconnects for a while after a break, and restores its flows and senders.
  /// Each flow and sender is for one thread; different threads may use different ones.
  ///
  /// Each method that opens a flow or sender throws
  /// - [BrokerException.Conflict] when the queue does not exist, is shut down, or does not allow
  ///   this access
  /// - [BrokerException.Refused] when the user lacks the permission
  /// - [BrokerException.Unavailable] when the connection is lost
  interface Session extends AutoCloseable {
    /// Browses a queue, oldest message first, including messages that are with consumers and
    /// messages that arrive later. Does not increase delivery counts or keep messages from
    /// consumers.
    ///
    /// @param window how many messages may be in transit; 1 to 255
    Flow browse(String queue, int window) throws BrokerException;

    /// Consumes a queue, once started or asked for messages. Messages that are not acknowledged
    /// when the flow ends return to the queue, marked as redelivered.
    ///
    /// @param window how many messages may be in transit; 1 to 255
    /// @param isRejecting whether messages may be rejected, which brokers before 10.2.1 do not
    ///   support
    Consumer consume(String queue, int window, boolean isRejecting) throws BrokerException;

    /// Opens the sender for copies; at most once in a session.
    Sender sender(ProducerListener listener) throws BrokerException;

    /// Reserves a name for the lifetime of the connection, as a temporary queue with that name.
    ///
    /// @throws BrokerException.Conflict when another connection holds the name, or lost it by a
    ///   break less than a minute ago
    void reserve(String name) throws BrokerException, InterruptedException;

    /// Closes everything, after sending the pending acknowledgements.
    @Override
    void close();
  }

  /// Delivers the messages of a queue one by one.
  interface Flow extends AutoCloseable {
    /// The next message, or null when none came within that time. Null does not mean the end: a
    /// message may come later.
    ///
    /// @throws BrokerException.Unavailable when the connection is lost
    /// @throws BrokerException.Conflict when the queue was deleted or shut down
    @Nullable Delivery next(Duration wait) throws BrokerException, InterruptedException;

    @Override
    void close();
  }

  /// Delivers messages that nobody else gets meanwhile.
  interface Consumer extends Flow {
    /// Requests all present and future messages, a window plus one at a time.
    void start() throws BrokerException;

    /// Requests one window of messages. It may be called again once they have arrived, or when none
    /// came. If the broker answers within microseconds, one extra message may come.
    void pull() throws BrokerException;

    /// Whether the connection broke since the last pull. Messages requested then that have not
    /// arrived will not arrive: pull again.
    boolean isPullLost();
  }

  /// A delivered message; valid while its flow is open.
  interface Delivery {
    QueueMessage message();

    /// Removes the message from the queue. The acknowledgement is sent within a second, or when the
    /// flow closes.
    void acknowledge() throws BrokerException;

    /// Moves the message to the queue's DMQ without redelivery; the broker deletes it if it cannot.
    /// Only for a consumer that was opened as rejecting.
    void reject() throws BrokerException;
  }

  /// Publishes copies as guaranteed messages. The listener receives the outcome of each.
  interface Sender {
    /// Sends a message. Blocks while the broker exerts back pressure.
    ///
    /// @param correlation is returned with the acknowledgement or refusal
    /// @param last whether no message follows soon
    /// @throws BrokerException.Unavailable when the connection is lost; the copy may still have
    ///   reached the broker
    /// @throws BrokerException.Invalid when this message cannot be sent
    void send(long correlation, MessageContent content, boolean last) throws BrokerException;
  }
}
