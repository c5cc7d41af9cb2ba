package stripebridge.service.inbox;

import stripebridge.core.inbox.InboxLoss;

/// Receives reports of damage, losses and migrations, for logs. Called on the inbox's threads,
/// which may hold a lock; it must not block.
public interface InboxObserver {
  /// Ignores all reports.
  InboxObserver NONE = new InboxObserver() {};

  /// Called after each batch of a migration to the current version.
  ///
  /// @param moved entries migrated by this process
  /// @param total entries that this process has to migrate
  default void migrating(long moved, long total) {}

  /// Acknowledged events are missing; reported at each start until an operator acknowledges it.
  default void missing(InboxLoss loss) {}

  /// The high-water mark beside the file is unusable, or could not be written.
  default void markFailed(String why) {}

  /// An entry is not what was stored. It is parked, unless it was just being published.
  ///
  /// @param eventId may itself be damaged
  default void damaged(long sequence, String eventId, String what) {}

  /// Waiting entries were missing from an index and would never have been claimed. The indexes were
  /// rebuilt, and the entries are tried now.
  default void unlisted(long entries) {}

  /// The check of all entries that existed at the start is complete.
  default void checked(long entries, long damaged) {}

  /// The check is not complete.
  default void checkFailed(String why) {}
}
