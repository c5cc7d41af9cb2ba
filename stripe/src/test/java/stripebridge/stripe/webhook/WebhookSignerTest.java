package stripebridge.stripe.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.stripe.net.Webhook;
import java.time.Instant;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import stripebridge.core.config.EndpointSecret;
import stripebridge.core.config.Secret;
import stripebridge.core.signature.SignatureVerifier;
import stripebridge.core.signature.Verdict;

class WebhookSignerTest {
  private static final String SECRET = "whsec_of_the_test";

  private final WebhookSigner signer = new WebhookSigner(new Secret(SECRET));

  @Test
  void signsAsStripesLibraryDoes() throws Exception {
    String body = "{\"id\":\"evt_1\",\"name\":\"Grüße €\"}";
    long time = 1_790_000_000;

    assertThat(signer.header(body.getBytes(UTF_8), Instant.ofEpochSecond(time)))
        .isEqualTo(Webhook.Signature.generateSignatureHeader(body, SECRET, time));
  }

  @Test
  void signsSoThatTheBridgeFindsItGenuine() {
    byte[] body = new byte[300];
    RandomGenerator.of("L64X128MixRandom").nextBytes(body);
    Instant now = Instant.now();
    EndpointSecret secret = new EndpointSecret(null, new Secret(SECRET));
    SignatureVerifier verifier =
        new SignatureVerifier(List.of(secret), SignatureVerifier.TOLERANCE);

    assertThat(verifier.verify(signer.header(body, now), body, now))
        .isEqualTo(new Verdict.Genuine(secret));
  }
}
