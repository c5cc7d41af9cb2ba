package stripebridge.cli.reference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import stripebridge.cli.ExitCode;
import stripebridge.core.config.Setting;
import stripebridge.core.config.SettingGroup;
import stripebridge.core.config.Settings;

/// Generates a manual page for each command, from what `--help` shows, the table of settings and
/// the exit codes.
///
/// picocli's own generator writes AsciiDoc, which needs Asciidoctor to become a manual page, writes
/// the date of the build into it, and knows neither settings nor our exit codes.
public final class ManPages {
  private static final String ROOT = "stripebridge";

  private ManPages() {}

  /// The pages by the names of their files: `stripebridge-inbox-list.1`.
  public static Map<String, String> of(CommandLine tree) {
    Map<String, String> pages = new LinkedHashMap<>();
    add(tree, pages);
    return pages;
  }

  private static void add(CommandLine command, Map<String, String> pages) {
    pages.put(name(command) + ".1", page(command));
    children(command).forEach(child -> add(child, pages));
  }

  private static Stream<CommandLine> children(CommandLine command) {
    return command.getSubcommands().values().stream()
        .filter(child -> !child.getCommandSpec().usageMessage().hidden());
  }

  /// The name of a command's page.
  static String name(CommandLine command) {
    return command.getCommandSpec().qualifiedName("-");
  }

  private static String page(CommandLine command) {
    CommandSpec spec = command.getCommandSpec();
    Roff page = new Roff(name(command));
    String purpose = String.join(" ", spec.usageMessage().description());
    page.section("NAME")
        .words(
            Roff.escaped(name(command)) + " \\- " + Roff.escaped(purpose.replaceFirst("\\.$", "")));
    page.section("SYNOPSIS").line(synopsis(command));
    page.section("DESCRIPTION").text(purpose);
    footer(spec).description().forEach(paragraph -> describe(paragraph, page));
    commands(command, page);
    options(command, page);
    exitStatus(page);
    environment(command, page);
    files(command, page);
    page.section("EXAMPLES").verbatim(footer(spec).examples());
    page.section("SEE ALSO").line(seeAlso(command));
    return page.page();
  }

  private static String synopsis(CommandLine command) {
    CommandSpec spec = command.getCommandSpec();
    StringBuilder line = new StringBuilder(Roff.bold(spec.qualifiedName()));
    line.append(" [").append(Roff.italic("OPTIONS")).append(']');
    for (PositionalParamSpec parameter : spec.positionalParameters()) {
      line.append(' ').append(Roff.italic(label(command, parameter)));
    }
    return children(command).findAny().isEmpty()
        ? line.toString()
        : line.append(' ').append(Roff.italic("COMMAND")).toString();
  }

  /// As `--help` prints it: `[FILE...]`.
  private static String label(CommandLine command, ArgSpec argument) {
    return command
        .getHelp()
        .parameterLabelRenderer()
        .renderParameterLabel(argument, Ansi.OFF, List.of())
        .plainString()
        .strip();
  }

  private static void commands(CommandLine command, Roff page) {
    List<CommandLine> children = children(command).toList();
    if (children.isEmpty()) {
      return;
    }
    page.section("COMMANDS");
    for (CommandLine child : children) {
      page.tagged()
          .line(Roff.reference(name(child)))
          .text(String.join(" ", child.getCommandSpec().usageMessage().description()));
    }
  }

  private static void options(CommandLine command, Roff page) {
    CommandSpec spec = command.getCommandSpec();
    page.section("OPTIONS");
    for (PositionalParamSpec parameter : spec.positionalParameters()) {
      page.tagged()
          .line(Roff.italic(label(command, parameter)))
          .text(String.join(" ", parameter.description()));
    }
    List<OptionSpec> grouped =
        spec.argGroups().stream().flatMap(group -> group.allOptionsNested().stream()).toList();
    spec.options().stream()
        .filter(option -> !option.hidden() && !grouped.contains(option))
        .sorted((a, b) -> a.longestName().compareTo(b.longestName()))
        .forEach(option -> option(command, option, page));
    for (ArgGroupSpec group : spec.argGroups()) {
      page.subsection(String.valueOf(group.heading()).replace("%n", "").replaceFirst(":$", ""));
      group.allOptionsNested().stream()
          .filter(option -> !option.hidden())
          .forEach(option -> option(command, option, page));
    }
  }

  private static void option(CommandLine command, OptionSpec option, Roff page) {
    String names =
        Arrays.stream(option.names())
            .sorted((a, b) -> Integer.compare(a.length(), b.length()))
            .map(Roff::bold)
            .collect(Collectors.joining(", "));
    String label = label(command, option);
    String value =
        label.startsWith("=") ? "=" + Roff.italic(label.substring(1)) : Roff.escaped(label).strip();
    page.tagged().line(names + value).text(String.join(" ", option.description()));
  }

  private static void exitStatus(Roff page) {
    page.section("EXIT STATUS");
    for (ExitCode code : ExitCode.values()) {
      page.tagged()
          .line(Roff.bold(String.valueOf(code.value())))
          .text(
              Character.toUpperCase(code.meaning().charAt(0)) + code.meaning().substring(1) + ".");
    }
  }

  private static void environment(CommandLine command, Roff page) {
    List<Setting<?>> settings = settings(command);
    page.section("ENVIRONMENT");
    if (!settings.isEmpty()) {
      page.text(
          "A variable sets what its option sets; the option wins, and `.env` in the working"
              + " directory comes after both. A variable with `_FILE` at its end names a file with"
              + " the value.");
    }
    for (Setting<?> setting : settings) {
      page.tagged()
          .line(
              setting.isSecret()
                  ? Roff.bold(setting.name()) + ", " + Roff.bold(setting.fileVariable())
                  : Roff.bold(setting.name()))
          .text(value(setting));
    }
    page.tagged()
        .line(Roff.bold("JAVA_HOME"))
        .text("Where a Java 25 is, if not in the usual places.");
    page.tagged()
        .line(Roff.bold("JAVA_TOOL_OPTIONS"))
        .text("Options for the Java virtual machine, such as `-Xmx512m`.");
  }

  private static String value(Setting<?> setting) {
    StringBuilder text = new StringBuilder("Must be ").append(setting.type().allowed());
    if (setting.sameAs() != null) {
      text.append("; the value of `").append(setting.sameAs().name()).append("` by default");
    } else if (!setting.defaultText().isEmpty()) {
      text.append("; `").append(setting.defaultText()).append("` by default");
    }
    return text.append('.').toString();
  }

  /// Those that have an option of the command, in the order of its options.
  private static List<Setting<?>> settings(CommandLine command) {
    Map<String, Setting<?>> byOption =
        Stream.of(SettingGroup.values())
            .flatMap(group -> Settings.of(group).stream())
            .collect(Collectors.toMap(Setting::option, setting -> setting));
    return command.getCommandSpec().argGroups().stream()
        .flatMap(group -> group.allOptionsNested().stream())
        .<Setting<?>>flatMap(option -> Stream.ofNullable(byOption.get(option.longestName())))
        .toList();
  }

  private static void files(CommandLine command, Roff page) {
    Map<String, String> files = new LinkedHashMap<>();
    List<Setting<?>> settings = settings(command);
    boolean isRoot = command.getParent() == null;
    if (isRoot || !settings.isEmpty()) {
      files.put(".env", "Settings, in the working directory.");
    }
    if (isRoot || command.getCommandSpec().findOption("--topology") != null) {
      files.put(
          "topology.yaml",
          "Routes and broker objects, in the working directory; without it, those that are"
              + " shipped.");
    }
    if (isRoot || settings.contains(Settings.INBOX_PATH)) {
      files.put(
          Settings.INBOX_PATH.defaultText(),
          "The inbox, unless `INBOX_PATH` or `REDIS_URL` is set.");
    }
    if (files.isEmpty()) {
      return;
    }
    page.section("FILES");
    files.forEach((file, text) -> page.tagged().line(Roff.italic(file)).text(text));
  }

  private static String seeAlso(CommandLine command) {
    Optional<CommandLine> parent = Optional.ofNullable(command.getParent());
    Stream<CommandLine> above = parent.stream().filter(it -> it.getParent() != null);
    Stream<CommandLine> siblings =
        parent.stream().filter(it -> it.getParent() != null).flatMap(ManPages::children);
    List<String> names = new ArrayList<>(parent.isPresent() ? List.of(ROOT) : List.of());
    Stream.of(above, siblings, children(command))
        .flatMap(stream -> stream)
        .map(ManPages::name)
        .filter(other -> !other.equals(name(command)))
        .forEach(names::add);
    return names.stream().map(Roff::reference).collect(Collectors.joining(",\n"));
  }

  /// The end of a help page.
  ///
  /// @param description paragraphs before the examples
  private record Footer(List<String> description, List<String> examples) {}

  /// Indented lines are a list: they stay lines.
  private static void describe(String paragraph, Roff page) {
    List<String> lines = paragraph.lines().filter(line -> !line.isBlank()).toList();
    page.paragraph();
    int from = 0;
    while (from < lines.size()) {
      boolean isList = lines.get(from).startsWith("  ");
      int to = from;
      while (to < lines.size() && lines.get(to).startsWith("  ") == isList) {
        to++;
      }
      List<String> part = lines.subList(from, to);
      if (isList) {
        page.verbatim(part.stream().map(line -> line.substring(2)).toList());
      } else {
        page.text(String.join(" ", part));
      }
      from = to;
    }
  }

  private static Footer footer(CommandSpec spec) {
    List<String> lines = List.of(spec.usageMessage().footer());
    int heading = Math.max(lines.indexOf("Example:"), lines.indexOf("Examples:"));
    List<String> paragraphs =
        Arrays.stream(String.join("\n", lines.subList(0, heading)).split("\n\n", -1))
            .filter(paragraph -> !paragraph.isBlank())
            .toList();
    return new Footer(
        paragraphs, lines.subList(heading + 1, lines.size()).stream().map(String::strip).toList());
  }
}
