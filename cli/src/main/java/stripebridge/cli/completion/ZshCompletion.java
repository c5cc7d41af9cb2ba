package stripebridge.cli.completion;

import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/// Completion for zsh: one function for each command, with a list of `_arguments` specifications.
final class ZshCompletion {
  private final StringBuilder out = new StringBuilder();

  String script(CommandLine tree) {
    CommandNode root = CommandNode.root(tree);
    out.append("#compdef ").append(tree.getCommandName()).append("\n\n");
    function(root);
    out.append("if [ \"$funcstack[1]\" = \"").append(name(root)).append("\" ]; then\n");
    out.append("  ").append(name(root)).append(" \"$@\"\nelse\n");
    out.append("  compdef ").append(name(root)).append(' ').append(tree.getCommandName());
    out.append("\nfi\n");
    return out.toString();
  }

  private void function(CommandNode node) {
    List<CommandNode> children = node.children();
    out.append(name(node)).append("() {\n");
    if (!children.isEmpty()) {
      out.append("  local state line\n");
    }
    out.append("  _arguments -s");
    out.append(children.isEmpty() ? "" : " -C");
    for (OptionSpec option : node.options()) {
      out.append(" \\\n    ").append(option(option));
    }
    if (children.isEmpty()) {
      for (PositionalParamSpec parameter : node.parameters()) {
        out.append(" \\\n    ").append(quoted("*:" + parameter.paramLabel() + values(parameter)));
      }
    } else {
      out.append(" \\\n    '1: :->command' \\\n    '*:: :->arguments'");
    }
    out.append('\n');
    if (!children.isEmpty()) {
      dispatch(children);
    }
    out.append("}\n\n");
    children.forEach(this::function);
  }

  private void dispatch(List<CommandNode> children) {
    out.append("  case $state in\n    command)\n      local -a commands=(\n");
    for (CommandNode child : children) {
      String text = child.path().getLast() + ":" + child.description();
      out.append("        ").append(quoted(text)).append('\n');
    }
    out.append("      )\n      _describe command commands\n      ;;\n");
    out.append("    arguments)\n      case $words[1] in\n");
    for (CommandNode child : children) {
      out.append("        ").append(child.path().getLast()).append(") ");
      out.append(name(child)).append(" ;;\n");
    }
    out.append("      esac\n      ;;\n  esac\n");
  }

  private static String option(OptionSpec option) {
    String description = "[" + bracketed(CommandNode.description(option)) + "]";
    String value =
        CommandNode.takesValue(option)
            ? ":" + option.paramLabel().replace(":", "\\:") + values(option)
            : "";
    if (option.names().length == 1) {
      return quoted(option.names()[0] + description + value);
    }
    String names = String.join(" ", option.names());
    String braces = String.join(",", option.names());
    return quoted("(" + names + ")") + "{" + braces + "}" + quoted(description + value);
  }

  private static String values(CommandLine.Model.ArgSpec argument) {
    return switch (CommandNode.values(argument)) {
      case CommandNode.Values.Words(List<String> words) ->
          words.stream().collect(Collectors.joining(" ", ":(", ")"));
      case CommandNode.Values.Files _ -> ":_files";
      case CommandNode.Values.Free _ -> ": ";
    };
  }

  private static String bracketed(String text) {
    return text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]").replace(":", "\\:");
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }

  private static String name(CommandNode node) {
    return node.path().stream()
        .map(word -> "_" + word.replace('-', '_'))
        .collect(Collectors.joining("", "_stripebridge", ""));
  }
}
