package stripebridge.core.signature;

import org.jspecify.annotations.Nullable;

/// Why a webhook's signature does not hold, for a person who has to make it hold.
///
/// Holds no secret and no signature that we computed: either would let a reader sign webhooks.
///
/// @param verdict what the bridge answers to this webhook
/// @param cause what is most likely wrong
/// @param sentence what was found
/// @param hint what to do next; absent when nothing is wrong
public record SignatureExplanation(
    Verdict verdict, Cause cause, String sentence, @Nullable String hint) {

  /// The things that break a signature.
  public enum Cause {
    /// Nothing is wrong.
    NONE,
    /// No header came.
    HEADER_MISSING,
    /// The header is not as Stripe writes it.
    HEADER_MALFORMED,
    /// The header lost its end or some digits.
    HEADER_CUT,
    /// The header was changed on its way, by letter case or spaces.
    HEADER_REWRITTEN,
    /// The body is not the bytes that Stripe signed, but the same document.
    BODY_RESERIALIZED,
    /// The secret is in the configuration, but not as Stripe shows it.
    SECRET_MISWRITTEN,
    /// No secret signs this body: another endpoint's secret, or another body.
    SECRET_OR_BODY,
    /// The signature is right and its time is not.
    CLOCK
  }
}
