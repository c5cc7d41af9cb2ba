package stripebridge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RootCommandTest {
  @TempDir private Path folder;

  private CliHarness cli() {
    return new CliHarness(folder);
  }

  @Test
  void printsItsVersionOnStandardOutput() {
    assertThat(cli().run("--version"))
        .isEqualTo(new CliHarness.Run(0, "stripebridge " + Version.text() + "\n", ""));
    assertThat(Version.text()).matches("\\d+\\.\\d+\\.\\d+.*");
  }

  @Test
  void printsTheSameVersionThroughTheParser() {
    assertThat(cli().run("--verbose", "--version")).isEqualTo(cli().run("--version"));
  }

  @Test
  void buildsOnlyTheCommandThatIsCalled() {
    List<String> all = StripebridgeCli.needed(new String[0]);
    assertThat(all).contains("queues", "serve", "completion");
    assertThat(StripebridgeCli.needed(new String[] {"queues", "serve"})).containsExactly("queues");
    assertThat(StripebridgeCli.needed(new String[] {"-v", "queues"})).containsExactly("queues");
    assertThat(List.of("--help", "--", "quues", "@file", "-vh"))
        .allSatisfy(first ->
            assertThat(StripebridgeCli.needed(new String[] {first, "queues"})).isEqualTo(all));
  }

  @Test
  void namesEachCommandAsItIsCalled() {
    assertThat(StripebridgeCli.needed(new String[0]))
        .allSatisfy(name ->
            assertThat(cli().run(name, "--help").out()).startsWith("Usage: stripebridge " + name));
  }

  @Test
  void failsWithoutACommand() {
    assertThat(cli().run())
        .isEqualTo(
            new CliHarness.Run(
                2,
                "",
                """
                error: no command given
                hint:  see 'stripebridge --help'
                """));
  }

  @Test
  void suggestsTheNearestCommand() {
    assertThat(cli().run("complation"))
        .isEqualTo(
            new CliHarness.Run(
                2,
                "",
                """
                error: there is no command 'complation'
                hint:  did you mean 'completion'? see 'stripebridge --help'
                """));
  }

  @Test
  void suggestsTheNearestOption() {
    assertThat(cli().run("completion", "bash", "--verbos"))
        .isEqualTo(
            new CliHarness.Run(
                2,
                "",
                """
                error: there is no option '--verbos'
                hint:  did you mean '--verbose'? see 'stripebridge completion --help'
                """));
  }

  @Test
  void writesInColorOnlyOnATerminal() {
    assertThat(cli().run("--help").out()).doesNotContain("\u001b");
    assertThat(cli().onTerminal().run("--help").out()).contains("\u001b");
    assertThat(cli().onTerminal().env("NO_COLOR", "1").run("--help").out())
        .doesNotContain("\u001b");
  }

  @Test
  void printsTheHelpOfACommand() {
    assertThat(cli().run("completion", "--help").out()).contains("Usage: stripebridge completion");
  }
}
