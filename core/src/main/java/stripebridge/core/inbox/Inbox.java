package stripebridge.core.inbox;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// Where accepted events are durable until the broker has acknowledged their messages.
///
/// An entry is waiting, then published or parked. A waiting entry is free, claimed, held behind its
/// topic, or due at a later date; all but being claimed is in the store, so that neither an outage
/// nor a restart keeps entries in the heap. What was claimed and not settled when its owner died is
/// claimable again.
///
/// Thread-safe. Methods block; what they return has happened durably.
public interface Inbox extends AutoCloseable {
  /// No date is as far ahead: retries come at least every 30 s. One that is was given before the
  /// clock went back, and counts as now.
  Duration DATE_AHEAD_MAX = Duration.ofSeconds(60);

  /// Keeps an event unless it is held already, as [Placement] decides. Many waiting callers share
  /// one write to the disk.
  ///
  /// @throws InboxException.Unavailable when it cannot be stored; it is then not stored
  Appended append(ReceivedEvent event) throws InboxException;

  /// Finds out whether an event could be stored now, by storing something of no meaning.
  ///
  /// @throws InboxException.Unavailable when it could not
  void probe() throws InboxException;

  /// Takes free and due entries, in the order of their sequence. Nobody gets them again until they
  /// are settled.
  ///
  /// @param wait how long to wait when there is none; then the list is empty
  List<Claim> claim(int max, Duration wait) throws InboxException, InterruptedException;

  /// Takes entries that are held behind a topic, in the order of their sequence; none when there
  /// are none.
  List<Claim> claimHeld(String topic, int max) throws InboxException;

  /// The topics that entries are held behind, for who begins to publish.
  Set<String> heldTopics() throws InboxException;

  /// Settles claimed entries, all or none of them. Settling an entry that is not claimed any more
  /// does nothing.
  void settle(Collection<? extends Settlement> settlements) throws InboxException;

  /// Cheap enough to ask at every scrape.
  InboxCounts counts() throws InboxException;

  /// Why nothing can be stored for now, as far as that is known without trying; absent when it is
  /// worth trying. Cheap.
  default Optional<String> outage() {
    return Optional.empty();
  }

  /// What has ended a part of the inbox that it cannot work without, if anything has. It does not
  /// recover from that: the process has to end.
  Optional<Throwable> failure();

  /// What is wrong with the store itself; cheap enough to ask at every scrape.
  default InboxFaults faults() {
    return InboxFaults.NONE;
  }

  /// How much room is left where entries are stored; absent where that is another's disk, or is not
  /// known.
  default OptionalLong diskFreeBytes() {
    return OptionalLong.empty();
  }

  /// Closes the store. Claimed entries are claimable again for the next owner.
  @Override
  void close();
}
