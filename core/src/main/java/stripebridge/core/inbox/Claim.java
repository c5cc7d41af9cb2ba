package stripebridge.core.inbox;

/// What claiming yields for one entry. Whoever claims settles it, whichever it is.
public sealed interface Claim {
  long sequence();

  /// The entry is as it was stored.
  record Intact(InboxEntry entry) implements Claim {
    @Override
    public long sequence() {
      return entry.sequence();
    }
  }

  /// What is stored is not what was appended: the checksum differs. It must not be published.
  ///
  /// @param eventId as it is readable now; may itself be damaged
  record Damaged(long sequence, String eventId, String reason) implements Claim {}
}
