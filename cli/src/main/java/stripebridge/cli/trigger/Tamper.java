package stripebridge.cli.trigger;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import stripebridge.core.signature.SignatureVerifier;
import stripebridge.stripe.webhook.WebhookSigner;

/// What is done to a webhook so that the bridge has to refuse it.
public enum Tamper {
  /// It is left as it is.
  NOTHING,
  /// The signature is another one.
  SIGNATURE,
  /// The body is changed after it was signed.
  BODY,
  /// It was signed too long ago.
  TIMESTAMP;

  private static final Duration TOO_LONG = SignatureVerifier.TOLERANCE.multipliedBy(2);

  /// A webhook as it is posted.
  @SuppressWarnings("ArrayRecordComponent") // Nobody compares them.
  record Signed(byte[] body, String header) {}

  Signed sign(byte[] body, WebhookSigner signer, Instant now) {
    return switch (this) {
      case NOTHING -> new Signed(body, signer.header(body, now));
      case SIGNATURE -> new Signed(body, otherDigit(signer.header(body, now)));
      case BODY -> new Signed(longer(body), signer.header(body, now));
      case TIMESTAMP -> new Signed(body, signer.header(body, now.minus(TOO_LONG)));
    };
  }

  /// The status that the bridge has to answer.
  int expectedStatus() {
    return this == NOTHING ? 200 : 400;
  }

  private static String otherDigit(String header) {
    int last = header.length() - 1;
    return header.substring(0, last) + (header.charAt(last) == '0' ? '1' : '0');
  }

  /// The same JSON, with a line break at its end.
  private static byte[] longer(byte[] body) {
    byte[] longer = Arrays.copyOf(body, body.length + 1);
    longer[body.length] = '\n';
    return longer;
  }

  /// As a user writes it.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
