package stripebridge.core.inbox;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// Stores accepted events durably until the broker has acknowledged their messages.
///
/// An entry is waiting, then published or parked. A waiting entry is free, claimed, held behind
/// earlier entries, or due later. All of this except the claim is in the store, so that entries do
/// not pile up in the heap during an outage and survive a restart. An entry that was claimed but
/// not settled when its owner died can be claimed again.
///
/// Thread-safe. Methods block; what they report is durable.
public interface Inbox extends AutoCloseable {
  /// The latest plausible due date, because retries are at most 30 s apart. A later date was set
  /// before the clock moved back, and counts as now.
  Duration DATE_AHEAD_MAX = Duration.ofSeconds(60);

  /// Stores an event unless it is already known; [Placement] decides. Concurrent callers share one
  /// disk write.
  ///
  /// @throws InboxException.Unavailable when the event could not be stored
  Appended append(ReceivedEvent event) throws InboxException;

  /// Checks whether an event could be stored now, by writing a marker.
  ///
  /// @throws InboxException.Unavailable when it could not be written
  void probe() throws InboxException;

  /// Claims free and due entries, in sequence order. They are not handed out again until they are
  /// settled.
  ///
  /// @param wait how long to wait for an entry; after that the list is empty
  List<Claim> claim(int max, Duration wait) throws InboxException, InterruptedException;

  /// Claims entries that are held behind the same topic, or the same topic and key, in sequence
  /// order.
  ///
  /// @param behind a [HeldBehind#text]
  List<Claim> claimHeld(String behind, int max) throws InboxException;

  /// What entries are held behind, each a [HeldBehind#text]; a new publisher starts with them.
  Set<String> heldBehind() throws InboxException;

  /// Makes entries due that wait for a date because their message was refused for now. A new
  /// publisher claims them first, so that entries held behind them do not overtake them. Entries
  /// that were only refused permanently keep their dates.
  void makeRefusedDue() throws InboxException;

  /// Settles claimed entries, all or none. An entry that is no longer claimed is left alone.
  void settle(Collection<? extends Settlement> settlements) throws InboxException;

  /// How many entries there are. Cheap enough for every metrics scrape.
  InboxCounts counts() throws InboxException;

  /// A small text that is kept beside the entries; empty if no memo has this name.
  String memo(String name) throws InboxException;

  /// Stores a memo, if it is still what the caller has read.
  ///
  /// @param name a lower-case word
  /// @param before what [#memo] returned
  /// @return whether it was stored
  boolean replaceMemo(String name, String before, String after) throws InboxException;

  /// Why nothing can be stored at the moment, if that is known without trying. Cheap.
  default Optional<String> outage() {
    return Optional.empty();
  }

  /// The failure that stopped an essential part of the inbox, if any. The inbox cannot recover: the
  /// process must end.
  Optional<Throwable> failure();

  /// The faults of the store itself. Cheap enough for every metrics scrape.
  default InboxFaults faults() {
    return InboxFaults.NONE;
  }

  /// The free space where entries are stored; empty when it is not known or not on this machine.
  default OptionalLong diskFreeBytes() {
    return OptionalLong.empty();
  }

  /// The size of the disk that [#diskFreeBytes] is about; empty when that is.
  default OptionalLong diskSizeBytes() {
    return OptionalLong.empty();
  }

  /// Closes the store. The next owner can claim the claimed entries again.
  @Override
  void close();
}
