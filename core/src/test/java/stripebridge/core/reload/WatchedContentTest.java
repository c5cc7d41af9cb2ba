package stripebridge.core.reload;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import stripebridge.core.testing.Seed;

class WatchedContentTest {
  private final WatchedContent<String> file = new WatchedContent<>("old");

  @Test
  void countsOnceItIsReadTwiceInARow() {
    assertThat(file.read("ne")).isEmpty();
    assertThat(file.read("new")).isEmpty();
    assertThat(file.read("new")).contains("new");

    file.accept("new");

    assertThat(file.inEffect()).isEqualTo("new");
    assertThat(file.read("new")).isEmpty();
  }

  @Test
  void asksAgainUntilItIsDecided() {
    file.read("new");

    assertThat(file.read("new")).contains("new");
    assertThat(file.read("new")).contains("new");
  }

  @Test
  void returnsARejectedContentOnlyAfterAChange() {
    file.read("bad");
    file.read("bad");
    file.reject("bad");

    assertThat(file.read("bad")).isEmpty();
    assertThat(file.isRejected()).isTrue();
    assertThat(file.inEffect()).isEqualTo("old");

    file.read("old");
    assertThat(file.isRejected()).isFalse();
    assertThat(file.read("bad")).isEmpty();
    assertThat(file.read("bad")).contains("bad");
  }

  /// It is rejected until it is decided otherwise: a metric must not change in between.
  @Test
  void judgesARejectedContentAgain() {
    file.read("bad");
    file.read("bad");
    file.reject("bad");

    file.judgeAnew();

    assertThat(file.read("bad")).isEmpty();
    assertThat(file.isRejected()).isTrue();
    assertThat(file.read("bad")).contains("bad");
    file.accept("bad");
    assertThat(file.isRejected()).isFalse();
    assertThat(file.inEffect()).isEqualTo("bad");
  }

  @Test
  void forgetsWhatItReadOnceWhenTheFormerContentIsBack() {
    file.read("new");
    file.read("old");

    assertThat(file.read("new")).isEmpty();
  }

  /// Whatever is read and decided: only what the last two readings had is returned, and never what
  /// is in effect or was rejected last.
  @Test
  void returnsOnlyWhatWasReadTwice() {
    RandomGenerator random = Seed.random("WatchedContentTest");
    WatchedContent<Integer> any = new WatchedContent<>(0);
    int last = 0;
    int rejected = -1;
    for (int i = 0; i < 200_000; i++) {
      if (random.nextInt(20) == 0) {
        any.judgeAnew();
        rejected = -1;
        last = -1;
      }
      int content = random.nextInt(4);
      Optional<Integer> settled = any.read(content);
      if (content == any.inEffect()) {
        rejected = -1;
      }
      boolean isTwice = i > 0 && content == last;
      assertThat(settled.isPresent())
          .isEqualTo(isTwice && content != any.inEffect() && content != rejected);
      if (settled.isPresent()) {
        switch (random.nextInt(3)) {
          case 0 -> any.accept(content);
          case 1 -> {
            any.reject(content);
            rejected = content;
          }
          default -> {}
        }
        if (any.inEffect() == content) {
          rejected = -1;
        }
      }
      last = content;
    }
  }
}
