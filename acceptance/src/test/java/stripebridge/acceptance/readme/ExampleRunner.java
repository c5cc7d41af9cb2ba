package stripebridge.acceptance.readme;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.opentest4j.TestAbortedException;
import stripebridge.acceptance.run.Execution;
import stripebridge.acceptance.run.Outcome;
import stripebridge.acceptance.run.Program;

/// Runs the examples of one document in order, in one folder and as one shell: exports stay in
/// effect, and background commands run until the document ends.
final class ExampleRunner {
  private static final Duration DEADLINE = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofMillis(50);
  private static final Set<String> OURS = Set.of("stripebridge", "./stripebridge");

  /// Read-only commands, repeated until they show the expected output.
  private static final Set<String> READ_ONLY = Set.of("queues", "inbox");

  /// No port is fixed in a test.
  private static final Map<String, String> ANY_PORT =
      Map.of("SANDBOX_SMF_PORT", "0", "SANDBOX_SEMP_PORT", "0", "APP_PORT", "0");

  /// The output of a background command that is ready, with its port.
  private static final Pattern READY =
      Pattern.compile(
          "^(export SOLACE_SEMP_PASSWORD=.*|.*listening on http://[^/]*:(?<port>\\d+)/.*)$",
          Pattern.MULTILINE);

  private final Program program;
  private final String document;
  private final Path folder;
  private final Map<String, String> exported = new HashMap<>();
  private final List<Execution> background = new ArrayList<>();

  /// @param document for messages
  /// @param folder where the commands run
  ExampleRunner(Program program, String document, Path folder) {
    this.program = program;
    this.document = document;
    this.folder = folder;
  }

  /// Runs one example, and fails if its output differs from the document. Anything other than a
  /// plain run of our program or an export is skipped, and so listed in the report.
  void run(Example example) throws Exception {
    if (example.command().startsWith(Example.UNSEEN_PROMPT)) {
      List<String> words = List.of(example.command().split(" ", -1));
      Rejection.of(exported, words.get(3), Integer.parseInt(words.get(2)));
      return;
    }
    boolean isBackground = example.command().endsWith("&");
    String text =
        isBackground
            ? example.command().substring(0, example.command().length() - 1).strip()
            : example.command();
    Optional<ShellCommand> parsed = ShellCommand.parse(text);
    if (parsed.isPresent() && isExport(parsed.get())) {
      return;
    }
    ShellCommand command =
        parsed
            .filter(one -> !one.words().isEmpty() && OURS.contains(one.words().getFirst()))
            .orElseThrow(() -> new TestAbortedException("not run here: " + example.command()));
    if (isBackground) {
      start(example, command);
    } else {
      compare(example, command);
    }
  }

  /// Applies an export; false if the command is something else.
  private boolean isExport(ShellCommand command) throws IOException {
    List<String> words = command.words();
    if (words.size() == 2 && words.getFirst().equals("export")) {
      int equals = words.getLast().indexOf('=');
      exported.put(words.getLast().substring(0, equals), words.getLast().substring(equals + 1));
      return true;
    }
    if (words.size() == 2 && words.getFirst().equals(".")) {
      for (String line : Files.readAllLines(folder.resolve(words.getLast()))) {
        ShellCommand.parse(line)
            .filter(one -> !one.words().isEmpty() && one.words().getFirst().equals("export"))
            .ifPresent(one -> {
              String assignment = one.words().getLast();
              int equals = assignment.indexOf('=');
              exported.put(assignment.substring(0, equals), assignment.substring(equals + 1));
            });
      }
      return true;
    }
    return false;
  }

  private void start(Example example, ShellCommand command)
      throws IOException, InterruptedException {
    Map<String, String> environment = new HashMap<>(ANY_PORT);
    environment.putAll(exported);
    environment.putAll(command.environment());
    List<String> args = command.words().subList(1, command.words().size());
    Execution execution =
        Execution.start(
            program,
            args,
            new Execution.RunContext(
                environment, folder, InputStream.nullInputStream(), InstantSource.system()));
    background.add(execution);
    boolean isSandbox = args.getFirst().equals("sandbox");
    MatchResult ready =
        (isSandbox ? execution.awaitOut(READY, DEADLINE) : execution.awaitErr(READY, DEADLINE))
            .orElseThrow(() ->
                new AssertionError(
                    "%s:%d: $ %s\nis not ready:\n%s%s"
                        .formatted(
                            document,
                            example.line(),
                            example.command(),
                            execution.out(),
                            execution.err())));
    if (!isSandbox) {
      exported.put("APP_PORT", ready.group("port"));
    }
    if (command.out() != null) {
      Files.writeString(folder.resolve(command.out()), execution.out());
    }
  }

  private void compare(Example example, ShellCommand command) throws Exception {
    List<String> args = command.words().subList(1, command.words().size());
    Instant deadline = Instant.now().plus(DEADLINE);
    while (true) {
      Outcome outcome = outcome(example, args, command);
      String output = outcome.out();
      if (command.out() != null) {
        Files.writeString(folder.resolve(command.out()), outcome.out());
        output = outcome.err();
      }
      if (ExpectedOutput.matches(example.output(), output)
          && outcome.exitCode() == example.exitCode()) {
        return;
      }
      boolean mayStillAppear =
          !background.isEmpty()
              && READ_ONLY.contains(args.getFirst())
              && Instant.now().isBefore(deadline);
      if (!mayStillAppear) {
        throw otherwise(example, outcome, output);
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  private AssertionError otherwise(Example example, Outcome outcome, String output) {
    return new AssertionError(
        "%s:%d: $ %s\nexpected exit code %d and:\n%ssaw exit code %d and:\n%s"
            .formatted(
                document,
                example.line(),
                example.command(),
                example.exitCode(),
                String.join("\n", example.output()).indent(2),
                outcome.exitCode(),
                output.indent(2)));
  }

  private Outcome outcome(Example example, List<String> args, ShellCommand command)
      throws IOException, InterruptedException {
    InputStream in =
        command.in() == null
            ? InputStream.nullInputStream()
            : new ByteArrayInputStream(Files.readAllBytes(folder.resolve(command.in())));
    Map<String, String> environment = new HashMap<>(exported);
    environment.putAll(command.environment());
    Execution.RunContext surroundings =
        new Execution.RunContext(environment, folder, in, InstantSource.system());
    Execution execution =
        command.out() == null
            ? Execution.startMerged(program, args, surroundings)
            : Execution.start(program, args, surroundings);
    Optional<Outcome> outcome = execution.await(DEADLINE);
    if (outcome.isEmpty()) {
      execution.interrupt();
    }
    return outcome.orElseThrow(() ->
        new AssertionError(
            "%s:%d: $ %s\nwas still running after %s"
                .formatted(document, example.line(), example.command(), DEADLINE)));
  }

  /// Stops the background commands, last first.
  void end() throws InterruptedException {
    for (Execution each : background.reversed()) {
      each.interrupt();
      if (each.await(DEADLINE).isEmpty()) {
        throw new AssertionError(document + ": a background command does not end");
      }
    }
  }
}
