package stripebridge.sandbox.internal.semp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stripebridge.sandbox.internal.model.RefusedException;
import stripebridge.sandbox.internal.model.SempCode;

class PercentEncodingTest {

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "a/b>,c d", "#P2P/QTMP", "100%", "ünïcödé 漢 🙂", "+&=?"})
  void readsWhatItWrites(String text) {
    assertThat(PercentEncoding.decode(PercentEncoding.encode(text))).isEqualTo(text);
    assertThat(PercentEncoding.encode(text)).matches("([A-Za-z0-9._~-]|%[0-9A-F]{2})*");
  }

  @Test
  void leavesTheCommaBetweenNames() {
    assertThat(PercentEncoding.encode(List.of("smf", "a,b/>"))).isEqualTo("smf,a%2Cb%2F%3E");
  }

  @Test
  void readsAPlusSignAsASpaceOnlyInQueries() {
    assertThat(PercentEncoding.decode("a+b")).isEqualTo("a+b");
    assertThat(PercentEncoding.decodeQuery("a+b%2B")).isEqualTo("a b+");
  }

  @ParameterizedTest
  @ValueSource(strings = {"%", "%1", "a%zz", "%2g"})
  void refusesAPercentSignWithoutTwoDigits(String text) {
    RefusedException refused =
        catchThrowableOfType(RefusedException.class, () -> PercentEncoding.decode(text));

    assertThat(refused.code()).isEqualTo(SempCode.PARSE_ERROR);
  }
}
