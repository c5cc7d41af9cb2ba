package stripebridge.cli.trigger;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import stripebridge.core.signature.SignatureVerifier;
import stripebridge.stripe.webhook.WebhookSigner;

/// How a webhook is broken so that the bridge must reject it.
enum Tamper {
  /// Not at all.
  NOTHING,
  /// The signature is wrong.
  SIGNATURE,
  /// The body is changed after signing.
  BODY,
  /// The signature is too old.
  TIMESTAMP;

  private static final Duration TOO_LONG = SignatureVerifier.TOLERANCE.multipliedBy(2);

  /// A signed webhook, ready to post.
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Signed(byte[] body, String header) {}

  Signed sign(byte[] body, WebhookSigner signer, Instant now) {
    return switch (this) {
      case NOTHING -> new Signed(body, signer.header(body, now));
      case SIGNATURE -> new Signed(body, otherDigit(signer.header(body, now)));
      case BODY -> new Signed(longer(body), signer.header(body, now));
      case TIMESTAMP -> new Signed(body, signer.header(body, now.minus(TOO_LONG)));
    };
  }

  /// The status that the bridge must answer with.
  int expectedStatus() {
    return this == NOTHING ? 200 : 400;
  }

  private static String otherDigit(String header) {
    int last = header.length() - 1;
    return header.substring(0, last) + (header.charAt(last) == '0' ? '1' : '0');
  }

  /// The same JSON with a line break at its end.
  private static byte[] longer(byte[] body) {
    byte[] longer = Arrays.copyOf(body, body.length + 1);
    longer[body.length] = '\n';
    return longer;
  }

  /// The name on the command line.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
