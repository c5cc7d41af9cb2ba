package stripebridge.core.topology.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import stripebridge.core.problem.Problem;
import stripebridge.core.problem.ProblemsException;
import stripebridge.core.testing.Seed;

/// Any mutation of the shipped file gives a topology or problems, each on one line and with a place
/// in the file.
class TopologyReaderFuzzTest {
  private static final int CASES = 4_000;
  private static final int EDITS_MAX = 4;

  /// Text with a meaning in YAML or in the format.
  private static final List<String> PIECES =
      List.of(
          ":",
          ": ",
          "- ",
          "#",
          "\"",
          "'",
          "{",
          "}",
          "[",
          "]",
          ",",
          "&a ",
          "*a",
          "!",
          "!!str ",
          "|",
          ">",
          "?",
          "? ",
          "@",
          "`",
          "%",
          "\t",
          "\n",
          "\r\n",
          "---\n",
          "...\n",
          "<<: ",
          "~",
          "\\",
          "\"\\uD800\"",
          "\"\\UFFFFFFFF\"",
          "\u0000",
          "\uD83D\uDE00",
          "\uDC00",
          "\uFEFF",
          "\u0085",
          "\u2028",
          "yes",
          "010",
          "1_000",
          "99999999999999999999",
          "-1",
          "1e9",
          ".inf",
          "${env:X}",
          "{rest}",
          "#P2P/QUE/x",
          "stripe.errors.dmq",
          "queueDefaults",
          "external",
          "[[[[[[[[[[[[[[[[[[[[",
          "{{{{{{{{{{{{{{{{{{{{",
          "? - ? - ? - ? - ? - ");

  @Test
  void neverThrowsAnythingButProblems() {
    RandomGenerator random = Seed.random("TopologyReaderFuzzTest");
    String shipped = ShippedTopology.withOperator();
    int refused = 0;
    for (int i = 0; i < Seed.rounds(CASES); i++) {
      String yaml = mutated(shipped, random);
      try {
        TopologyReader.read("t", yaml);
      } catch (ProblemsException e) {
        refused++;
        assertThat(e.problems()).as(yaml).allMatch(TopologyReaderFuzzTest::isPresentable);
      } catch (RuntimeException e) {
        throw new AssertionError("case " + i + " threw on:\n" + yaml, e);
      }
    }
    assertThat(refused).isPositive();
  }

  private static boolean isPresentable(Problem problem) {
    return problem.where().matches("t:[1-9][0-9]*:[1-9][0-9]*")
        && !problem.what().isBlank()
        && problem.what().chars().noneMatch(Character::isISOControl)
        && StandardCharsets.UTF_8.newEncoder().canEncode(problem.what());
  }

  private static String mutated(String text, RandomGenerator random) {
    StringBuilder out = new StringBuilder(text);
    for (int edit = random.nextInt(EDITS_MAX); edit >= 0; edit--) {
      int at = random.nextInt(out.length() + 1);
      int end = Math.min(out.length(), at + random.nextInt(12));
      switch (random.nextInt(6)) {
        case 0 -> out.delete(at, end);
        case 1 -> out.insert(at, out.substring(at, end));
        case 2 -> out.replace(at, end, String.valueOf((char) random.nextInt(0x10000)));
        case 3 -> out.setLength(random.nextInt(8) == 0 ? at : out.length());
        case 4 -> out.replace(at, end, PIECES.get(random.nextInt(PIECES.size())));
        default -> out.insert(at, PIECES.get(random.nextInt(PIECES.size())));
      }
    }
    return out.toString();
  }
}
