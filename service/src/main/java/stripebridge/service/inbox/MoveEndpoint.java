package stripebridge.service.inbox;

import java.util.List;
import java.util.Optional;
import stripebridge.core.inbox.InboxException;

/// The source or target of a move between inboxes. No other process uses the source. Not
/// thread-safe.
public interface MoveEndpoint extends AutoCloseable {
  /// The first entries that are left; empty when none is. Claimed, held and due entries count as
  /// waiting.
  List<MovedEntry> first(int max) throws InboxException;

  /// The entry that has an id, even if only the id is remembered.
  Optional<MovedEntry> find(String eventId) throws InboxException;

  /// Stores entries durably, except entries whose ids are known.
  ///
  /// @return how many ids were new
  int take(List<MovedEntry> entries) throws InboxException;

  /// Deletes entries, ids included.
  ///
  /// @throws InboxException.Unusable when a process uses this inbox; nothing is deleted then
  void drop(List<MovedEntry> entries) throws InboxException;

  @Override
  void close();
}
