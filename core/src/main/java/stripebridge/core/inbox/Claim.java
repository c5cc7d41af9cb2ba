package stripebridge.core.inbox;

/// One claimed entry. The claimer settles it in either case.
public sealed interface Claim {
  long sequence();

  /// The entry is as it was stored.
  record Intact(InboxEntry entry) implements Claim {
    @Override
    public long sequence() {
      return entry.sequence();
    }
  }

  /// The stored entry differs from the appended one: its checksum is wrong. It must not be
  /// published.
  ///
  /// @param eventId as it reads now; may itself be damaged
  record Damaged(long sequence, String eventId, String reason) implements Claim {}
}
