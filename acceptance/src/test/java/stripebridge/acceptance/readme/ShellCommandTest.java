package stripebridge.acceptance.readme;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShellCommandTest {

  @Test
  void hasWordsWithoutTheirQuotes() {
    assertThat(ShellCommand.parse("./stripebridge  say 'a  $b' \"it's\" --x='y z'"))
        .contains(
            new ShellCommand(
                Map.of(),
                List.of("./stripebridge", "say", "a  $b", "it's", "--x=y z"),
                null,
                null));
  }

  @Test
  void hasAnEnvironmentAndFiles() {
    assertThat(ShellCommand.parse("A=1 B='2 3' stripebridge C=4 - < in.json >out.txt "))
        .contains(
            new ShellCommand(
                Map.of("A", "1", "B", "2 3"),
                List.of("stripebridge", "C=4", "-"),
                "in.json",
                "out.txt"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "stripebridge a | jq .",
        "stripebridge a && b",
        "stripebridge sandbox &",
        "stripebridge $FILE",
        "stripebridge *.json",
        "stripebridge 'open",
      })
  void leavesTheRestToAShell(String command) {
    assertThat(ShellCommand.parse(command)).isEqualTo(Optional.empty());
  }
}
