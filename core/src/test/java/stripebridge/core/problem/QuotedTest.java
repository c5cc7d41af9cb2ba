package stripebridge.core.problem;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class QuotedTest {
  @Test
  void leavesPlainTextAsItIs() {
    assertThat(Quoted.of("häuser 🏠")).isEqualTo("'häuser 🏠'");
  }

  @Test
  void writesWhatMovesTheCursorAsItsNumber() {
    assertThat(Quoted.of("a\n\u001b[2J\u202eb\ud800"))
        .isEqualTo("'a\\u000a\\u001b[2J\\u202eb\\ud800'");
  }

  @Test
  void truncatesALongTextBetweenCharacters() {
    assertThat(Quoted.of("🏠".repeat(40))).isEqualTo("'" + "🏠".repeat(30) + "…'");
  }
}
