package stripebridge.core.inbox;

/// What became of an event that was to be kept.
public enum Appended {
  /// It is durable now.
  STORED,
  /// It is waiting, parked or remembered; this holds even when the inbox is full.
  DUPLICATE,
  /// Its id is held by another event. It is durable now, parked under a further id.
  CONFLICT,
  /// As many different events are held under its id as may; nothing was stored.
  ID_EXHAUSTED,
  /// As many entries wait as may; nothing was stored.
  FULL
}
