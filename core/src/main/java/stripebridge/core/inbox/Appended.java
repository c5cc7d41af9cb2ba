package stripebridge.core.inbox;

/// What became of an event that was to be kept.
public enum Appended {
  /// It is durable now.
  STORED,
  /// Its id is waiting, parked or remembered; this holds even when the inbox is full.
  DUPLICATE,
  /// As many entries wait as may; nothing was stored.
  FULL
}
