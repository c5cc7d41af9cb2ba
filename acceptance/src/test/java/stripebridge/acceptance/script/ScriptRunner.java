package stripebridge.acceptance.script;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.opentest4j.TestAbortedException;
import stripebridge.acceptance.run.Execution;
import stripebridge.acceptance.run.Launcher;
import stripebridge.acceptance.run.Outcome;
import stripebridge.acceptance.run.Program;

/// Runs one script in its own working directory, with an initially empty environment.
final class ScriptRunner {
  /// Far longer than any command takes: only a hanging command reaches it.
  static final Duration DEADLINE = Duration.ofSeconds(60);

  private final Program program;
  private final Path work;
  private final Duration deadline;
  private final Map<String, String> variables = new HashMap<>();
  private final Map<String, String> environment = new HashMap<>();
  private final Map<String, Execution> background = new LinkedHashMap<>();
  private InstantSource clock = InstantSource.system();
  private byte[] in = new byte[0];
  private @Nullable Outcome last;
  private @Nullable ScriptBroker broker;

  /// A parsed line.
  ///
  /// @param negated whether it begins with `!`
  /// @param exit the expected exit code, if the line names one
  private record Step(boolean negated, OptionalInt exit, Directive directive, List<String> words) {}

  /// @param root `$ROOT` in scripts
  /// @param work an empty folder, `$WORK` in scripts
  ScriptRunner(Program program, Path root, Path work, Duration deadline) {
    this.program = program;
    this.work = work;
    this.deadline = deadline;
    variables.put("ROOT", root.toString());
    variables.put("WORK", work.toString());
  }

  /// Runs a script. May be called once.
  ///
  /// @throws ScriptFailure at the first line that does not hold
  void run(Script script) throws InterruptedException {
    int number = 0;
    String text = "";
    try {
      write(script.files());
      for (Script.Line line : script.lines()) {
        number = line.number();
        text = line.text();
        execute(step(text));
      }
      expect(
          background.isEmpty(),
          "%s to be ended by a line 'wait' or 'stop'".formatted(background.keySet()),
          "it was still running at the end of the script");
    } catch (TestAbortedException e) {
      throw e;
    } catch (RuntimeException | IOException e) {
      ScriptFailure failure =
          new ScriptFailure("%s:%d: %s\n%s".formatted(script.name(), number, text, e.getMessage()));
      failure.initCause(e);
      throw failure;
    } finally {
      for (Execution left : background.values()) {
        left.interrupt();
        left.await(deadline);
      }
      if (broker != null) {
        broker.close();
      }
    }
  }

  private void write(Map<String, String> files) throws IOException {
    for (Map.Entry<String, String> file : files.entrySet()) {
      Path path = work.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.writeString(path, file.getValue());
    }
  }

  private Step step(String line) {
    List<String> words = Words.split(line, variables);
    boolean negated = words.getFirst().equals("!");
    if (negated) {
      words.removeFirst();
    }
    OptionalInt exit = OptionalInt.empty();
    if (words.size() > 2 && words.getFirst().equals(Directive.EXIT.word())) {
      exit = OptionalInt.of(number(words.get(1)));
      words = words.subList(2, words.size());
    }
    String first = words.isEmpty() ? "" : words.getFirst();
    Directive directive =
        Directive.of(first)
            .orElseThrow(
                () -> new IllegalArgumentException("there is no directive '" + first + "'"));
    boolean runs = directive == Directive.EXEC || directive == Directive.WAIT;
    boolean claims =
        switch (directive) {
          case STDOUT, STDERR, EXISTS, CMP -> true;
          default -> false;
        };
    require(exit.isEmpty() || runs, "only exec and wait take an exit code");
    require(!negated || runs || claims, "'!' has no meaning before " + first);
    return new Step(negated, exit, directive, words.subList(1, words.size()));
  }

  private void execute(Step step) throws IOException, InterruptedException {
    List<String> words = step.words();
    switch (step.directive()) {
      case AWAIT -> awaitOutput(words);
      case BROKER -> enterBroker(words);
      case CLOCK -> clock = InstantSource.fixed(Instant.parse(only(words)));
      case CMP -> compare(step);
      case CP -> copy(words);
      case ENV -> setEnvironment(only(words));
      case EXEC -> exec(step);
      case EXISTS -> exists(step);
      case EXIT -> expectExit(ran(), OptionalInt.of(number(only(words))), false);
      case MKDIR -> Files.createDirectories(path(only(words)));
      case SKIP -> skip(words);
      case STDERR -> matches(step, "stderr", ran().err());
      case STDIN -> in = bytes(only(words));
      case STDOUT -> matches(step, "stdout", ran().out());
      case STOP -> stop(only(words));
      case WAIT -> end(only(words), step);
    }
  }

  private void enterBroker(List<String> words) {
    require(words.isEmpty() && broker == null, "write 'broker' once, with nothing after it");
    broker = ScriptBroker.open(System.getenv());
    environment.putAll(broker.settings());
  }

  private void exec(Step step) throws IOException, InterruptedException {
    List<String> words = step.words();
    if (!words.isEmpty() && words.getFirst().equals("./stripebridge")) {
      last = launched(words.subList(1, words.size()));
      expectExit(last, step.exit(), step.negated());
      return;
    }
    require(
        !words.isEmpty() && words.getFirst().equals("stripebridge"), "exec runs only stripebridge");
    List<String> args = words.subList(1, words.size());
    boolean inBackground = !args.isEmpty() && args.getLast().startsWith("&");
    if (!inBackground) {
      last = outcome(start(args));
      expectExit(last, step.exit(), step.negated());
      return;
    }
    String name = args.getLast().substring(1);
    require(!name.isEmpty(), "a background command needs a name: &name");
    require(!background.containsKey(name), "a background command '" + name + "' already exists");
    require(
        !step.negated() && step.exit().isEmpty(),
        "a background command has no exit code yet; check it with 'wait'");
    background.put(name, start(args.subList(0, args.size() - 1)));
  }

  private Outcome launched(List<String> args) throws IOException, InterruptedException {
    Map<String, String> all = new HashMap<>(environment);
    // It looks for a JDK on the machine.
    for (String name : List.of("PATH", "HOME", "JAVA_HOME")) {
      String value = System.getenv(name);
      if (value != null) {
        all.putIfAbsent(name, value);
      }
    }
    byte[] given = in;
    in = new byte[0];
    Path launcher = Path.of(variables.get("ROOT"), "stripebridge");
    return Launcher.run(launcher, args, all, work, given, deadline)
        .orElseThrow(() ->
            new ExpectationFailure(
                "the end of the launcher", "it was still running after " + deadline));
  }

  private Execution start(List<String> args) {
    Execution.RunContext surroundings =
        new Execution.RunContext(environment, work, new ByteArrayInputStream(in), clock);
    in = new byte[0];
    return Execution.start(program, args, surroundings);
  }

  private Outcome outcome(Execution execution) throws InterruptedException {
    Outcome outcome = execution.await(deadline).orElse(null);
    if (outcome == null) {
      ExpectationFailure hangs =
          new ExpectationFailure(
              "the end of the command",
              "it was still running after " + deadline + streams(execution.out(), execution.err()));
      execution.interrupt();
      throw hangs;
    }
    return outcome;
  }

  private void stop(String name) throws InterruptedException {
    Execution execution = running(name);
    execution.interrupt();
    last = outcome(execution);
    background.remove(name);
  }

  private void end(String name, Step step) throws InterruptedException {
    last = outcome(running(name));
    background.remove(name);
    expectExit(last, step.exit(), step.negated());
  }

  private void awaitOutput(List<String> words) throws InterruptedException {
    require(
        words.size() == 3 && words.get(1).matches("stdout|stderr"),
        "await NAME stdout|stderr 'regex'");
    Execution execution = running(words.getFirst());
    Pattern pattern = pattern(words.getLast());
    MatchResult match =
        (words.get(1).equals("stdout")
                ? execution.awaitOut(pattern, deadline)
                : execution.awaitErr(pattern, deadline))
            .orElseThrow(() ->
                new ExpectationFailure(
                    "a match in its " + words.get(1),
                    "none before it ended, or within "
                        + deadline
                        + streams(execution.out(), execution.err())));
    keepNamed(match);
  }

  private void matches(Step step, String stream, String text) {
    Pattern pattern = pattern(only(step.words()));
    MatchResult match = pattern.matcher(text).results().findFirst().orElse(null);
    String expected = (step.negated() ? "no match in " : "a match in ") + stream;
    expect(match == null == step.negated(), expected, shown(stream, text));
    if (match != null) {
      keepNamed(match);
    }
  }

  /// Sets `$NAME` to the text that `(?<NAME>…)` matched.
  private void keepNamed(MatchResult match) {
    match
        .namedGroups()
        .forEach((name, group) -> {
          if (match.group(group) != null) {
            variables.put(name, match.group(group));
          }
        });
  }

  private void exists(Step step) {
    require(!step.words().isEmpty(), "exists FILE…");
    for (String word : step.words()) {
      boolean there = Files.exists(path(word));
      expect(
          there != step.negated(),
          word + (step.negated() ? " not to exist" : " to exist"),
          there ? "it does" : "it does not");
    }
  }

  private void compare(Step step) throws IOException {
    List<String> words = step.words();
    require(words.size() == 2, "cmp FILE FILE; the first may be stdout or stderr");
    String first = text(words.getFirst());
    String second = text(words.getLast());
    String both = words.getFirst() + " and " + words.getLast();
    if (step.negated()) {
      expect(!first.equals(second), both + " to differ", "they are the same");
      return;
    }
    List<String> seen = first.lines().toList();
    List<String> wanted = second.lines().toList();
    int same = 0;
    while (same < Math.min(seen.size(), wanted.size()) && seen.get(same).equals(wanted.get(same))) {
      same++;
    }
    expect(
        first.equals(second),
        both + " to be the same",
        "they differ from line %d on%s%s"
            .formatted(same + 1, shown(words.getFirst(), first), shown(words.getLast(), second)));
  }

  private void copy(List<String> words) throws IOException {
    require(words.size() == 2, "cp FILE FILE; the first may be stdout or stderr");
    Path target = path(words.getLast());
    if (Files.isDirectory(target)) {
      target = target.resolve(Path.of(words.getFirst()).getFileName());
    }
    Files.write(target, bytes(words.getFirst()));
  }

  private void setEnvironment(String assignment) {
    int equals = assignment.indexOf('=');
    require(equals > 0, "env NAME=value");
    environment.put(assignment.substring(0, equals), assignment.substring(equals + 1));
  }

  private void skip(List<String> words) {
    require(
        words.size() == 4 && words.subList(0, 2).equals(List.of("unless", "exists")),
        "skip unless exists FILE 'why'");
    Assumptions.assumeTrue(Files.exists(path(words.get(2))), words.getLast());
  }

  private String text(String name) throws IOException {
    return new String(bytes(name), UTF_8);
  }

  private byte[] bytes(String name) throws IOException {
    return switch (name) {
      case "stdout" -> ran().out().getBytes(UTF_8);
      case "stderr" -> ran().err().getBytes(UTF_8);
      default -> {
        try {
          yield Files.readAllBytes(path(name));
        } catch (NoSuchFileException _) {
          throw new IllegalArgumentException("there is no file " + name);
        }
      }
    };
  }

  private Path path(String name) {
    return work.resolve(name);
  }

  private Outcome ran() {
    if (last == null) {
      throw new IllegalArgumentException("no command has run yet");
    }
    return last;
  }

  private Execution running(String name) {
    Execution execution = background.get(name);
    if (execution == null) {
      throw new IllegalArgumentException("no background command is named '" + name + "'");
    }
    return execution;
  }

  private static void expectExit(Outcome seen, OptionalInt exit, boolean failing) {
    boolean met = failing ? seen.exitCode() != 0 : seen.exitCode() == exit.orElse(0);
    String expected = failing ? "an exit code other than 0" : "exit code " + exit.orElse(0);
    expect(met, expected, "exit code " + seen.exitCode() + streams(seen.out(), seen.err()));
  }

  private static String streams(String out, String err) {
    return shown("stdout", out) + shown("stderr", err);
  }

  private static String shown(String name, String text) {
    return text.isEmpty()
        ? "\n  %s: empty".formatted(name)
        : "\n  %s:\n%s".formatted(name, text.indent(4).stripTrailing());
  }

  private static Pattern pattern(String regex) {
    return Pattern.compile(regex, Pattern.MULTILINE);
  }

  private static int number(String word) {
    try {
      return Integer.parseInt(word);
    } catch (NumberFormatException _) {
      throw new IllegalArgumentException("an exit code is a number, not '" + word + "'");
    }
  }

  private static String only(List<String> words) {
    require(words.size() == 1, "one word is expected here, not " + words.size());
    return words.getFirst();
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise);
    }
  }

  private static void expect(boolean met, String expected, String seen) {
    if (!met) {
      throw new ExpectationFailure(expected, seen);
    }
  }

  /// An expectation that does not hold; [#run] adds the line.
  private static final class ExpectationFailure extends RuntimeException {
    ExpectationFailure(String expected, String seen) {
      super("expected %s\nsaw %s".formatted(expected, seen.strip()));
    }
  }
}
