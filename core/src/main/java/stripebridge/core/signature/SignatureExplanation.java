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
    CLOCK
  }
}
