package stripebridge.core.inbox;

/// Why an entry is parked.
public enum ParkReason {
  /// The broker permanently refused its message as often as allowed.
  REFUSED,
  /// The event is genuine but cannot be normalized.
  UNREADABLE,
  /// The stored entry is damaged.
  DAMAGED,
  /// Another event has its id. When retried, it is published under its further id.
  CONFLICT
}
