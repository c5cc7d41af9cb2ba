package stripebridge.cli.completion;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/// A command as a completion script needs it.
///
/// @param path its names after `stripebridge`; empty for the root
record CommandNode(List<String> path, CommandLine command) {

  /// The possible completions of a value.
  sealed interface Values {
    /// One of these words.
    record Words(List<String> words) implements Values {}

    /// A file name.
    record Files() implements Values {}

    /// Any text.
    record Free() implements Values {}
  }

  static CommandNode root(CommandLine tree) {
    return new CommandNode(List.of(), tree);
  }

  List<CommandNode> children() {
    List<CommandNode> children = new ArrayList<>();
    command
        .getSubcommands()
        .forEach((name, child) -> {
          if (!child.getCommandSpec().usageMessage().hidden()) {
            List<String> childPath = new ArrayList<>(path);
            childPath.add(name);
            children.add(new CommandNode(childPath, child));
          }
        });
    return children;
  }

  String description() {
    return firstLine(command.getCommandSpec().usageMessage().description());
  }

  List<OptionSpec> options() {
    return command.getCommandSpec().options().stream().filter(o -> !o.hidden()).toList();
  }

  List<PositionalParamSpec> parameters() {
    return command.getCommandSpec().positionalParameters();
  }

  static String description(ArgSpec argument) {
    return firstLine(argument.description());
  }

  static boolean takesValue(OptionSpec option) {
    return option.arity().max() > 0;
  }

  static Values values(ArgSpec argument) {
    if (argument.completionCandidates() != null) {
      List<String> words = new ArrayList<>();
      argument.completionCandidates().forEach(words::add);
      return new Values.Words(words);
    }
    Class<?> type = argument.type();
    boolean file = type == Path.class || type == File.class || namesFile(argument.paramLabel());
    return file ? new Values.Files() : new Values.Free();
  }

  /// A parameter that accepts `-` for standard input is a String with FILE in its label.
  private static boolean namesFile(String label) {
    return label.contains("FILE");
  }

  private static String firstLine(String[] description) {
    return description.length == 0 ? "" : description[0];
  }
}
