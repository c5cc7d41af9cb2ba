package stripebridge.sandbox.internal.broker;

/// A message that a queue has removed and that may go to its dead message queue. The spool still
/// retains it.
record DeadMessage(SpooledMessage message, Reason reason) {
  enum Reason {
    TTL,
    REDELIVERY,
    /// The consumer rejected it. SEMP has no counter for this.
    REJECTED
  }
}
