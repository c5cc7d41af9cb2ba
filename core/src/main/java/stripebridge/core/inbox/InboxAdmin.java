package stripebridge.core.inbox;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What an operator does with an inbox, whether or not a service has it open.
///
/// Looking changes nothing. What changes something is done by the service that has the inbox, which
/// is asked to, or here when none has it. Not thread-safe.
public interface InboxAdmin extends AutoCloseable {
  /// Entries in the order of acceptance.
  List<EntryRow> list(EntryFilter filter, int max) throws InboxException;

  Optional<EntryRow> find(String eventId) throws InboxException;

  /// The event as Stripe sent it; absent when there is no such entry or it was dropped.
  Optional<byte[]> body(String eventId) throws InboxException;

  InboxStats stats() throws InboxException;

  /// Has a parked entry wait again, with its refusals forgotten; one that waits for its date is due
  /// at once.
  Answer retry(String eventId) throws InboxException, InterruptedException;

  /// Has all parked entries wait again.
  Answer retryAllParked() throws InboxException, InterruptedException;

  /// Takes an entry out for good. Its id is remembered like that of a published one.
  Answer discard(String eventId) throws InboxException, InterruptedException;

  /// What is missing and nobody has acknowledged.
  default List<InboxLoss> losses() throws InboxException {
    return List.of();
  }

  /// Has the service stop telling what is missing.
  default Answer acknowledgeLoss() throws InboxException, InterruptedException {
    return new Answer(Outcome.NOT_APPLICABLE, 0);
  }

  @Override
  void close();

  /// What became of a request.
  ///
  /// @param count how many entries were changed
  record Answer(Outcome outcome, long count) {}

  /// The kinds of answers.
  enum Outcome {
    DONE,
    /// No entry has that id.
    NOT_FOUND,
    /// The entry is on its way to the broker right now.
    IN_FLIGHT,
    /// The entry is in no state in which that means anything: it waits already, it is published.
    NOT_APPLICABLE,
    /// The entry cannot be read or changed: the store is damaged there.
    DAMAGED,
    /// The service that has the inbox did not answer in time; it will do it once it works.
    UNANSWERED
  }

  /// Which entries are meant.
  ///
  /// @param type an event type, or a prefix and `*`
  /// @param since accepted then or later
  record EntryFilter(
      Optional<EntryState> state, Optional<String> type, Optional<Instant> since) {}
}
