package stripebridge.service.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChunksTest {
  private static final int MAX = 1_000;

  /// Decodes a body in pieces of the given size and returns its data.
  private static String data(String body, int step) throws Chunks.BrokenException {
    byte[] bytes = body.getBytes(ISO_8859_1);
    Chunks chunks = new Chunks(MAX);
    StringBuilder data = new StringBuilder();
    int at = 0;
    for (int end = 0; end < bytes.length; ) {
      end = Math.min(end + step, bytes.length);
      while (at < end && !chunks.isOver()) {
        Chunks.Piece piece = chunks.take(bytes, at, end);
        data.append(new String(bytes, piece.from(), piece.length(), ISO_8859_1));
        at = piece.next();
      }
    }
    return data + (chunks.isOver() ? "|" : "…") + body.substring(at);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "5\r\nhello\r\n0\r\n\r\n",
        "5;a=b\r\nhello\r\n0\r\n\r\n",
        "5 \r\nhello\r\n0\t\r\n\r\n",
        "5 ; a = b\t;c ;d\r\nhello\r\n0\r\n\r\n",
        "5 ; a ; b=\"c\\\"d;\"\r\nhello\r\n0;last\r\n\r\n",
        "0005\r\nhello\r\n00\r\nX-Checksum: 1\r\nY:\r\n\r\n",
        "2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
      })
  void givesTheDataHoweverItComes(String body) throws Exception {
    for (int step = 1; step <= body.length(); step++) {
      assertThat(data(body + "GET", step)).isEqualTo("hello|GET");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "5\r\nhelloX\r\n0\r\n\r\n",
        "5\r\nhello0\r\n\r\n",
        "5\r\nhello\n0\r\n\r\n",
        "5\nhello\r\n0\r\n\r\n",
        "\r\nhello",
        ";a\r\n",
        "-5\r\nhello",
        "0x5\r\nhello",
        "g\r\n",
        "5;a\u0000\r\n",
        "5;a=\"b\r\n",
        "5;a\nhello",
        "5 5\r\nhello",
        "5\t;a 5\r\nhello",
        "5;a b\r\nhello",
        "5;\r\nhello",
        "5;a=\r\nhello",
        "5;a=b c\r\nhello",
        "5;a=\"b\"c\r\nhello",
        "0\r\nno colon\r\n\r\n",
        "0\r\n: no name\r\n\r\n",
        "0\r\nX : a\r\n\r\n",
        "0\r\nX: a\r\n folded\r\n\r\n",
        "0\r\nX: a\nY: b\r\n\r\n",
        "0\r\nX: a\u0001\r\n\r\n",
        "0\r\n\r\r\n",
      })
  void refusesWhatIsNoChunk(String body) {
    for (int step = 1; step <= body.length(); step++) {
      int size = step;
      assertThatThrownBy(() -> data(body, size))
          .isInstanceOfSatisfying(
              Chunks.BrokenException.class, e -> assertThat(e.isTooLarge()).isFalse());
    }
  }

  @Test
  void refusesEndlessExtensionsAndTrailers() {
    assertThatThrownBy(() -> data("5;" + "x".repeat(Chunks.LINE_BYTES_MAX + 1), 100))
        .hasMessage("a chunk's extensions are too long");
    String chunk = "1;" + "x".repeat(1_000) + "\r\na\r\n";
    assertThatThrownBy(() -> data(chunk.repeat(20), 100))
        .hasMessage("chunk extensions and trailer fields are too long");
    assertThatThrownBy(() -> data("0\r\n" + "X: y\r\n".repeat(Chunks.EXTRA_BYTES_MAX), 100))
        .hasMessage("chunk extensions and trailer fields are too long");
  }

  /// Refuses by the announced size, before any of the data arrives.
  @ParameterizedTest
  @ValueSource(strings = {"3e9\r\n", "FFFFFFFF\r\n", "1\r\na\r\n3e8\r\n", "000000001\r\n"})
  void refusesWhatIsTooLargeAtOnce(String body) {
    assertThatThrownBy(() -> data(body, 1))
        .isInstanceOfSatisfying(
            Chunks.BrokenException.class, e -> assertThat(e.isTooLarge()).isTrue());
  }

  @Test
  void givesBackWhatWasCutUp() throws Exception {
    long seed = Long.getLong("test.seed", System.nanoTime());
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    for (int round = 0; round < 500; round++) {
      StringBuilder text = new StringBuilder();
      StringBuilder body = new StringBuilder();
      for (int left = random.nextInt(10); left > 0; left--) {
        String piece = "x\r\n0\r\n\r\n".repeat(random.nextInt(1, 9));
        text.append(piece);
        body.append(Integer.toHexString(piece.length())).append(random.nextBoolean() ? ";e" : "");
        body.append("\r\n").append(piece).append("\r\n");
      }
      body.append("0\r\n\r\n");
      assertThat(data(body.toString(), random.nextInt(1, 50)))
          .as("seed %d round %d", seed, round)
          .isEqualTo(text + "|");
    }
  }
}
