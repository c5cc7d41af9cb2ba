package stripebridge.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import stripebridge.core.config.ValueType.Parsed;

class EndpointSecretTest {
  private static Parsed<List<EndpointSecret>> parse(String text) {
    return EndpointSecret.LIST.parse(text);
  }

  private static Parsed<List<EndpointSecret>> secrets(EndpointSecret... secrets) {
    return new Parsed.Value<>(List.of(secrets));
  }

  private static EndpointSecret secret(@Nullable String label, String secret) {
    return new EndpointSecret(label, new Secret(secret));
  }

  private static Parsed<List<EndpointSecret>> refused(String... reasons) {
    return new Parsed.Refused<>(List.of(reasons));
  }

  @Test
  void splitsOnCommasAndLineBreaks() {
    assertThat(parse(" whsec_a , live=whsec_b\nacct_1=whsec_c\r\n"))
        .isEqualTo(
            secrets(
                secret(null, "whsec_a"), secret("live", "whsec_b"), secret("acct_1", "whsec_c")));
  }

  @Test
  void ignoresBlankLinesAndACommaAtTheEndOfALine() {
    assertThat(parse("\n\nwhsec_a,\n\n  whsec_b\n\n"))
        .isEqualTo(secrets(secret(null, "whsec_a"), secret(null, "whsec_b")));
  }

  @Test
  void keepsAnEqualsSignInTheSecretUnlessALabelAndAStripeSecretSurroundIt() {
    assertThat(parse("c2VjcmV0Cg==,live=other,a b=whsec_x".replace("a b", "a.b")))
        .isEqualTo(
            secrets(
                secret(null, "c2VjcmV0Cg=="),
                secret(null, "live=other"),
                secret(null, "a.b=whsec_x")));
    assertThat(parse("l".repeat(65) + "=whsec_a"))
        .isEqualTo(secrets(secret(null, "l".repeat(65) + "=whsec_a")));
    assertThat(parse("live=whsec_a=b")).isEqualTo(secrets(secret("live", "whsec_a=b")));
  }

  @Test
  void readsSinceWhenASecretIsInUse() {
    LocalDate day = LocalDate.parse("2026-09-01");
    assertThat(parse("live@2026-09-01=whsec_a,@2026-09-01=whsec_b,c@d=e"))
        .isEqualTo(
            secrets(
                new EndpointSecret("live", day, new Secret("whsec_a")),
                new EndpointSecret(null, day, new Secret("whsec_b")),
                secret(null, "c@d=e")));
    assertThat(EndpointSecret.LIST.shown().apply("live@2026-09-01=whsec_a,@2026-09-01=whsec_b"))
        .isEqualTo("live@2026-09-01=***, @2026-09-01=***");
  }

  /// What is wrong is not printed: it may be part of a secret.
  @Test
  void refusesWhatIsNoDay() {
    assertThat(
            parse(
                "a@2026-02-30=whsec_a,b@yesterday=whsec_b,c@=whsec_c,d@1926-09-01=whsec_d,"
                    + "e@2026-9-1=whsec_e"))
        .isEqualTo(
            refused(
                IntStream.rangeClosed(1, 5)
                    .mapToObj(EndpointSecretTest::noDay)
                    .toArray(String[]::new)));
  }

  private static String noDay(int item) {
    return "has after the '@' in item "
        + item
        + " no day like 2026-09-01, which says since when the secret is in use";
  }

  @Test
  void namesASecretWithoutALabel() {
    assertThat(secret("live", "whsec_a").name()).isEqualTo("live");
    assertThat(secret(null, "whsec_a").name()).isEqualTo("unlabelled");
  }

  @Test
  void allowsTwoSecretsUnderOneLabelDuringARoll() {
    assertThat(parse("acct_1=whsec_old,acct_1=whsec_new"))
        .isEqualTo(secrets(secret("acct_1", "whsec_old"), secret("acct_1", "whsec_new")));
  }

  @Test
  void namesThePositionOfWhatIsWrong() {
    assertThat(parse("whsec_a,,x=whsec_a,whsec_b whsec_c,whsec_d\u0007,"))
        .isEqualTo(
            refused(
                "leaves item 2 empty",
                "repeats item 1 as item 3",
                "has a space or control character in item 4",
                "has a space or control character in item 5",
                "leaves item 6 empty"));
  }

  /// Each was taken for a secret, and put working ones out of use.
  @Test
  void refusesWhatSurroundsASecretOrStandsInItsPlace() {
    assertThat(parse("\"a=whsec_a,b=whsec_b\",c=whsec_…,ENC[AES256],whsec_ok"))
        .isEqualTo(
            refused(
                "has a quote, a bracket or a letter beyond ASCII in item 1, as no secret has",
                "has a quote, a bracket or a letter beyond ASCII in item 2, as no secret has",
                "has a quote, a bracket or a letter beyond ASCII in item 3, as no secret has",
                "has a quote, a bracket or a letter beyond ASCII in item 4, as no secret has"));
    assertThat(parse("\uFEFFa=whsec_a")).isEqualTo(secrets(secret("a", "whsec_a")));
  }

  @Test
  void refusesMoreThanAHundred() {
    String many =
        IntStream.rangeClosed(1, 101).mapToObj(i -> "whsec_" + i).collect(Collectors.joining(","));

    assertThat(parse(many)).isEqualTo(refused("must have at most 100 secrets, not 101"));
  }

  @Test
  void showsLabelsOnly() {
    assertThat(EndpointSecret.LIST.shown().apply("live=whsec_a, whsec_b, c=d"))
        .isEqualTo("live=***, ***, ***");
  }
}
