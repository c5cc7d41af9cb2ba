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

/// Asks the person at the terminal before something is deleted, moved or interrupted. Commands skip
/// it for `--yes`.
public final class ConfirmationPrompt {
  private static final Set<String> YES = Set.of("y", "yes");

  private ConfirmationPrompt() {}

  /// Continues only when the name is typed.
  ///
  /// @param what the consequence, such as `'q' will be emptied`
  /// @param nameOf what the name belongs to, such as `the queue's name`
  /// @throws CommandFailure for any other answer, or without a terminal
  public static void requireName(CliContext context, String what, String name, String nameOf) {
    requireTerminal(context.terminal(), what, "pass --yes");
    if (!name.equals(answer(context, what, "Type " + nameOf + " to go on: "))) {
      throw declined();
    }
  }

  /// Continues only when the answer is yes.
  ///
  /// @throws CommandFailure for any other answer, or without a terminal
  public static void requireYes(CliContext context, String what) {
    requireTerminal(context.terminal(), what, "pass --yes");
    String answer = answer(context, what, "Go on? [y/N] ");
    if (answer == null || !YES.contains(answer.toLowerCase(Locale.ROOT))) {
      throw declined();
    }
  }

  /// Fails where the question could not be asked. Both other methods check this too.
  ///
  /// @param canAsk whether a person sees the question and what it is about
  public static void requireTerminal(boolean canAsk, String what, String hint) {
    if (!canAsk) {
      throw CommandFailure.usage(
          "nothing was touched: " + what + ", and there is no terminal to confirm it on", hint);
    }
  }

  private static CommandFailure declined() {
    return new CommandFailure(ExitCode.INTERRUPTED, "stopped: nothing was touched", null);
  }

  private static @Nullable String answer(CliContext context, String what, String question) {
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
