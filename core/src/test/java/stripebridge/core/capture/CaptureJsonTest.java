package stripebridge.core.capture;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stripebridge.core.capture.CaptureJson.NotACaptureException;
import stripebridge.core.capture.RefusedWebhook.Bytes;
import stripebridge.core.capture.RefusedWebhook.Header;
import stripebridge.core.testing.Seed;

class CaptureJsonTest {
  private static final Instant AT = Instant.parse("2026-11-30T10:15:00.123Z");

  private static RefusedWebhook refused(Optional<Bytes> body, Header... headers) {
    return new RefusedWebhook(
        AT,
        CaptureReason.SIGNATURE_MISMATCH,
        "No match.",
        "/webhooks/stripe",
        "10.0.0.1",
        List.of("live", ""),
        List.of(headers),
        body);
  }

  @Test
  void keepsEveryByteOfABody() throws NotACaptureException {
    RandomGenerator random = Seed.random("CaptureJsonTest");
    for (int round = 0; round < 200; round++) {
      byte[] body = new byte[random.nextInt(3_000)];
      random.nextBytes(body);
      RefusedWebhook read =
          CaptureJson.read(CaptureJson.write(refused(Optional.of(new Bytes(body)))));
      assertThat(read.body().orElseThrow().bytes()).isEqualTo(body);
    }
  }

  @Test
  void keepsTheRest() throws NotACaptureException {
    RefusedWebhook whole =
        refused(
            Optional.empty(),
            new Header("Stripe-Signature", "t=1,v1=a"),
            new Header("stripe-signature", "v1=\u00ff\u0085\""),
            new Header("Via", "1.1 proxy"));
    RefusedWebhook read = CaptureJson.read(CaptureJson.write(whole));
    assertThat(read).isEqualTo(whole);
    assertThat(read.signature()).contains("t=1,v1=a,v1=\u00ff\u0085\"");
  }

  @Test
  void leavesOutHeadersThatGiveAccess() {
    RefusedWebhook refused =
        refused(
            Optional.empty(),
            new Header("Authorization", "Basic c2VjcmV0"),
            new Header("Cookie", "session=1"),
            new Header("X-Api-Key", "key"),
            new Header("Host", "bridge"));
    assertThat(refused.headers()).containsExactly(new Header("Host", "bridge"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[]|it is not a JSON object",
        "{|it is not well-formed JSON at byte 1",
        "{\"id\":\"evt_1\"}|it has no \"format\"",
        "{\"format\":2}|its format is 2, not 1",
        "{\"format\":1}|it has no \"at\"",
        "{\"format\":1,\"at\":\"soon\",\"reason\":\"body_broken\",\"sentence\":\"\","
            + "\"endpoint\":\"\",\"remote\":\"\"}|its \"at\" is not a time",
        "{\"format\":1,\"at\":\"2026-11-30T10:15:00Z\",\"reason\":\"no\",\"sentence\":\"\","
            + "\"endpoint\":\"\",\"remote\":\"\"}|its reason is unknown",
        "{\"format\":1,\"at\":\"2026-11-30T10:15:00Z\",\"reason\":\"body_broken\","
            + "\"sentence\":\"\",\"endpoint\":\"\",\"remote\":\"\",\"body\":\"%\"}"
            + "|its body is not Base64",
      })
  void refusesOtherFiles(String file, String reason) {
    assertThatThrownBy(() -> CaptureJson.read(file.getBytes(UTF_8)))
        .isInstanceOf(NotACaptureException.class)
        .hasMessage(reason);
  }

  @Test
  void refusesEveryPartOfACapture() {
    byte[] whole = CaptureJson.write(refused(Optional.of(new Bytes(new byte[10]))));
    for (int length = 0; length < whole.length - 2; length++) {
      byte[] part = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> CaptureJson.read(part)).isInstanceOf(NotACaptureException.class);
    }
  }
}
