package stripebridge.stripe.webhook;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import stripebridge.core.config.Secret;

/// Signs webhooks as Stripe does: https://docs.stripe.com/webhooks#verify-manually
///
/// Shares no code with core's verifier, so that each checks the other. Thread-safe.
public final class WebhookSigner {
  private static final String ALGORITHM = "HmacSHA256";

  private final SecretKeySpec key;

  /// @param secret the endpoint secret including its `whsec_` prefix
  public WebhookSigner(Secret secret) {
    this.key = new SecretKeySpec(secret.reveal().getBytes(UTF_8), ALGORITHM);
  }

  /// The value of `Stripe-Signature` for a body.
  ///
  /// @param at the signed time, to the second
  public String header(byte[] body, Instant at) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      mac.update((at.getEpochSecond() + ".").getBytes(US_ASCII));
      return "t=" + at.getEpochSecond() + ",v1=" + HexFormat.of().formatHex(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      // Every Java platform has the algorithm, and it takes any non-empty key.
      throw new IllegalStateException("cannot sign with " + ALGORITHM, e);
    }
  }
}
