package stripebridge.cli.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class DurationTextTest {
  private final DurationText converter = new DurationText();

  @ParameterizedTest
  @CsvSource({
    "500ms, PT0.5S",
    "10s, PT10S",
    "10, PT10S",
    "0.5, PT0.5S",
    "1.5m, PT1M30S",
    "2h, PT2H",
    "7d, PT168H"
  })
  void readsANumberWithAUnit(String text, Duration duration) {
    assertThat(converter.convert(text)).isEqualTo(duration);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "s", "-1s", "1 s", "1w", "1m30s", "1e3", "soon"})
  void refusesAnythingElse(String text) {
    assertThatThrownBy(() -> converter.convert(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessage("'" + text + "' is not a duration such as 500ms, 10s, 5m, 2h or 3d");
  }

  @Test
  void limitsAWait() {
    assertThat(DurationText.isWait(Duration.ofMillis(99))).isFalse();
    assertThat(DurationText.isWait(Duration.ofMillis(100))).isTrue();
    assertThat(DurationText.isWait(Duration.ofHours(1))).isTrue();
    assertThat(DurationText.isWait(Duration.ofHours(1).plusMillis(1))).isFalse();
  }
}
