package stripebridge.core.inbox;

/// Where an entry is on its way.
public enum EntryState {
  /// It is published as soon as it can be.
  WAITING,
  /// The broker has acknowledged its message; its id is remembered.
  PUBLISHED,
  /// It waits for an operator.
  PARKED,
  /// An operator has taken it out; its id is remembered.
  DISCARDED
}
