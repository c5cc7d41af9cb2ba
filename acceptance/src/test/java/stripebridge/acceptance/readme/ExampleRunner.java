package stripebridge.acceptance.readme;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import stripebridge.acceptance.run.Execution;
import stripebridge.acceptance.run.Outcome;
import stripebridge.acceptance.run.Program;

/// Runs the examples of one document, one after the other, in one folder.
final class ExampleRunner {
  private static final Duration DEADLINE = Duration.ofSeconds(60);
  private static final Set<String> OURS = Set.of("stripebridge", "./stripebridge");

  private final Program program;
  private final String document;
  private final Path folder;

  /// @param document for messages
  /// @param folder where the commands run
  ExampleRunner(Program program, String document, Path folder) {
    this.program = program;
    this.document = document;
    this.folder = folder;
  }

  /// Runs one example, and fails when it answers otherwise than shown. What is not a plain run of
  /// our program is skipped, and so listed in the report.
  void run(Example example) throws IOException, InterruptedException {
    Optional<ShellCommand> parsed =
        ShellCommand.parse(example.command())
            .filter(command -> !command.words().isEmpty())
            .filter(command -> OURS.contains(command.words().getFirst()));
    Assumptions.assumeTrue(parsed.isPresent(), () -> "not run here: " + example.command());
    ShellCommand command = parsed.orElseThrow();
    List<String> args = command.words().subList(1, command.words().size());
    Outcome outcome = outcome(example, args, command);
    String answer = outcome.out();
    if (command.out() != null) {
      Files.writeString(folder.resolve(command.out()), outcome.out());
      answer = outcome.err();
    }
    if (!Answer.matches(example.answer(), answer) || outcome.exitCode() != example.exitCode()) {
      throw new AssertionError(
          "%s:%d: $ %s\nexpected exit code %d and:\n%ssaw exit code %d and:\n%s"
              .formatted(
                  document,
                  example.line(),
                  example.command(),
                  example.exitCode(),
                  String.join("\n", example.answer()).indent(2),
                  outcome.exitCode(),
                  answer.indent(2)));
    }
  }

  private Outcome outcome(Example example, List<String> args, ShellCommand command)
      throws IOException, InterruptedException {
    InputStream in =
        command.in() == null
            ? InputStream.nullInputStream()
            : new ByteArrayInputStream(Files.readAllBytes(folder.resolve(command.in())));
    Execution.Surroundings lent =
        new Execution.Surroundings(command.environment(), folder, in, InstantSource.system());
    Execution execution =
        command.out() == null
            ? Execution.startMerged(program, args, lent)
            : Execution.start(program, args, lent);
    Optional<Outcome> outcome = execution.await(DEADLINE);
    if (outcome.isEmpty()) {
      execution.interrupt();
    }
    return outcome.orElseThrow(() ->
        new AssertionError(
            "%s:%d: $ %s\nstill ran after %s"
                .formatted(document, example.line(), example.command(), DEADLINE)));
  }
}
