package stripebridge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/// The style of help pages: sentences, 80 columns, options in kebab-case, an example at the end.
class HelpProseTest {
  private static final int COLUMNS_MAX = 80;

  static Stream<CommandSpec> commands() {
    List<CommandSpec> found = new ArrayList<>();
    collect(tree(), found);
    return found.stream();
  }

  static CommandLine tree() {
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
    return StripebridgeCli.commandLine(
        new CliContext(
            Map.of(),
            Path.of("."),
            InputStream.nullInputStream(),
            nowhere,
            nowhere,
            false,
            InstantSource.system(),
            new StopRequest(),
            ReloadRequest.withoutSignal()));
  }

  private static void collect(CommandLine command, List<CommandSpec> found) {
    found.add(command.getCommandSpec());
    command.getSubcommands().values().forEach(child -> collect(child, found));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void describesTheCommandInASentence(CommandSpec command) {
    String[] description = command.usageMessage().description();
    assertThat(description).isNotEmpty();
    assertThat(description[0]).matches("[A-Z].*\\.");
  }

  @ParameterizedTest
  @MethodSource("commands")
  void describesEveryOptionAndParameter(CommandSpec command) {
    for (ArgSpec argument : command.args()) {
      if (argument.hidden()) {
        continue;
      }
      assertThat(argument.description()).as("%s", argument).isNotEmpty();
      assertThat(String.join(" ", argument.description())).matches("[A-Z0-9`].*\\.");
    }
  }

  @ParameterizedTest
  @MethodSource("commands")
  void namesOptionsInKebabCase(CommandSpec command) {
    assertThat(command.options())
        .allSatisfy(option -> assertThat(option.longestName()).matches("--[a-z0-9]+(-[a-z0-9]+)*"));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void endsWithAnExample(CommandSpec command) {
    String[] footer = command.usageMessage().footer();
    int heading =
        Math.max(List.of(footer).indexOf("Example:"), List.of(footer).indexOf("Examples:"));
    assertThat(heading).isPositive();
    assertThat(footer[heading - 1]).isEmpty();
    assertThat(footer[heading + 1]).contains("stripebridge");
  }

  @ParameterizedTest
  @MethodSource("commands")
  void leavesNoVariableOpen(CommandSpec command) {
    assertThat(command.commandLine().getUsageMessage(CommandLine.Help.Ansi.OFF))
        .doesNotContain("${")
        .doesNotContain("null");
  }

  @ParameterizedTest
  @MethodSource("commands")
  void fitsTheTerminal(CommandSpec command) {
    assertThat(command.commandLine().getUsageMessage(CommandLine.Help.Ansi.OFF).lines())
        .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(COLUMNS_MAX));
  }
}
