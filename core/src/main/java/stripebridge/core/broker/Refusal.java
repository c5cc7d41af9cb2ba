package stripebridge.core.broker;

/// Why the broker refused one message.
///
/// @param code the broker's documented subcode: `SPOOL_OVER_QUOTA`
/// @param detail the broker's message
public record Refusal(Kind kind, String code, String detail) {
  /// The cause of a refusal.
  public enum Kind {
    /// The broker's current state: spool full, queue shut down, no subscription, an ACL that
    /// forbids the topic. The message can be published once that changes.
    TRANSIENT,
    /// The message itself: too large, an invalid topic.
    PERMANENT
  }
}
