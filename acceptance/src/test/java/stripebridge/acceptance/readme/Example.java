package stripebridge.acceptance.readme;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A command of a `console` block, and the output that the document shows.
///
/// @param line of the document, from 1
/// @param command what follows `$ `
/// @param output the lines after it, where `…` matches anything
/// @param exitCode 0, or the code that a following `$ echo $?` shows
record Example(int line, String command, List<String> output, int exitCode) {
  private static final String FENCE = "```";
  private static final String PROMPT = "$ ";
  private static final String SHOW_EXIT_CODE = "echo $?";

  /// Happens between blocks, hidden from the reader: `<!-- reject 3 stripe.invoices.inbound -->`.
  private static final Pattern UNSEEN = Pattern.compile("<!-- (reject \\d+ [\\w.]+) -->");

  /// The prefix of a hidden command.
  static final String UNSEEN_PROMPT = "# ";

  /// The examples of a Markdown document, in order.
  static List<Example> in(String markdown) {
    List<Example> examples = new ArrayList<>();
    boolean inBlock = false;
    boolean inConsole = false;
    Deque<Example> block = new ArrayDeque<>();
    int number = 0;
    for (String line : markdown.lines().toList()) {
      number++;
      if (line.startsWith(FENCE)) {
        inConsole = !inBlock && line.equals(FENCE + "console");
        inBlock = !inBlock;
        examples.addAll(block);
        block.clear();
      } else if (inConsole) {
        read(number, line, block);
      } else {
        Matcher unseen = UNSEEN.matcher(line);
        if (unseen.matches()) {
          examples.add(new Example(number, UNSEEN_PROMPT + unseen.group(1), List.of(), 0));
        }
      }
    }
    return examples;
  }

  private static void read(int number, String line, Deque<Example> block) {
    Example before = block.peekLast();
    if (before != null && before.output.isEmpty() && before.command.endsWith("\\")) {
      String begun = before.command.substring(0, before.command.length() - 1).strip();
      block.removeLast();
      block.add(new Example(before.line, begun + " " + line.strip(), List.of(), 0));
    } else if (line.startsWith(PROMPT)) {
      block.add(new Example(number, line.substring(PROMPT.length()).strip(), List.of(), 0));
    } else if (before == null) {
      throw new IllegalArgumentException(
          "line %d: a console block starts with a command, after '$ '".formatted(number));
    } else if (before.command.equals(SHOW_EXIT_CODE)) {
      block.removeLast();
      Example shown = block.removeLast();
      block.add(new Example(shown.line, shown.command, shown.output, Integer.parseInt(line)));
    } else {
      List<String> output = new ArrayList<>(before.output);
      output.add(line.stripTrailing());
      block.removeLast();
      block.add(new Example(before.line, before.command, output, 0));
    }
  }
}
