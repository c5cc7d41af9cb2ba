package stripebridge.core.inbox;

/// The state of an entry.
public enum EntryState {
  /// It will be published as soon as possible.
  WAITING,
  /// The broker has acknowledged its message; its id is remembered.
  PUBLISHED,
  /// It waits for an operator.
  PARKED,
  /// An operator has removed it; its id is remembered.
  DISCARDED
}
