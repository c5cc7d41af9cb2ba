package stripebridge.sandbox.internal.semp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stripebridge.sandbox.internal.model.RefusedException;
import stripebridge.sandbox.internal.model.SempCode;

class UriTextTest {

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "a/b>,c d", "#P2P/QTMP", "100%", "ünïcödé 漢 🙂", "+&=?"})
  void readsWhatItWrites(String text) {
    assertThat(UriText.decode(UriText.encode(text))).isEqualTo(text);
    assertThat(UriText.encode(text)).matches("([A-Za-z0-9._~-]|%[0-9A-F]{2})*");
  }

  @Test
  void leavesTheCommaBetweenNames() {
    assertThat(UriText.encode(List.of("smf", "a,b/>"))).isEqualTo("smf,a%2Cb%2F%3E");
  }

  @Test
  void takesAPlusSignForASpaceInQueriesOnly() {
    assertThat(UriText.decode("a+b")).isEqualTo("a+b");
    assertThat(UriText.decodeQuery("a+b%2B")).isEqualTo("a b+");
  }

  @ParameterizedTest
  @ValueSource(strings = {"%", "%1", "a%zz", "%2g"})
  void refusesAPercentSignWithoutTwoDigits(String text) {
    var refused = catchThrowableOfType(RefusedException.class, () -> UriText.decode(text));

    assertThat(refused.code()).isEqualTo(SempCode.PARSE_ERROR);
  }
}
