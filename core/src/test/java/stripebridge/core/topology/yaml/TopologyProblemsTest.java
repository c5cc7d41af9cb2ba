package stripebridge.core.topology.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every problem with its exact line and column: the cases are in `problems.txt`.
class TopologyProblemsTest {

  @ParameterizedTest
  @MethodSource("cases")
  void areReportedAtTheirPlaces(Case broken) {
    assertThat(Reading.problems(broken.yaml)).isEqualTo(broken.problems);
  }

  @Test
  void nameACharacterThatYamlDoesNotAllow() {
    assertThat(Reading.problems("version: 1\n# \uD83D\uDE00 \u0001\n"))
        .containsExactly("2:5: the character U+0001 is not allowed in YAML");
  }

  @Test
  void includeAFileThatIsTooLarge() {
    assertThat(Reading.problems("version: 1\n" + "#".repeat(1 << 20)))
        .containsExactly("1:1: the file has 1048587 characters; at most 1048576 are read");
  }

  @Test
  void cutWhatIsTooLongForALine() {
    assertThat(Reading.problems("version: 1\n\"" + "k".repeat(70) + "\\n\": 1\n"))
        .singleElement()
        .asString()
        .startsWith("2:1: unknown key '" + "k".repeat(60) + "…'");
  }

  static Stream<Case> cases() throws IOException {
    try (InputStream in = TopologyProblemsTest.class.getResourceAsStream("problems.txt")) {
      byte[] bytes = Objects.requireNonNull(in, "problems.txt").readAllBytes();
      String text = new String(bytes, StandardCharsets.UTF_8);
      return Arrays.stream(text.split("\n===== ")).skip(1).map(Case::of);
    }
  }

  record Case(String title, String yaml, List<String> problems) {
    /// Reads a block: its title, then the file, whose tabs are written `\t`, then the problems.
    static Case of(String block) {
      List<String> lines = block.lines().toList();
      String yaml =
          String.join(
              "\n", lines.stream().skip(1).filter(line -> !line.startsWith(">>> ")).toList());
      List<String> problems =
          lines.stream()
              .filter(line -> line.startsWith(">>> "))
              .map(line -> line.substring(4))
              .toList();
      return new Case(lines.getFirst(), yaml.replaceAll("(?m)^\\\\t", "\t") + "\n", problems);
    }

    @Override
    public String toString() {
      return title;
    }
  }
}
