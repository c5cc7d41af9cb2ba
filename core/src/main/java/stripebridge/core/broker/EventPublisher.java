package stripebridge.core.broker;

/// A broker that takes guaranteed messages.
///
/// What is acknowledged is on every queue that attracts its topic. What is neither acknowledged nor
/// refused when a producer is lost may be there or not: its owner sends it once more by the next
/// producer. Nobody else resends, so that copies arise only then.
public interface EventPublisher {
  /// Connects and opens a producer, trying each of the broker's addresses once. Blocks meanwhile;
  /// interruption ends it.
  ///
  /// @throws BrokerException.Unavailable when none of the addresses answers
  Producer open(ProducerListener listener) throws BrokerException, InterruptedException;

  /// One connection's way of sending. Sent messages are acknowledged or refused one by one to the
  /// listener it was opened with. It survives a broken connection by itself where the broker
  /// resumes it; where not, it is lost.
  interface Producer extends AutoCloseable {
    /// Sends. Called by one thread. Blocks while the broker takes no more.
    ///
    /// @param correlation comes back with the acknowledgement or refusal
    /// @param last whether nothing follows soon: the broker then acknowledges at once, else when a
    ///   third of its window is used or a second is over
    /// @throws BrokerException.Unavailable when the producer is lost or closed; the message may
    ///   nevertheless be on the broker
    /// @throws BrokerException.Invalid when this message cannot be sent, and is not; the producer
    ///   is as good as before
    void send(long correlation, OutgoingMessage message, boolean last) throws BrokerException;

    /// Ends the connection, whatever it is doing: a blocked send fails. Any thread may call it. The
    /// listener hears nothing of this producer any more once it returns.
    @Override
    void close();
  }

  /// Hears about one producer. Called on the client's own thread, which must not be kept: an
  /// implementation notes what it is told and returns.
  interface ProducerListener {
    /// The message is on every queue that attracts its topic.
    void acknowledged(long correlation);

    /// The message is on no queue.
    void refused(long correlation, Refusal refusal);

    /// The connection is broken and is being restored, or is back.
    void connectionChanged(boolean up);

    /// The producer is of no use any more; nothing further is acknowledged or refused.
    void lost(BrokerException cause);
  }
}
