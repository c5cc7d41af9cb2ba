package stripebridge.core.signature;

import org.jspecify.annotations.Nullable;

/// Why a webhook's signature does not verify, for the person who has to fix it.
///
/// Contains no secret and no signature that we computed: either would let a reader sign webhooks.
///
/// @param verdict the bridge's verdict on this webhook
/// @param cause the most likely cause
/// @param sentence the finding
/// @param hint what to do next; null when nothing is wrong
public record SignatureExplanation(
    Verdict verdict, Cause cause, String sentence, @Nullable String hint) {

  /// The known causes of an invalid signature.
  public enum Cause {
    /// Nothing is wrong.
    NONE,
    /// There is no header.
    HEADER_MISSING,
    /// The header does not have Stripe's format.
    HEADER_MALFORMED,
    /// The header was truncated or lost some digits.
    HEADER_CUT,
    /// The header's letter case or spaces were changed on the way.
    HEADER_REWRITTEN,
    /// The body is the document that Stripe signed, but not the same bytes.
    BODY_RESERIALIZED,
    /// The secret is configured, but not as Stripe shows it.
    SECRET_MISWRITTEN,
    /// No secret matches this body: it is another endpoint's secret, or another body.
    SECRET_OR_BODY,
    /// The signature is valid but its timestamp is out of tolerance.
    CLOCK,
    /// Captures only: no secret matches, and the body looks as Stripe sent it.
    SECRET_WRONG,
    /// Captures only: the event is of test mode and the secrets are of live mode, or vice versa.
    SECRET_OF_OTHER_MODE,
    /// Captures only: the secret that signed it has been configured since.
    SECRET_ADDED_SINCE,
    /// Captures only: the sender does not say that it is Stripe.
    SENDER_UNKNOWN,
    /// Captures only: it is signed, and is not an event.
    EVENT_UNREADABLE,
    /// Captures only: the body exceeds the limit.
    BODY_TOO_LARGE,
    /// Captures only: something has compressed the body.
    BODY_ENCODED,
    /// Captures only: the body ended early.
    BODY_BROKEN
  }
}
