package stripebridge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// One option, one idea: an option that several commands have is the same option in all of them.
/// Only its default may differ, which its description names at its end: `; 2s by default.`
class OptionTreeTest {
  private static final String DEFAULT = "; [^;]* by default\\.$";

  // Each with the reason why the name stays.
  private static final Map<String, String> EXCEPTIONS =
      Map.of(
          "--all", "ranges over what its command works on: types of events, or messages",
          "--output", "of 'consume' has a format for messages, for bytes that are in no table",
          "--to", "of 'inbox move' is a place, where Redis is one too; it pairs with --from");

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

  @Test
  void meansTheSameByAnOptionInEveryCommand() {
    Map<String, Map<Meaning, List<String>>> users = new TreeMap<>();
    commands()
        .forEach(command ->
            command.options().stream()
                .filter(option -> !option.hidden())
                .forEach(option ->
                    users
                        .computeIfAbsent(option.longestName(), _ -> new java.util.HashMap<>())
                        .computeIfAbsent(Meaning.of(option), _ -> new ArrayList<>())
                        .add(command.qualifiedName())));
    users.values().removeIf(meanings -> meanings.size() == 1);
    assertThat(users).containsOnlyKeys(EXCEPTIONS.keySet());
  }

  @ParameterizedTest
  @MethodSource("commands")
  void readsEveryDurationInOneWay(CommandSpec command) {
    for (OptionSpec option : command.options()) {
      boolean isDuration = option.type() == java.time.Duration.class;
      assertThat(option.paramLabel().equals("DURATION"))
          .as("%s %s", command.qualifiedName(), option.longestName())
          .isEqualTo(isDuration);
      if (isDuration) {
        assertThat(option.converters()).hasSize(1);
        assertThat(option.converters()[0].getClass().getSimpleName()).isEqualTo("DurationText");
      }
      assertThat(option.paramLabel()).doesNotContain("SECONDS");
    }
  }
}
