package stripebridge.core.inbox;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// An operator's access to an inbox, whether or not a service has it open.
///
/// Reads change nothing. Changes are requested from the service that has the inbox open; if none
/// has, they are made here. Not thread-safe.
public interface InboxAdmin extends AutoCloseable {
  /// Entries in the order of acceptance.
  List<EntryRow> list(EntryFilter filter, int max) throws InboxException;

  Optional<EntryRow> find(String eventId) throws InboxException;

  /// The body as Stripe sent it; empty when there is no such entry or its body was dropped.
  Optional<byte[]> body(String eventId) throws InboxException;

  InboxStats stats() throws InboxException;

  /// A memo, as in [Inbox#memo].
  String memo(String name) throws InboxException;

  /// Returns a parked entry to waiting and resets its refusals. An entry that waits for its due
  /// date is due at once.
  Answer retry(String eventId) throws InboxException, InterruptedException;

  /// Returns all parked entries to waiting.
  Answer retryAllParked() throws InboxException, InterruptedException;

  /// Removes an entry for good. Its id is remembered like a published one's.
  Answer discard(String eventId) throws InboxException, InterruptedException;

  /// The losses that nobody has acknowledged.
  default List<InboxLoss> losses() throws InboxException {
    return List.of();
  }

  /// Acknowledges all losses: the service stops reporting them.
  default Answer acknowledgeLoss() throws InboxException, InterruptedException {
    return new Answer(Outcome.NOT_APPLICABLE, 0);
  }

  @Override
  void close();

  /// The result of a request.
  ///
  /// @param count the number of changed entries
  record Answer(Outcome outcome, long count) {}

  /// The outcome of a request.
  enum Outcome {
    DONE,
    /// No entry has that id.
    NOT_FOUND,
    /// The entry is being published right now.
    IN_FLIGHT,
    /// The request does not apply to the entry's state: it already waits, or is published.
    NOT_APPLICABLE,
    /// The entry cannot be read or changed: the store is damaged there.
    DAMAGED,
    /// The service that has the inbox open did not answer in time; it will act once it runs again.
    UNANSWERED
  }

  /// Selects entries.
  ///
  /// @param type an event type, or a prefix and `*`
  /// @param since accepted at that time or later
  record EntryFilter(Optional<EntryState> state, Optional<String> type, Optional<Instant> since) {}
}
