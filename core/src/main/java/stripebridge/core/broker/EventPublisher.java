package stripebridge.core.broker;

/// A broker that takes guaranteed messages.
///
/// An acknowledged message is on every queue that subscribes to its topic. A message that is
/// neither acknowledged nor refused when its producer is lost may or may not be there: its owner
/// sends it again with the next producer. The publisher itself never resends.
public interface EventPublisher {
  /// Connects and opens a producer, trying each of the broker's addresses once. Blocks;
  /// interruption ends it.
  ///
  /// @throws BrokerException.Unavailable when none of the addresses answers
  Producer open(ProducerListener listener) throws BrokerException, InterruptedException;

  /// Sends messages over one connection. Its listener is told of each acknowledgement and refusal.
  /// The producer survives a broken connection if the broker resumes its flow; otherwise it is
  /// lost.
  interface Producer extends AutoCloseable {
    /// Sends a message. Called by one thread. Blocks while the broker exerts back pressure.
    ///
    /// @param correlation is returned with the acknowledgement or refusal
    /// @param last whether no message follows soon. The broker then acknowledges at once; otherwise
    ///   it does so once a third of its window is used, or after a second
    /// @throws BrokerException.Unavailable when the producer is lost or closed; the message may
    ///   still have reached the broker
    /// @throws BrokerException.Invalid when this message cannot be sent; the producer stays usable
    void send(long correlation, OutgoingMessage message, boolean last) throws BrokerException;

    /// Closes the connection, even during a send, which then fails. Any thread may call it. After
    /// it returns, the listener is not called again.
    @Override
    void close();
  }

  /// Receives the outcomes of one producer. Runs on the client library's thread: an implementation
  /// must record the outcome and return without blocking.
  interface ProducerListener {
    /// The message is on every queue that subscribes to its topic.
    void acknowledged(long correlation);

    /// The message is on no queue.
    void refused(long correlation, Refusal refusal);

    /// The connection is broken and is being restored, or is back.
    void connectionChanged(boolean up);

    /// The producer is unusable from now on; no further message is acknowledged or refused.
    void lost(BrokerException cause);
  }
}
