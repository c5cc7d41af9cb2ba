package stripebridge.core.broker;

/// Why the broker refused one message.
///
/// @param code the broker's subcode, as its documentation names it: `SPOOL_OVER_QUOTA`
/// @param detail what the broker said
public record Refusal(Kind kind, String code, String detail) {
  /// What a refusal is about.
  public enum Kind {
    /// The broker as it is now: spool full, queue shut, nobody subscribed. The message can be
    /// published once that changes.
    TRANSIENT,
    /// This message: too large, not permitted, no topic.
    PERMANENT
  }
}
