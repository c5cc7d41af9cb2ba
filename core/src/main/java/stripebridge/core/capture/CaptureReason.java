package stripebridge.core.capture;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// Why a webhook was refused, of those refusals that are captured. The names of captures contain
/// them, so no request can steer a name.
public enum CaptureReason {
  SIGNATURE_MISSING,
  SIGNATURE_MALFORMED,
  SIGNATURE_MISMATCH,
  TIMESTAMP_TOO_OLD,
  TIMESTAMP_IN_FUTURE,
  /// It is signed, and has no readable id and type.
  EVENT_UNREADABLE,
  /// Its body exceeds the limit; only its head is captured.
  BODY_TOO_LARGE,
  /// It has a Content-Encoding; only its head is captured.
  BODY_ENCODED,
  /// Its body ended early or was not valid HTTP; only its head is captured.
  BODY_BROKEN;

  /// The code in the answer and in the log.
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The reason with this code, if refusals for it are captured.
  public static Optional<CaptureReason> of(String code) {
    return Arrays.stream(values()).filter(reason -> reason.code().equals(code)).findFirst();
  }

  /// Whether the webhook has a well-formed `Stripe-Signature` header.
  public boolean hasHeader() {
    return this != SIGNATURE_MISSING && this != SIGNATURE_MALFORMED;
  }

  /// Whether a secret of ours verified the signature, so that no stranger can have made it.
  public boolean isVerified() {
    return this == TIMESTAMP_TOO_OLD || this == TIMESTAMP_IN_FUTURE || this == EVENT_UNREADABLE;
  }
}
