package stripebridge.service.inbox;

import java.util.List;
import java.util.Optional;
import stripebridge.core.inbox.InboxException;

/// One end of a move from inbox to inbox. Nobody else has it open, if it is the end that entries
/// leave. Not thread-safe.
public interface MoveEndpoint extends AutoCloseable {
  /// The first entries that are still here; empty when none is. What is claimed, held or due later
  /// just waits.
  List<MovedEntry> first(int max) throws InboxException;

  /// What has an id, be it only remembered.
  Optional<MovedEntry> find(String eventId) throws InboxException;

  /// Keeps entries, durably; those whose ids are known already are not kept twice.
  ///
  /// @return how many were not known
  int take(List<MovedEntry> entries) throws InboxException;

  /// Forgets entries, ids included.
  ///
  /// @throws InboxException.Unusable when somebody uses this inbox; nothing is forgotten then
  void drop(List<MovedEntry> entries) throws InboxException;

  @Override
  void close();
}
