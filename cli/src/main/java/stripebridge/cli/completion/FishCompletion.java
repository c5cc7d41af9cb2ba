package stripebridge.cli.completion;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/// Completion for fish: one `complete` line for each option or command, with the preceding words as
/// its condition.
final class FishCompletion {
  private final StringBuilder out = new StringBuilder();

  String script(CommandLine tree) {
    String name = tree.getCommandName();
    out.append("# fish completion for ").append(name).append("\n\n");
    out.append(
        """
        # Whether the words so far, options left out, are just these.
        function __stripebridge_at
            set -l words (commandline -opc)
            set -e words[1]
            set -l path
            for word in $words
                string match -q -- '-*' $word; or set -a path $word
            end
            test "$path" = "$argv"
        end

        # Whether the words so far begin with these.
        function __stripebridge_below
            set -l words (commandline -opc)
            set -e words[1]
            set -l path
            for word in $words
                string match -q -- '-*' $word; or set -a path $word
            end
            set -l depth (count $argv)
            test (count $path) -ge $depth; and test "$path[1..$depth]" = "$argv"
        end

        complete -c stripebridge -f
        """);
    node(CommandNode.root(tree));
    return out.append('\n').toString();
  }

  private void node(CommandNode node) {
    String path = String.join(" ", node.path());
    for (CommandNode child : node.children()) {
      line(("__stripebridge_at " + path).strip(), "-a " + child.path().getLast())
          .append(description(child.description()));
    }
    String below = node.path().isEmpty() ? "__stripebridge_at" : "__stripebridge_below " + path;
    for (OptionSpec option : node.options()) {
      StringBuilder names = new StringBuilder();
      for (String name : option.names()) {
        names.append(name.startsWith("--") ? " -l " : " -s ").append(name.replaceFirst("^-+", ""));
      }
      line(below, names.toString().strip())
          .append(CommandNode.takesValue(option) ? value(option) : "")
          .append(description(CommandNode.description(option)));
    }
    for (PositionalParamSpec parameter : node.parameters()) {
      String values = values(parameter);
      if (!values.isEmpty()) {
        line(below, values.strip());
      }
    }
    node.children().forEach(this::node);
  }

  private StringBuilder line(String condition, String what) {
    return out.append("\ncomplete -c stripebridge -n '")
        .append(condition)
        .append("' ")
        .append(what);
  }

  /// `-x` takes a value and offers no file names; `-F` offers them.
  private static String value(OptionSpec option) {
    String values = values(option);
    return values.equals(" -F") ? " -r -F" : " -x" + values;
  }

  private static String values(CommandLine.Model.ArgSpec argument) {
    return switch (CommandNode.values(argument)) {
      case CommandNode.Values.Words(List<String> words) -> " -a '" + String.join(" ", words) + "'";
      case CommandNode.Values.Files _ -> " -F";
      case CommandNode.Values.Free _ -> "";
    };
  }

  private static String description(String text) {
    return text.isEmpty() ? "" : " -d '" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
