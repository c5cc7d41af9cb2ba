package stripebridge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.invoke.MethodType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import stripebridge.cli.option.DurationText;

/// One idea, one option: an option means the same in every command that has it. Only its default
/// may differ, which the description names at its end: `; 2s by default.`
class OptionTreeTest {
  private static final String DEFAULT = "; [^;]* by default\\.$";

  // Each with the reason why it may differ.
  private static final Map<String, String> EXCEPTIONS =
      Map.of(
          "stripebridge redrive --all",
              "means all messages; 'trigger --all' means all routed types",
          "stripebridge consume --output", "messages have formats of their own, such as raw bytes",
          "stripebridge inbox move --to", "the target may be a Redis URL, as may --from",
          "stripebridge setup --from",
              "it names where a jar is; 'inbox move --from' names an inbox");

  /// What an option is, apart from its default.
  private record Meaning(Class<?> type, String label, String description) {
    static Meaning of(OptionSpec option) {
      return new Meaning(
          MethodType.methodType(option.type()).wrap().returnType(),
          option.paramLabel(),
          String.join(" ", option.description()).replaceFirst(DEFAULT, "."));
    }
  }

  static Stream<CommandSpec> commands() {
    return HelpProseTest.commands();
  }

  private static String place(CommandSpec command, OptionSpec option) {
    return command.qualifiedName() + " " + option.longestName();
  }

  private static Map<String, Map<Meaning, List<String>>> meanings(Predicate<String> counts) {
    Map<String, Map<Meaning, List<String>>> meanings = new TreeMap<>();
    commands()
        .forEach(command ->
            command.options().stream()
                .filter(option -> !option.hidden() && counts.test(place(command, option)))
                .forEach(option ->
                    meanings
                        .computeIfAbsent(option.longestName(), _ -> new HashMap<>())
                        .computeIfAbsent(Meaning.of(option), _ -> new ArrayList<>())
                        .add(command.qualifiedName())));
    meanings.values().removeIf(found -> found.size() == 1);
    return meanings;
  }

  @Test
  void givesAnOptionOneMeaningInEveryCommand() {
    assertThat(meanings(place -> !EXCEPTIONS.containsKey(place))).isEmpty();
  }

  @Test
  void needsEveryException() {
    for (String exception : EXCEPTIONS.keySet()) {
      assertThat(meanings(place -> place.equals(exception) || !EXCEPTIONS.containsKey(place)))
          .as(exception)
          .hasSize(1);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "provision, --file, --topology, other.yaml",
    "provision, --semp-rate, --rate, 5.0",
    "redrive, --limit, --count, 7",
    "queues, --filter, --name, stripe.*"
  })
  void keepsFormerNamesHidden(String command, String former, String name, String value) {
    CommandSpec spec =
        HelpProseTest.tree().parseArgs(command, former, value).subcommand().commandSpec();

    assertThat(spec.findOption(former).hidden()).isTrue();
    assertThat(spec.findOption(name).<Object>getValue()).hasToString(value);
  }

  @Test
  void refusesAFormerNameBesideTheNewOne(@TempDir Path folder) {
    CliHarness.Run run =
        new CliHarness(folder).run("provision", "--topology", "new.yaml", "--file", "old.yaml");

    assertThat(run)
        .isEqualTo(
            new CliHarness.Run(
                2,
                "",
                """
                error: --topology and --file are the same option; pass one of them
                hint:  see 'stripebridge provision --help'
                """));
  }

  @Test
  void takesSeveralSettings(@TempDir Path folder) {
    CliHarness.Run run =
        new CliHarness(folder)
            .run("config", "show", "--app-port", "1", "--log-level", "DEBUG", "-o", "json");

    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void readsEveryDurationInOneWay(CommandSpec command) {
    for (OptionSpec option : command.options()) {
      boolean isDuration = option.type() == Duration.class;
      assertThat(option.paramLabel().equals("DURATION"))
          .as(place(command, option))
          .isEqualTo(isDuration);
      if (isDuration) {
        assertThat(option.converters())
            .as(place(command, option))
            .hasExactlyElementsOfTypes(DurationText.class);
      }
      assertThat(option.paramLabel()).doesNotContain("SECONDS");
    }
  }
}
