package stripebridge.core.signature;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.nio.charset.Charset;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import stripebridge.core.config.EndpointSecret;
import stripebridge.core.config.Secret;
import stripebridge.core.json.JsonValue;
import stripebridge.core.signature.SignatureExplanation.Cause;
import stripebridge.core.testing.Seed;

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
        .isEqualTo("The signature is valid; it was made with secret 2.");
  }

  @Test
  void distinguishesAWrongClockFromAWrongSecret() {
    assertThat(cause(header(4000), BODY)).isEqualTo(Cause.CLOCK);
    assertThat(cause(header(-4000), BODY)).isEqualTo(Cause.CLOCK);
    assertThat(explain(header(0), BODY, "whsec_other").cause()).isEqualTo(Cause.SECRET_OR_BODY);
  }

  @Test
  void distinguishesAChangedBodyFromAReserializedOne() {
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
  void recognizesAReserializedBody(String body) {
    assertThat(cause(header(0), body)).isEqualTo(Cause.BODY_RESERIALIZED);
  }

  /// Real changes to bodies, from public reports: each explanation names the change, and says that
  /// the secret is correct.
  @ParameterizedTest
  @MethodSource("changes")
  void undoesWhatHappenedToABody(String named, byte[] received) {
    SignatureExplanation explanation =
        new SignatureExplainer(List.of(new EndpointSecret(null, new Secret(SECRET))))
            .explain(fieldHeader(), received, NOW);
    assertThat(explanation.cause()).isEqualTo(Cause.BODY_RESERIALIZED);
    assertThat(explanation.sentence()).contains(named).endsWith("The secret is correct.");
    assertThat(explanation.hint()).doesNotContainIgnoringCase("secret");
  }

  private static final String FIELD_BODY =
      """
      {
        "id": "evt_1",
        "object": "event",
        "api_version": "2024-06-20",
        "data": {
          "object": {
            "id": "pi_1",
            "object": "payment_intent",
            "description": "Zoë & Co <'x'> \\\\ \\"y\\" €",
            "metadata": {
              "a": "1"
            },
            "url": "https://example.com/a/b"
          }
        },
        "type": "payment_intent.succeeded"
      }\
      """;

  private static String fieldHeader() {
    return SignatureVerifierTest.Oracle.header(FIELD_BODY, SECRET, NOW.getEpochSecond());
  }

  private static Stream<Arguments> changes() throws IOException {
    byte[] body = FIELD_BODY.getBytes(UTF_8);
    String compact = FIELD_BODY.replaceAll("\n *", "").replace("\": ", "\":");
    String ascii = compact.replace("ë", "\\u00eb").replace("€", "\\u20ac");
    String html =
        compact
            .replace("&", "\\u0026")
            .replace("<", "\\u003c")
            .replace(">", "\\u003E")
            .replace("'", "\\u0027");
    String sorted =
        "{\"api_version\":\"2024-06-20\",\"data\":{\"object\":{\"description\":"
            + "\"Zoë & Co <'x'> \\\\ \\\"y\\\" €\",\"id\":\"pi_1\",\"metadata\":{\"a\":\"1\"},"
            + "\"object\":\"payment_intent\",\"url\":\"https://example.com/a/b\"}},"
            + "\"id\":\"evt_1\",\"object\":\"event\",\"type\":\"payment_intent.succeeded\"}";
    String text = JsonValue.ofText(FIELD_BODY).toString();
    String base64 = Base64.getEncoder().encodeToString(body);
    ByteArrayOutputStream gzip = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(gzip)) {
      out.write(body);
    }
    Charset windows = Charset.forName("windows-1252");
    return Stream.of(
        arguments("json_encode", ascii.replace("/", "\\/").getBytes(UTF_8)),
        arguments("json_encode", FIELD_BODY.replace("/", "\\/").getBytes(UTF_8)),
        arguments("beyond ASCII", ascii.getBytes(UTF_8)),
        arguments("HTML-safe encoders", html.getBytes(UTF_8)),
        arguments("HTML-safe encoders", html.replace("\":", "\": ").getBytes(UTF_8)),
        arguments(
            "every character that can be escaped", ascii.replace("&", "\\u0026").getBytes(UTF_8)),
        arguments("sorted", sorted.getBytes(UTF_8)),
        arguments("without white space", compact.getBytes(UTF_8)),
        arguments("read as windows-1252", new String(body, windows).getBytes(UTF_8)),
        arguments("transcoded into windows-1252", FIELD_BODY.getBytes(windows)),
        arguments("Base64", base64.getBytes(UTF_8)),
        arguments("Base64", base64.replaceAll("(.{76})", "$1\r\n").getBytes(UTF_8)),
        arguments("Base64", Base64.getUrlEncoder().withoutPadding().encode(body)),
        arguments("gzip", gzip.toByteArray()),
        arguments("a JSON string", text.getBytes(UTF_8)),
        arguments(
            "its member 'body', as a text", ("{\"a\":1,\"body\":" + text + "}").getBytes(UTF_8)),
        arguments("its member 'detail'", ("{\"detail\": " + FIELD_BODY + "}").getBytes(UTF_8)),
        arguments("its member 'detail'", ("{\"detail\":" + compact + "}").getBytes(UTF_8)),
        arguments(
            "Base64, then it was wrapped in an object, as its member 'body'",
            ("{\"body\":\"" + base64 + "\",\"isBase64Encoded\":true}").getBytes(UTF_8)),
        arguments("a form", ("payload=" + URLEncoder.encode(FIELD_BODY, UTF_8)).getBytes(UTF_8)),
        arguments("a form", URLEncoder.encode(FIELD_BODY, UTF_8).getBytes(UTF_8)),
        arguments("CRLF", FIELD_BODY.replace("\n", "\r\n").getBytes(UTF_8)),
        arguments("byte order mark", ("\uFEFF" + FIELD_BODY).getBytes(UTF_8)),
        arguments("byte order mark", ("\uFEFF" + FIELD_BODY + "\n").getBytes(UTF_8)),
        arguments("byte order mark", ("\uFEFF" + FIELD_BODY.replace("\n", "\r\n")).getBytes(UTF_8)),
        arguments("byte order mark", ("\uFEFF" + FIELD_BODY.replace("/", "\\/")).getBytes(UTF_8)),
        arguments("a line break was added", (FIELD_BODY + "\n").getBytes(UTF_8)));
  }

  /// Any body is explained quickly, and without an exception.
  @Test
  void takesAnyBody() {
    RandomGenerator random = Seed.random("SignatureExplainerTest");
    String[] parts = {
      "{", "}", "[", "]", "\"", ":", ",", "\\u00", "\\/", "a", "%7B", "=", "&", "ë"
    };
    for (int i = Seed.rounds(500); i > 0; i--) {
      StringBuilder body = new StringBuilder();
      for (int j = random.nextInt(60); j > 0; j--) {
        body.append(parts[random.nextInt(parts.length)]);
      }
      assertThat(cause(header(0), body.toString())).isEqualTo(Cause.SECRET_OR_BODY);
    }
    assertThat(cause(header(0), "[".repeat(100_000))).isEqualTo(Cause.SECRET_OR_BODY);
    assertThat(cause(header(0), "{\"a\":".repeat(50_000))).isEqualTo(Cause.SECRET_OR_BODY);
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
  void neverPrintsASecretOrAValidSignature() {
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
