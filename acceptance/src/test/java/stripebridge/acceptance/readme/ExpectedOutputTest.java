package stripebridge.acceptance.readme;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ExpectedOutputTest {

  @Test
  void isTheWholeOutput() {
    assertThat(ExpectedOutput.matches(List.of("a", "b"), "a\nb\n")).isTrue();
    assertThat(ExpectedOutput.matches(List.of("a", "b"), "a  \nb")).isTrue();
    assertThat(ExpectedOutput.matches(List.of("a"), "a\nb\n")).isFalse();
    assertThat(ExpectedOutput.matches(List.of("a", "b"), "a\n")).isFalse();
    assertThat(ExpectedOutput.matches(List.of(), "")).isTrue();
    assertThat(ExpectedOutput.matches(List.of(), "a\n")).isFalse();
    assertThat(ExpectedOutput.matches(List.of("a.c"), "abc\n")).isFalse();
  }

  @Test
  void hasAnEllipsisForAnythingInALine() {
    assertThat(ExpectedOutput.matches(List.of("id evt_…, type …"), "id evt_1, type a.b\n"))
        .isTrue();
    assertThat(ExpectedOutput.matches(List.of("id evt_…, type …"), "id evt_1\n, type a.b\n"))
        .isFalse();
  }

  @Test
  void hasAnEllipsisAloneForAnyLines() {
    assertThat(ExpectedOutput.matches(List.of("a", "…", "z"), "a\nb\nc\nz\n")).isTrue();
    assertThat(ExpectedOutput.matches(List.of("a", "…", "z"), "a\nz\n")).isTrue();
    assertThat(ExpectedOutput.matches(List.of("a", "…", "z"), "a\nb\n")).isFalse();
  }
}
