package stripebridge.core.inbox;

/// Why an entry is parked.
public enum ParkReason {
  /// The broker refused its message for good, as often as is allowed.
  REFUSED,
  /// The event is genuine and cannot be normalized.
  UNREADABLE,
  /// What was stored is damaged.
  DAMAGED,
  /// Its id was held by another event. It is published under the further id that it has.
  CONFLICT
}
