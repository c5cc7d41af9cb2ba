package stripebridge.core.signature;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stripebridge.core.config.EndpointSecret;
import stripebridge.core.config.Secret;
import stripebridge.core.signature.SignatureExplanation.Cause;

class SignatureExplainerTest {
  private static final String SECRET = "whsec_explained";
  private static final Instant NOW = Instant.ofEpochSecond(1_785_312_000);
  private static final String BODY =
      """
      {
        "id": "evt_1",
        "data": {
          "object": {
            "name": "Zo\u00eb, \\"quoted\\": {a, b}",
            "amount": 10.50,
            "list": [
              1,
              2
            ],
            "none": [],
            "nothing": {}
          }
        }
      }\
      """
          .strip();

  private static String header(long ageSeconds) {
    return SignatureVerifierTest.Oracle.header(BODY, SECRET, NOW.getEpochSecond() - ageSeconds);
  }

  private static SignatureExplanation explain(String header, String body, String... secrets) {
    List<EndpointSecret> endpoints =
        List.of(secrets).stream().map(text -> new EndpointSecret(null, new Secret(text))).toList();
    return new SignatureExplainer(endpoints).explain(header, body.getBytes(UTF_8), NOW);
  }

  private static Cause cause(String header, String body) {
    return explain(header, body, SECRET).cause();
  }

  @Test
  void findsNothingWrongWithAGenuineWebhook() {
    assertThat(cause(header(0), BODY)).isEqualTo(Cause.NONE);
  }

  @Test
  void saysWhichOfSeveralSecretsSigned() {
    assertThat(explain(header(0), BODY, "whsec_other", SECRET).sentence())
        .isEqualTo("The signature holds; it was made with secret 2.");
  }

  @Test
  void tellsAClockFromASecret() {
    assertThat(cause(header(4000), BODY)).isEqualTo(Cause.CLOCK);
    assertThat(cause(header(-4000), BODY)).isEqualTo(Cause.CLOCK);
    assertThat(explain(header(0), BODY, "whsec_other").cause()).isEqualTo(Cause.SECRET_OR_BODY);
  }

  @Test
  void tellsABodyThatWasChangedFromOneThatWasWrittenAnew() {
    assertThat(cause(header(0), BODY.replace("evt_1", "evt_2"))).isEqualTo(Cause.SECRET_OR_BODY);
    assertThat(cause(header(0), BODY + "\n")).isEqualTo(Cause.BODY_RESERIALIZED);
    assertThat(cause(header(0), BODY.replace("\n", "\r\n"))).isEqualTo(Cause.BODY_RESERIALIZED);
    assertThat(cause(header(0), "\uFEFF" + BODY)).isEqualTo(Cause.BODY_RESERIALIZED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"id\":\"evt_1\",\"data\":{\"object\":{\"name\":\"Zo\u00eb, \\\"quoted\\\": {a, b}\","
            + "\"amount\":10.50,\"list\":[1,2],\"none\":[],\"nothing\":{}}}}",
        "{\"id\": \"evt_1\", \"data\":"
            + " {\"object\": {\"name\": \"Zo\\u00eb, \\\"quoted\\\": {a, b}\","
            + " \"amount\": 10.50, \"list\": [1, 2], \"none\": [], \"nothing\": {}}}}\n",
      })
  void recognizesABodyThatWasParsedAndWrittenAnew(String body) {
    assertThat(cause(header(0), body)).isEqualTo(Cause.BODY_RESERIALIZED);
  }

  @Test
  void recognizesACutHeader() {
    String whole = header(0);
    assertThat(cause(whole.substring(0, whole.length() - 10), BODY)).isEqualTo(Cause.HEADER_CUT);
    assertThat(cause(whole.substring(0, whole.indexOf("v1")), BODY)).isEqualTo(Cause.HEADER_CUT);
  }

  @Test
  void recognizesARewrittenHeader() {
    String whole = header(0);
    assertThat(cause(whole.replace(",", ", "), BODY)).isEqualTo(Cause.HEADER_REWRITTEN);
    assertThat(cause(whole.toUpperCase(Locale.ROOT), BODY)).isEqualTo(Cause.HEADER_REWRITTEN);
    assertThat(cause(whole.replace("v1=", "v0="), BODY)).isEqualTo(Cause.HEADER_MALFORMED);
    assertThat(cause(whole.replace("t=", "t=x"), BODY)).isEqualTo(Cause.HEADER_MALFORMED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"whsec_explained\"", " whsec_explained ", "prod:whsec_explained"})
  void recognizesAMiswrittenSecret(String secret) {
    assertThat(explain(header(0), BODY, secret).cause()).isEqualTo(Cause.SECRET_MISWRITTEN);
  }

  @Test
  void neverSaysASecretOrASignatureThatHolds() {
    String expected = header(0).substring(header(0).indexOf("v1=") + 3);
    for (String header : List.of("", "t=1", header(9000), header(0).toUpperCase(Locale.ROOT))) {
      for (String body : List.of(BODY, BODY + "\n", "{}")) {
        assertThat(explain(header, body, SECRET, "whsec_other").toString())
            .doesNotContain("whsec_")
            .doesNotContain(expected);
      }
    }
  }
}
