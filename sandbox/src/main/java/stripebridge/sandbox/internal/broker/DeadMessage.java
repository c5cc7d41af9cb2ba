package stripebridge.sandbox.internal.broker;

/// A message that a queue has let go of and that may go to its dead message queue. The message is
/// still held in the spool.
record DeadMessage(SpooledMessage message, Reason reason) {
  enum Reason {
    TTL,
    REDELIVERY,
    /// The consumer said so. SEMP has no counter for it.
    REJECTED
  }
}
