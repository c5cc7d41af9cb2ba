package stripebridge.cli.consume;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class VisibleTextTest {
  @Test
  void keepsCharactersOfTheCharset() {
    assertThat(new VisibleText(UTF_8).lines("é\t→ 你好\n\n𝄞")).containsExactly("é\t→ 你好", "", "𝄞");
  }

  @Test
  void escapesCharactersThatTheCharsetLacks() {
    assertThat(new VisibleText(US_ASCII).line("é→")).isEqualTo("\\u00e9\\u2192");
  }

  @Test
  void escapesTruncatedCharacters() {
    assertThat(new VisibleText(UTF_8).lines("the letter e and then é".getBytes(UTF_8)))
        .containsExactly("the letter e and then é");
    byte[] cut = "the letter e and then é".getBytes(UTF_8);
    cut[cut.length - 1] = '!';
    assertThat(new VisibleText(UTF_8).lines(cut)).containsExactly("the letter e and then \\xc3!");
  }

  @Test
  void acceptsAnyBytes() {
    long seed = Long.getLong("seed", System.nanoTime());
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    VisibleText visible = new VisibleText(UTF_8);
    for (int i = 0; i < 2_000; i++) {
      byte[] bytes = new byte[random.nextInt(64)];
      random.nextBytes(bytes);
      if (random.nextBoolean()) {
        for (int at = 0; at < bytes.length; at++) {
          bytes[at] = random.nextInt(20) == 0 ? bytes[at] : (byte) random.nextInt(9, 127);
        }
      }
      assertThat(visible.lines(bytes))
          .as("seed %d", seed)
          .isNotEmpty()
          .noneMatch(line -> line.chars().anyMatch(one -> one < ' ' && one != '\t'));
    }
  }
}
