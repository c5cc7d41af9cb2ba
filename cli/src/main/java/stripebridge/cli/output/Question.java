package stripebridge.cli.output;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import stripebridge.cli.CliContext;
import stripebridge.cli.CommandFailure;
import stripebridge.cli.ExitCode;

/// Asks whoever is at the terminal. For what takes something away; a script passes `--yes`.
public final class Question {
  private static final Set<String> YES = Set.of("y", "yes");

  private Question() {}

  /// Has something done only when its name is typed.
  ///
  /// @param what would be done, such as `'q' will be emptied`
  /// @param name the name, and what it is the name of, such as `the queue's name`
  /// @throws CommandFailure when the answer is another, or nobody is there to answer
  public static void confirmByName(CliContext context, String what, String name, String nameOf) {
    if (!name.equals(answer(context, what, "Type " + nameOf + " to go on: "))) {
      throw declined();
    }
  }

  /// Has something done only when the answer is yes.
  ///
  /// @throws CommandFailure when the answer is another, or nobody is there to answer
  public static void confirm(CliContext context, String what) {
    String answer = answer(context, what, "Go on? [y/N] ");
    if (answer == null || !YES.contains(answer.toLowerCase(Locale.ROOT))) {
      throw declined();
    }
  }

  private static CommandFailure declined() {
    return new CommandFailure(ExitCode.INTERRUPTED, "stopped: nothing was touched", null);
  }

  private static @Nullable String answer(CliContext context, String what, String question) {
    if (!context.terminal()) {
      throw CommandFailure.usage(
          "nothing was touched: " + what + ", and there is nobody to ask", "pass --yes");
    }
    context.out().flush();
    context.err().print(what + ". " + question);
    context.err().flush();
    try {
      String line =
          new BufferedReader(new InputStreamReader(context.in(), StandardCharsets.UTF_8))
              .readLine();
      return line == null ? null : line.strip();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the answer", e);
    }
  }
}
