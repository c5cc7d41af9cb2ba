package stripebridge.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import stripebridge.core.problem.Problem;
import stripebridge.core.testing.Seed;

class DotEnvTest {
  private static DotEnv.Entry entry(String key, String value, int line) {
    return new DotEnv.Entry(key, new Secret(value), line);
  }

  /// The only value of a text without problems.
  private static String value(String text) {
    DotEnv read = DotEnv.parse(text);
    assertThat(read.problems()).isEmpty();
    Secret value = read.entries().getFirst().value();
    return value == null ? "unreadable" : value.reveal();
  }

  private static List<String> problems(String text) {
    return DotEnv.parse(text).problems().stream().map(Problem::toString).toList();
  }

  @Test
  void readsKeysWithTheirLines() {
    String text = "# comment\n\nAPP_PORT=80\n  export LOG_LEVEL = debug \nEMPTY=\n";

    assertThat(DotEnv.parse(text))
        .isEqualTo(
            new DotEnv(
                List.of(
                    entry("APP_PORT", "80", 3),
                    entry("LOG_LEVEL", "debug", 4),
                    entry("EMPTY", "", 5)),
                List.of()));
  }

  @Test
  void readsAFileOfAnotherSystem() {
    assertThat(DotEnv.parse("\uFEFFA=1\r\nB=2\rC=3"))
        .isEqualTo(
            new DotEnv(
                List.of(entry("A", "1", 1), entry("B", "2", 2), entry("C", "3", 3)), List.of()));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "K=a b # c, a b",
        "K=a#b, a#b",
        "K=#a, #a",
        "K= # a, ``",
        "K=a'b\"c, a'b\"c",
        "K=a\\nb, a\\nb",
        "K=pa$$word, pa$$word",
        "K=a=b==, a=b==",
        "K='a # \"b\" \\n ${C}' # d, a # \"b\" \\n ${C}",
        "K=\"a # 'b'\"#c, a # 'b'",
        "K=\"a\\\"b\\\\c\\$\\{D}\", ",
      })
  void takesAValueAsWritten(String text, String value) {
    if (value == null) {
      assertThat(problems(text)).hasSize(1);
      return;
    }
    assertThat(value(text)).isEqualTo(value);
  }

  @Test
  void readsEscapesWithinDoubleQuotes() {
    assertThat(value("K=\"a\\n\\r\\t\\\"\\\\\\${b}\"")).isEqualTo("a\n\r\t\"\\${b}");
  }

  @Test
  void readsAValueOfSeveralLines() {
    String text = "A=\"\r\nlive=whsec_a\r\nold=whsec_b\r\n\" # both\nB=2";

    assertThat(DotEnv.parse(text))
        .isEqualTo(
            new DotEnv(
                List.of(entry("A", "\nlive=whsec_a\nold=whsec_b\n", 1), entry("B", "2", 5)),
                List.of()));
  }

  @Test
  void refusesAKeySetTwiceAndKeepsTheFirst() {
    DotEnv read = DotEnv.parse("APP_PORT=1\nQUX=1\nexport APP_PORT=2\nQUX=2");

    assertThat(read.entries()).containsExactly(entry("APP_PORT", "1", 1), entry("QUX", "1", 2));
    assertThat(read.problems())
        .containsExactly(
            new Problem(".env:3", "APP_PORT is already set on line 1"),
            new Problem(".env:4", "this key is already set on line 2"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"s3cret", "s3cret value", "=s3cret", "9s3cret=a", "A: s3cret"})
  void refusesAMeaninglessLineWithoutQuotingIt(String line) {
    assertThat(problems("A=1\n" + line + "\nB=2"))
        .containsExactly(".env:2: expected KEY=value, a comment or a blank line");
  }

  @Test
  void refusesToExpandVariables() {
    String sentence =
        "${…} is not expanded here: write the value, or use single quotes for a literal ${";

    assertThat(problems("A=x${B}\nC=\"\n${D}\"\nE='${F}'\nG=\"\\${H}\""))
        .containsExactly(".env:1: " + sentence, ".env:3: " + sentence);
  }

  @Test
  void refusesAQuoteThatIsNotClosedAndReadsOn() {
    DotEnv read = DotEnv.parse("A='s3cret\nB=\"s3cret\nC=3");

    assertThat(read)
        .isEqualTo(
            new DotEnv(
                List.of(
                    new DotEnv.Entry("A", null, 1),
                    new DotEnv.Entry("B", null, 2),
                    entry("C", "3", 3)),
                List.of(
                    new Problem(".env:1", "a single-quoted value must end on the same line"),
                    new Problem(
                        ".env:2", "a double-quoted value begins here and is never" + " closed"))));
  }

  @Test
  void refusesTextAfterAQuote() {
    assertThat(problems("A='a'b\nB=\"\nb\"c"))
        .containsExactly(
            ".env:1: unexpected text after the closing quote",
            ".env:3: unexpected text after the closing quote");
  }

  @Test
  void refusesAnUnknownEscape() {
    assertThat(problems("A=\"C:\\dir\""))
        .containsExactly(
            ".env:1: double quotes only allow the escapes \\n \\r \\t \\\" \\\\ \\$;"
                + " use single quotes for a literal backslash");
  }

  @Test
  void readsBackEveryQuotedValue() {
    RandomGenerator random = Seed.random("DotEnvTest.readsBack");
    for (int i = 0; i < Seed.rounds(20_000); i++) {
      String value = randomText(random, "aé🏠 #='\"\\$\\{}\n\t,;");
      String escaped =
          value
              .replace("\\", "\\\\")
              .replace("\"", "\\\"")
              .replace("$", "\\$")
              .replace("\n", random.nextBoolean() ? "\\n" : "\n");
      assertThat(value("KEY = \"" + escaped + "\" # x\nOTHER=1")).isEqualTo(value);
    }
  }

  @Test
  void neverFailsAndNeverQuotesAValue() {
    RandomGenerator random = Seed.random("DotEnvTest.neverFails");
    for (int i = 0; i < Seed.rounds(20_000); i++) {
      StringBuilder text = new StringBuilder();
      for (int piece = random.nextInt(1, 8); piece > 0; piece--) {
        text.append(randomText(random, "AB_=\"'\\$\\{}# \n\r\t")).append("s3cret");
      }
      DotEnv read = DotEnv.parse(text.toString());
      long lines = text.toString().lines().count();
      assertThat(read.toString()).as("%s", text).doesNotContain("s3cret");
      assertThat(read.entries()).allMatch(one -> one.line() >= 1 && one.line() <= lines);
      assertThat(read.entries()).extracting(DotEnv.Entry::key).doesNotHaveDuplicates();
    }
  }

  private static String randomText(RandomGenerator random, String alphabet) {
    int[] points = alphabet.codePoints().toArray();
    StringBuilder text = new StringBuilder();
    for (int length = random.nextInt(12); length > 0; length--) {
      text.appendCodePoint(points[random.nextInt(points.length)]);
    }
    return text.toString();
  }
}
