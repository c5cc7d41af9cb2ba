package stripebridge.service.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import stripebridge.service.inbox.DiskLevel.Step;

class DiskLevelTest {
  private final DiskLevel level = new DiskLevel(16);

  @Test
  void allocatesTheReserveOnlyIfEventsStillFit() {
    assertThat(level.seen(39, false)).isEqualTo(Step.NOTHING);
    assertThat(level.isOpen()).isFalse();
    assertThat(level.seen(40, false)).isEqualTo(Step.ALLOCATE_RESERVE);
    assertThat(level.isOpen()).isFalse();
    assertThat(level.seen(24, true)).isEqualTo(Step.NOTHING);
    assertThat(level.isOpen()).isTrue();
  }

  @Test
  void closesAtTheLowMarkAndOpensAtTheHighOne() {
    level.seen(24, true);
    level.seen(16, true);
    assertThat(level.isOpen()).isTrue();
    level.seen(15, true);
    assertThat(level.isOpen()).isFalse();
    level.seen(23, true);
    assertThat(level.isOpen()).isFalse();
    level.seen(24, true);
    assertThat(level.isOpen()).isTrue();
  }

  @Test
  void isClosedWithoutTheReserve() {
    level.seen(1_000, true);
    level.seen(1_000, false);
    assertThat(level.isOpen()).isFalse();
    level.seen(1_000, true);
    assertThat(level.isOpen()).isTrue();
    level.full();
    assertThat(level.isOpen()).isFalse();
  }
}
