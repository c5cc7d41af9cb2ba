package stripebridge.core.capture;

import org.jspecify.annotations.Nullable;
import stripebridge.core.signature.SignatureExplanation.Cause;

/// Why a captured webhook was refused. Contains no secret, no signature and nothing of the body.
///
/// @param verdict the verdict of the bridge with today's secrets as of the time of the capture; the
///   code of the refusal if the body was not captured
/// @param sentence the finding
/// @param hint what to do next; null when nothing is wrong
public record CaptureExplanation(
    String verdict, Cause cause, String sentence, @Nullable String hint) {
  /// Whether the same webhook would be accepted now.
  public boolean isSettled() {
    return cause == Cause.SECRET_ADDED_SINCE || cause == Cause.NONE;
  }
}
