package stripebridge.service.inbox;

import stripebridge.core.inbox.InboxLoss;

/// Hears what the file of an inbox shows of itself, for logs. Called on threads of the inbox,
/// holding no lock; it must not wait.
public interface InboxObserver {
  /// For who does not care.
  InboxObserver NONE = new InboxObserver() {};

  /// Entries are being brought to the current version of the format, a batch at a time.
  ///
  /// @param moved how many are, of those that were not when this process began
  default void migrating(long moved, long total) {}

  /// Events that were answered are missing; told at each start until it is acknowledged.
  default void missing(InboxLoss loss) {}

  /// What is kept beside the file is of no use, or could not be written.
  default void markFailed(String why) {}

  /// An entry is not as it was stored; it is parked, if it was not being published just now.
  ///
  /// @param eventId may itself be damaged
  default void damaged(long sequence, String eventId, String what) {}

  /// Waiting entries that the file's indexes did not have, so that nobody would ever have claimed
  /// them; the indexes were made anew, and they are tried now.
  default void unlisted(long entries) {}

  /// All entries that were there at the start have been looked at.
  default void checked(long entries, long damaged) {}

  /// They could not all be looked at.
  default void checkFailed(String why) {}
}
