package stripebridge.core.capture;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.stripe.net.Webhook;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import stripebridge.core.capture.RefusedWebhook.Bytes;
import stripebridge.core.capture.RefusedWebhook.Header;
import stripebridge.core.config.EndpointSecret;
import stripebridge.core.config.Secret;
import stripebridge.core.signature.SignatureExplanation.Cause;

/// What a capture tells beyond its header and body. `RefusedWebhooksTest` plants each cause in
/// front of a running bridge.
class CaptureExplainerTest {
  private static final Instant AT = Instant.parse("2026-11-30T10:15:00Z");
  private static final String SECRET = "whsec_configured";
  private static final String EVENT =
      "{\n  \"id\": \"evt_1\",\n  \"type\": \"charge.failed\",\n  \"livemode\": false\n}";

  private static String v1(String secret) {
    try {
      return Webhook.Util.computeHmacSha256(secret, AT.getEpochSecond() + "." + EVENT);
    } catch (GeneralSecurityException e) {
      throw new AssertionError("stripe-java could not sign", e);
    }
  }

  private static Header signature(String... secrets) {
    StringBuilder value = new StringBuilder("t=" + AT.getEpochSecond());
    for (String secret : secrets) {
      value.append(",v1=").append(v1(secret));
    }
    return new Header("Stripe-Signature", value.toString());
  }

  private static CaptureExplanation explain(
      CaptureReason reason, List<String> labels, Header... headers) {
    return new CaptureExplainer(List.of(new EndpointSecret(null, new Secret(SECRET))))
        .explain(
            new RefusedWebhook(
                AT,
                reason,
                "",
                "/webhooks/stripe",
                "10.0.0.1",
                labels,
                List.of(headers),
                Optional.of(new Bytes(EVENT.getBytes(UTF_8)))));
  }

  private static CaptureExplanation mismatch(List<String> labels, String... signedWith) {
    return explain(CaptureReason.SIGNATURE_MISMATCH, labels, signature(signedWith));
  }

  @Test
  void knowsThatASecretIsBeingRolled() {
    CaptureExplanation found = mismatch(List.of(""), "whsec_new", "whsec_old");
    assertThat(found.cause()).isEqualTo(Cause.SECRET_WRONG);
    assertThat(found.sentence())
        .contains("It has 2 signatures: the secret is being rolled", "tried: 1 secret")
        .contains("The event is of test mode.");
    assertThat(mismatch(List.of(""), "whsec_new").sentence()).doesNotContain("being rolled");
  }

  @Test
  void readsTheModeFromLabels() {
    for (String label : List.of("live", "acme-live", "PROD_eu", "production")) {
      assertThat(mismatch(List.of(label), "whsec_other").cause())
          .as(label)
          .isEqualTo(Cause.SECRET_OF_OTHER_MODE);
    }
    // One of them may be of test mode, or says nothing.
    for (String label : List.of("test", "delivery", "livery", "", "reproduction")) {
      assertThat(mismatch(List.of("live", label), "whsec_other").cause())
          .as(label)
          .isEqualTo(Cause.SECRET_WRONG);
    }
    assertThat(mismatch(List.of(), "whsec_other").cause()).isEqualTo(Cause.SECRET_WRONG);
  }

  @Test
  void knowsThatASecretHasBeenAdded() {
    CaptureExplanation found = mismatch(List.of("old", ""), SECRET);
    assertThat(found.cause()).isEqualTo(Cause.SECRET_ADDED_SINCE);
    assertThat(found.isSettled()).isTrue();
    assertThat(found.sentence()).contains("('old', one without label)");
  }

  @Test
  void showsASendersTextWithoutWhatMovesACursor() {
    CaptureExplanation found =
        explain(
            CaptureReason.SIGNATURE_MISSING,
            List.of(""),
            new Header("User-Agent", "scan\u001b[2Jner" + "x".repeat(500)),
            new Header("Via", "1.1 \u202egateway"));
    assertThat(found.cause()).isEqualTo(Cause.SENDER_UNKNOWN);
    assertThat(found.sentence())
        .contains("'scan\\u001b[2Jner", "via '1.1 \\u202egateway'")
        .hasSizeLessThan(500);
  }

  @Test
  void doesNotSuspectASenderThatDoesNotNameItself() {
    assertThat(explain(CaptureReason.SIGNATURE_MISSING, List.of("")).cause())
        .isEqualTo(Cause.HEADER_MISSING);
  }
}
