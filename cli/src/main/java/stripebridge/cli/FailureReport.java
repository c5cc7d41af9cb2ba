package stripebridge.cli;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.UnmatchedArgumentException;
import stripebridge.core.problem.Problem;
import stripebridge.core.problem.ProblemsException;
import stripebridge.core.problem.Suggestion;

/// Tells a person what failed, what was seen and what to do next, and a script the exit code. The
/// one place where a failure becomes both.
final class FailureReport {
  private final CliContext context;

  FailureReport(CliContext context) {
    this.context = context;
  }

  /// Reports what a command threw.
  int report(Throwable failure, boolean verbose) {
    return switch (failure) {
      case CommandFailure known -> {
        print(known.getMessage(), known.hint());
        yield end(known.exitCode(), known, verbose);
      }
      case ProblemsException problems -> {
        problems(problems);
        yield end(ExitCode.USAGE, problems, verbose);
      }
      default -> {
        print(
            "this is a bug of stripebridge: " + failure,
            "report it with the lines below; nothing in them is secret, but read them first");
        failure.printStackTrace(context.err());
        yield ExitCode.BUG.value();
      }
    };
  }

  /// Reports arguments that no command understands.
  int report(CommandLine.ParameterException wrong) {
    CommandSpec command = wrong.getCommandLine().getCommandSpec();
    String help = "see '" + command.qualifiedName() + " --help'";
    if (wrong instanceof UnmatchedArgumentException unmatched) {
      String seen = unmatched.getUnmatched().getFirst();
      Set<String> known =
          seen.startsWith("-") ? command.optionsMap().keySet() : command.subcommands().keySet();
      String what =
          seen.startsWith("-")
              ? "there is no option '"
              : known.isEmpty()
                  ? "nothing is expected after the last argument, but there is '"
                  : "there is no command '";
      print(
          what + seen + "'",
          Suggestion.nearest(seen, known)
              .map(name -> "did you mean '" + name + "'? " + help)
              .orElse(help));
    } else {
      print(sentence(wrong.getMessage()), help);
    }
    return ExitCode.USAGE.value();
  }

  /// Our messages start small after `error:`, as a compiler's do.
  private static String sentence(@Nullable String message) {
    return message == null || message.isEmpty()
        ? "wrong usage"
        : Character.toLowerCase(message.charAt(0)) + message.substring(1);
  }

  private void problems(ProblemsException failure) {
    print(failure.getMessage(), null);
    for (Problem problem : failure.problems()) {
      context.err().println("  " + problem);
    }
  }

  private int end(ExitCode code, Throwable failure, boolean verbose) {
    if (verbose) {
      failure.printStackTrace(context.err());
    }
    return code.value();
  }

  private void print(@Nullable String message, @Nullable String hint) {
    String error = context.color() ? "\u001b[1;31merror:\u001b[0m" : "error:";
    context.err().println(error + " " + message);
    if (hint != null) {
      String label = context.color() ? "\u001b[1;36mhint:\u001b[0m" : "hint:";
      context.err().println(label + "  " + hint);
    }
  }
}
