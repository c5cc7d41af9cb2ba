package stripebridge.cli.validate.stage;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import stripebridge.core.config.Secret;
import stripebridge.stripe.webhook.WebhookSigner;

/// Webhooks that a bridge must refuse.
enum Forgery {
  WRONG_SECRET("a wrong secret", "signature_mismatch"),
  STALE("a stale timestamp", "timestamp_too_old"),
  CHANGED_BODY("a changed body", "signature_mismatch"),
  NO_HEADER("no signature", "signature_missing");

  // The bridge tolerates 300 s either way; this is too old even if the clocks differ.
  private static final Duration AGE = Duration.ofMinutes(20);

  private final String words;
  private final String error;

  Forgery(String words, String error) {
    this.words = words;
    this.error = error;
  }

  String words() {
    return words;
  }

  /// The expected error code.
  String error() {
    return error;
  }

  /// The value of `Stripe-Signature`; absent for no header.
  @Nullable String header(Secret secret, byte[] body, Instant now) {
    return switch (this) {
      case WRONG_SECRET ->
          new WebhookSigner(new Secret(secret.reveal() + "_not")).header(body, now);
      case STALE -> new WebhookSigner(secret).header(body, now.minus(AGE));
      case CHANGED_BODY -> new WebhookSigner(secret).header(body, now);
      case NO_HEADER -> null;
    };
  }

  /// The body to post in place of the signed one.
  byte[] body(byte[] signed) {
    return this == CHANGED_BODY ? (new String(signed, UTF_8) + " ").getBytes(UTF_8) : signed;
  }
}
