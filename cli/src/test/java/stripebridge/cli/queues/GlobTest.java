package stripebridge.cli.queues;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {
  @ParameterizedTest
  @CsvSource({
    "stripe.*, stripe.all, true",
    "stripe.*, stripe.a/b#c, true",
    "stripe.*, stripes, false",
    "*.dmq, errors.dmq, true",
    "*.dmq, errors.dmq2, false",
    "q?, q1, true",
    "q?, q, false",
    "[a]+(b), [a]+(b), true",
    "[a], a, false",
    "*, anything, true",
  })
  void matchesWholeNames(String glob, String name, boolean matches) {
    assertThat(Glob.of(glob).test(name)).isEqualTo(matches);
  }
}
