package stripebridge.cli.queues;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SparklineTest {
  private static String of(Long... values) {
    return Sparkline.of(List.of(values), 10, true);
  }

  @Test
  void growsFromTheSmallestToTheLargest() {
    assertThat(of(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L)).isEqualTo("▁▂▃▄▅▆▇█");
    assertThat(of(1_000L, 500L, 0L)).isEqualTo("█▅▁");
  }

  @Test
  void isFlatWithoutChange() {
    assertThat(of()).isEmpty();
    assertThat(of(0L, 0L, 0L)).isEqualTo("▁▁▁");
    assertThat(of(7L, 7L)).isEqualTo("██");
    assertThat(of(1_000L, 1_001L, 1_000L)).isEqualTo("███");
  }

  @Test
  void leavesGapsBlank() {
    assertThat(of(0L, History.GAP, 7L)).isEqualTo("▁ █");
    assertThat(of(History.GAP)).isEqualTo(" ");
  }

  @Test
  void showsTheLatest() {
    assertThat(Sparkline.of(List.of(9L, 0L, 1L), 2, true)).isEqualTo("▁█");
  }

  @Test
  void worksWithoutBlockCharacters() {
    assertThat(Sparkline.of(List.of(0L, 1L), 9, false)).isEqualTo("_@");
  }
}
