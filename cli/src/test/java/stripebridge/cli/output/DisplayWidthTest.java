package stripebridge.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DisplayWidthTest {
  @ParameterizedTest
  @CsvSource({
    "'', 0",
    "abc, 3",
    "Jürgen, 6",
    "支払い, 6",
    "결제, 4",
    "ＡＢ, 4",
    "😀, 2",
    "a😀b, 4",
    "'e\u0301', 1",
    "…, 1",
    "█, 1"
  })
  void countsTerminalColumns(String text, int columns) {
    assertThat(DisplayWidth.of(text)).isEqualTo(columns);
  }

  @Test
  void padsByColumns() {
    assertThat(DisplayWidth.padded("支払", 6)).isEqualTo("支払  ");
    assertThat(DisplayWidth.paddedLeft("😀", 3)).isEqualTo(" 😀");
    assertThat(DisplayWidth.padded("支払い", 4)).isEqualTo("支払い");
  }

  @Test
  void cutsByColumnsAndNeverWithinACharacter() {
    assertThat(DisplayWidth.cut("支払い", 6, '…')).isEqualTo("支払い");
    assertThat(DisplayWidth.cut("支払い", 5, '…')).isEqualTo("支払…");
    assertThat(DisplayWidth.cut("支払い", 4, '…')).isEqualTo("支…");
    assertThat(DisplayWidth.cut("😀😀😀", 4, '~')).isEqualTo("😀~");
    assertThat(DisplayWidth.cutMiddle("支払い.dmq", 8, '…')).isEqualTo("支払…dmq");
    assertThat(DisplayWidth.cutMiddle("😀😀😀", 5, '…')).isEqualTo("😀…😀");
  }
}
