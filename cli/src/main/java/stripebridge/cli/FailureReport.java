package stripebridge.cli;

import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.UnmatchedArgumentException;
import stripebridge.core.problem.Problem;
import stripebridge.core.problem.ProblemsException;
import stripebridge.core.problem.Suggestion;

/// Turns a failure into a message for people (what failed, why, what to do next) and an exit code
/// for scripts. Nothing else does.
final class FailureReport {
  private final CliContext context;

  FailureReport(CliContext context) {
    this.context = context;
  }

  /// Reports an exception of a command.
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
            "this is a bug in stripebridge: " + failure,
            "please report it with the lines below; check them for secrets first");
        failure.printStackTrace(context.err());
        yield ExitCode.BUG.value();
      }
    };
  }

  /// Reports arguments that the command does not accept.
  int report(CommandLine.ParameterException wrong) {
    CommandSpec command = wrong.getCommandLine().getCommandSpec();
    String help = "see '" + command.qualifiedName() + " --help'";
    if (wrong instanceof UnmatchedArgumentException unmatched) {
      String seen = unmatched.getUnmatched().getFirst();
      Set<String> known =
          seen.startsWith("-") ? shownOptions(command) : command.subcommands().keySet();
      String what =
          seen.startsWith("-")
              ? "there is no option '"
              : known.isEmpty() ? "unexpected argument '" : "there is no command '";
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

  /// In lower case after `error:`, as compilers print their messages.
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

  private static Set<String> shownOptions(CommandSpec command) {
    return command.optionsMap().entrySet().stream()
        .filter(option -> !option.getValue().hidden())
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
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
