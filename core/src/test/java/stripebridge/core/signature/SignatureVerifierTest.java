package stripebridge.core.signature;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.stripe.exception.SignatureVerificationException;
import com.stripe.net.Webhook;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stripebridge.core.config.EndpointSecret;
import stripebridge.core.config.Secret;
import stripebridge.core.testing.Seed;

class SignatureVerifierTest {
  private static final Instant NOW = Instant.ofEpochSecond(1_785_312_000);
  private static final long SECONDS = NOW.getEpochSecond();
  private static final String BODY = "{\"id\":\"evt_1\",\"note\":\"é\"}";
  private static final EndpointSecret FIRST = new EndpointSecret(null, new Secret("whsec_first"));
  private static final EndpointSecret SECOND =
      new EndpointSecret("acct_2", new Secret("whsec_second"));

  private static Verdict verify(String header, EndpointSecret... secrets) {
    return new SignatureVerifier(List.of(secrets), SignatureVerifier.TOLERANCE)
        .verify(header, BODY.getBytes(UTF_8), NOW);
  }

  private static String header(EndpointSecret secret, long seconds) {
    return Oracle.header(BODY, secret.secret().reveal(), seconds);
  }

  private static String signature(EndpointSecret secret, long seconds) {
    String header = header(secret, seconds);
    return header.substring(header.indexOf("v1=") + 3);
  }

  @Test
  void saysWhichSecretAGenuineWebhookWasSignedWith() {
    assertThat(verify(header(FIRST, SECONDS), FIRST, SECOND)).isEqualTo(new Verdict.Genuine(FIRST));
    assertThat(verify(header(SECOND, SECONDS), FIRST, SECOND))
        .isEqualTo(new Verdict.Genuine(SECOND));
  }

  @Test
  void acceptsAnyOfSeveralSignatures() {
    String header =
        "t=" + SECONDS + ",v1=" + "0".repeat(64) + ",v1=" + signature(SECOND, SECONDS) + ",v0=1";
    assertThat(verify(header, SECOND)).isEqualTo(new Verdict.Genuine(SECOND));
  }

  /// Stripe signs with both secrets while one is rolled, in either order.
  @Test
  void namesAllSecretsThatSignedIt() {
    EndpointSecret third = new EndpointSecret("third", new Secret("whsec_third"));
    String header =
        "t=" + SECONDS + ",v1=" + signature(third, SECONDS) + ",v1=" + signature(FIRST, SECONDS);
    Verdict verdict = verify(header, FIRST, SECOND, third);
    assertThat(verdict).isEqualTo(new Verdict.Genuine(List.of(FIRST, third)));
    assertThat(((Verdict.Genuine) verdict).secret()).isEqualTo(FIRST);
    assertThat(verify(header, SECOND, third)).isEqualTo(new Verdict.Genuine(third));
    assertThat(verify(header, SECOND)).isEqualTo(new Verdict.Forged(2, 1));
  }

  @Test
  void ignoresOtherSchemes() {
    String signature = signature(FIRST, SECONDS);
    assertThat(verify("t=" + SECONDS + ",v0=" + signature + ",v2=" + signature, FIRST))
        .isEqualTo(new Verdict.Malformed(0, "no 'v1=' signature"));
  }

  @Test
  void refusesWhatNoSecretSigned() {
    assertThat(verify(header(SECOND, SECONDS), FIRST)).isEqualTo(new Verdict.Forged(1, 1));
  }

  @Test
  void refusesUpperCaseDigits() {
    String header =
        "t=" + SECONDS + ",v1=" + signature(FIRST, SECONDS).toUpperCase(java.util.Locale.ROOT);
    assertThat(verify(header, FIRST)).isEqualTo(new Verdict.Forged(1, 1));
  }

  @Test
  void refusesAMissingHeader() {
    SignatureVerifier verifier = new SignatureVerifier(List.of(FIRST), SignatureVerifier.TOLERANCE);
    assertThat(verifier.verify(null, BODY.getBytes(UTF_8), NOW)).isEqualTo(new Verdict.Missing());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                | 0",
        "v1=00             | 0",
        "t=1               | 0",
        "t=abc,v1=00       | 1",
        "t=,v1=00          | 1",
        "t,v1=00           | 1",
        "t=-1,v1=00        | 1",
        "t=99999999999999999999,v1=00 | 1",
        "t=1,v1            | 2",
        "t=1,v1=00,v1      | 3",
        "t=1, v1=00        | 0",
        "v1=00,t=1 2       | 2",
      })
  void namesTheElementThatIsMalformed(String header, int element) {
    assertThat(verify(header, FIRST))
        .isInstanceOfSatisfying(
            Verdict.Malformed.class, verdict -> assertThat(verdict.element()).isEqualTo(element));
  }

  @ParameterizedTest
  @CsvSource({"-301,true", "-300,false", "0,false", "300,false", "301,true"})
  void allowsTheToleranceOnBothSides(long offset, boolean refused) {
    Verdict verdict = verify(header(FIRST, SECONDS + offset), FIRST);
    Verdict expected =
        !refused
            ? new Verdict.Genuine(FIRST)
            : offset < 0
                ? new Verdict.Stale(Duration.ofSeconds(-offset), SignatureVerifier.TOLERANCE)
                : new Verdict.FromFuture(Duration.ofSeconds(offset), SignatureVerifier.TOLERANCE);
    assertThat(verdict).isEqualTo(expected);
  }

  @Test
  void checksTheClockOnlyForAValidSignature() {
    assertThat(verify(header(SECOND, 1), FIRST)).isEqualTo(new Verdict.Forged(1, 1));
  }

  @Test
  void signsTheNumberOfTheTimestampAndNotItsSpelling() {
    String header = "t=+0" + SECONDS + ",v1=" + signature(FIRST, SECONDS);
    assertThat(Oracle.accepts(BODY, header, FIRST.secret().reveal(), SECONDS)).isTrue();
    assertThat(verify(header, FIRST)).isEqualTo(new Verdict.Genuine(FIRST));
  }

  @Test
  void agreesWithStripesOwnLibrary() {
    RandomGenerator random = Seed.random("agreesWithStripesOwnLibrary");
    SignatureVerifier verifier = new SignatureVerifier(List.of(FIRST), SignatureVerifier.TOLERANCE);
    int genuine = 0;
    int refused = 0;
    for (int i = 0; i < Seed.rounds(5_000); i++) {
      String body = HeaderGenerator.text(random);
      long signedAt = SECONDS + random.nextLong(-400, 401);
      String header = HeaderGenerator.header(random, body, FIRST.secret().reveal(), signedAt);
      boolean theirs = Oracle.accepts(body, header, FIRST.secret().reveal(), SECONDS);
      Verdict ours = verifier.verify(header, body.getBytes(UTF_8), NOW);
      boolean accepted = ours instanceof Verdict.Genuine || ours instanceof Verdict.FromFuture;
      assertThat(accepted).as("header %s: %s", header, ours).isEqualTo(theirs);
      genuine += ours instanceof Verdict.Genuine ? 1 : 0;
      refused += ours instanceof Verdict.Refused ? 1 : 0;
    }
    // A generator that only makes one kind would prove nothing.
    assertThat(genuine).isPositive();
    assertThat(refused).isPositive();
  }

  /// Stripe's own library as the judge.
  static final class Oracle {
    private Oracle() {}

    static String header(String body, String secret, long seconds) {
      try {
        return Webhook.Signature.generateSignatureHeader(body, secret, seconds);
      } catch (Exception e) {
        throw new AssertionError("stripe-java could not sign", e);
      }
    }

    static boolean accepts(String body, String header, String secret, long nowSeconds) {
      Clock clock = Clock.fixed(Instant.ofEpochSecond(nowSeconds), ZoneOffset.UTC);
      try {
        return Webhook.Signature.verifyHeader(body, header, secret, 300L, clock);
      } catch (SignatureVerificationException | RuntimeException e) {
        // It throws NumberFormatException and others for headers that it cannot parse.
        return false;
      }
    }
  }

  /// Headers from valid to invalid, in many ways.
  static final class HeaderGenerator {
    private static final String ALPHABET = "tv01=,+-. 0123456789abcdefABCDEF\u0660\t\u00e9";

    private HeaderGenerator() {}

    static String text(RandomGenerator random) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(40); i > 0; i--) {
        text.appendCodePoint(random.nextInt(10) == 0 ? 0x1F600 : random.nextInt(32, 0x3000));
      }
      return text.toString();
    }

    static String header(RandomGenerator random, String body, String secret, long seconds) {
      StringBuilder header = new StringBuilder(Oracle.header(body, secret, seconds));
      switch (random.nextInt(6)) {
        case 0 -> {}
        case 1 -> header.insert(0, element(random) + ",");
        case 2 -> header.append(',').append(element(random));
        case 3 -> {
          for (int i = random.nextInt(1, 4); i > 0; i--) {
            header.setCharAt(random.nextInt(header.length()), symbol(random));
          }
        }
        case 4 -> header.setLength(random.nextInt(header.length()));
        default -> {
          int comma = header.indexOf(",");
          String swapped = header.substring(comma + 1) + "," + header.substring(0, comma);
          header.replace(0, header.length(), swapped);
        }
      }
      return header.toString();
    }

    private static String element(RandomGenerator random) {
      String[] schemes = {"t", "v1", "v0", "v", "", "t ", " v1"};
      String[] values = {"", "1", "-1", "=", "abc", "0".repeat(64), "+1785312000"};
      String scheme = schemes[random.nextInt(schemes.length)];
      return random.nextInt(8) == 0 ? scheme : scheme + "=" + values[random.nextInt(values.length)];
    }

    private static char symbol(RandomGenerator random) {
      return ALPHABET.charAt(random.nextInt(ALPHABET.length()));
    }
  }
}
