package stripebridge.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TerminalWidthTest {
  @Test
  void isTheValueOfColumns() throws InterruptedException {
    assertThat(TerminalWidth.of(Map.of("COLUMNS", "132"))).isEqualTo(132);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "-5", "wide", "99999"})
  void isPositiveForAnyValueOfColumns(String columns) throws InterruptedException {
    assertThat(TerminalWidth.of(Map.of("COLUMNS", columns))).isBetween(1, 9_999);
  }
}
