package stripebridge.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Runs the real command tree in its own folder, with its own environment and clock.
public final class CliHarness {
  public static final Instant NOW = Instant.ofEpochSecond(1_785_312_000);

  private final Path folder;
  private final Map<String, String> environment = new HashMap<>();
  private byte[] in = new byte[0];
  private boolean terminal;
  private InstantSource clock = InstantSource.fixed(NOW);

  /// The result of a run, compared as a whole so that nothing unexpected hides.
  public record Run(int exitCode, String out, String err) {}

  /// @param folder an empty folder; see JUnit's `@TempDir`
  public CliHarness(Path folder) {
    this.folder = folder;
  }

  public CliHarness env(String name, String value) {
    environment.put(name, value);
    return this;
  }

  public CliHarness stdin(String text) {
    in = text.getBytes(UTF_8);
    return this;
  }

  public CliHarness onTerminal() {
    terminal = true;
    return this;
  }

  /// Uses the system clock, for commands in which time must pass.
  public CliHarness onTrueTime() {
    clock = InstantSource.system();
    return this;
  }

  public CliHarness file(String name, String text) {
    try {
      Files.writeString(folder.resolve(name), text);
      return this;
    } catch (IOException e) {
      throw new AssertionError("cannot write the test's file " + name, e);
    }
  }

  /// A run in the background, until it is stopped.
  public static final class Running implements AutoCloseable {
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final StopRequest stop = new StopRequest();
    private final ReloadRequest reload = ReloadRequest.withoutSignal();
    private final CompletableFuture<Integer> exitCode = new CompletableFuture<>();

    /// Waits for a match on standard output.
    public MatchResult await(String regex) throws InterruptedException {
      return await(out, regex);
    }

    /// Waits for a match on standard error.
    public MatchResult awaitError(String regex) throws InterruptedException {
      return await(err, regex);
    }

    private MatchResult await(ByteArrayOutputStream stream, String regex) {
      Pattern pattern = Pattern.compile(regex, Pattern.MULTILINE);
      Instant deadline = Instant.now().plus(DEADLINE);
      while (true) {
        Matcher matcher = pattern.matcher(stream.toString(UTF_8));
        if (matcher.find()) {
          return matcher.toMatchResult();
        }
        if (exitCode.isDone() || Instant.now().isAfter(deadline)) {
          throw new AssertionError("no '%s' in:\n%s%s".formatted(regex, out, err));
        }
        LockSupport.parkNanos(1_000_000);
      }
    }

    /// Waits for an effect of the command elsewhere.
    public void awaitThat(BooleanSupplier hasHappened) {
      Instant deadline = Instant.now().plus(DEADLINE);
      while (!hasHappened.getAsBoolean()) {
        if (exitCode.isDone() || Instant.now().isAfter(deadline)) {
          throw new AssertionError("it never happened:\n%s%s".formatted(out, err));
        }
        LockSupport.parkNanos(1_000_000);
      }
    }

    /// Standard error so far.
    public String err() {
      return err.toString(UTF_8);
    }

    /// Makes the run read its files again, as SIGHUP does.
    public void reload() {
      reload.request();
    }

    /// Has the run read its files again, once, as after the time between two readings, and waits
    /// until it has.
    public void passPollingTime() throws InterruptedException {
      reload.passTime();
    }

    /// Waits for the end of the run.
    public Run join() {
      int code = exitCode.orTimeout(DEADLINE.toSeconds(), TimeUnit.SECONDS).join();
      return new Run(code, out.toString(UTF_8), err.toString(UTF_8));
    }

    /// Stops the run, as Ctrl-C and SIGTERM do, and waits for its end.
    public Run stop() {
      stop.request();
      return join();
    }

    @Override
    public void close() {
      Run _ = stop();
    }
  }

  public Running start(String... args) {
    Running running = new Running();
    CliContext context =
        new CliContext(
            environment,
            folder,
            new ByteArrayInputStream(in),
            new PrintStream(running.out, true, UTF_8),
            new PrintStream(running.err, true, UTF_8),
            terminal,
            clock,
            running.stop,
            running.reload);
    Thread.ofVirtual()
        .start(() -> {
          try {
            running.exitCode.complete(StripebridgeCli.run(args, context));
          } catch (RuntimeException e) {
            running.exitCode.completeExceptionally(e);
          }
        });
    return running;
  }

  public Run run(String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Run run = runInto(out, args);
    return new Run(run.exitCode(), out.toString(UTF_8), run.err());
  }

  /// Runs with another standard output, for output that is not text, or that nobody reads.
  public Run runInto(OutputStream out, String... args) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int exitCode =
        StripebridgeCli.run(
            args,
            new CliContext(
                environment,
                folder,
                new ByteArrayInputStream(in),
                new PrintStream(out, false, UTF_8),
                new PrintStream(err, false, UTF_8),
                terminal,
                clock,
                new StopRequest(),
                ReloadRequest.withoutSignal()));
    return new Run(exitCode, "", err.toString(UTF_8));
  }
}
