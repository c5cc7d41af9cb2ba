package stripebridge.acceptance.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import stripebridge.cli.CliContext;
import stripebridge.cli.ReloadRequest;
import stripebridge.cli.StopRequest;

/// One run of the program in this process, on its own thread, so that a test can wait for it with a
/// deadline and interrupt it as Ctrl-C would.
public final class Execution {
  private final Capture out = new Capture();
  private final Capture err;
  private final CompletableFuture<Integer> exitCode = new CompletableFuture<>();
  private final StopRequest stop = new StopRequest();
  private final Thread thread;

  /// The context of a run, in addition to its arguments.
  public record RunContext(
      Map<String, String> environment,
      Path workingDirectory,
      InputStream in,
      InstantSource clock) {}

  private Execution(
      Program program, List<String> args, RunContext surroundings, boolean oneStream) {
    err = oneStream ? out : new Capture();
    CliContext context =
        new CliContext(
            Map.copyOf(surroundings.environment()),
            surroundings.workingDirectory(),
            surroundings.in(),
            new PrintStream(out, true, UTF_8),
            new PrintStream(err, true, UTF_8),
            false,
            surroundings.clock(),
            stop,
            ReloadRequest.withoutSignal());
    thread =
        Thread.ofVirtual()
            .name("stripebridge " + String.join(" ", args))
            .unstarted(() -> run(program, args, context));
  }

  /// Starts a run with two separate streams.
  public static Execution start(Program program, List<String> args, RunContext surroundings) {
    Execution execution = new Execution(program, args, surroundings, false);
    execution.thread.start();
    return execution;
  }

  /// Starts a run that writes both streams to standard output, as a terminal shows them.
  public static Execution startMerged(Program program, List<String> args, RunContext surroundings) {
    Execution execution = new Execution(program, args, surroundings, true);
    execution.thread.start();
    return execution;
  }

  private void run(Program program, List<String> args, CliContext context) {
    try {
      exitCode.complete(program.run(args.toArray(String[]::new), context));
    } catch (Throwable e) {
      exitCode.completeExceptionally(e);
    } finally {
      out.end();
      err.end();
    }
  }

  /// Waits for the end of the run.
  ///
  /// @return empty if the program still runs at the deadline
  public Optional<Outcome> await(Duration deadline) throws InterruptedException {
    try {
      int code = exitCode.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
      return Optional.of(new Outcome(code, out.text(), err.text()));
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          "the program threw, instead of returning an exit code: " + e.getCause(), e);
    } catch (TimeoutException _) {
      return Optional.empty();
    }
  }

  /// Waits until standard output has a match; empty if the run ends or the deadline passes first.
  public Optional<MatchResult> awaitOut(Pattern pattern, Duration deadline)
      throws InterruptedException {
    return out.await(pattern, deadline);
  }

  /// Waits until standard error has a match; empty if the run ends or the deadline passes first.
  public Optional<MatchResult> awaitErr(Pattern pattern, Duration deadline)
      throws InterruptedException {
    return err.await(pattern, deadline);
  }

  /// Standard output so far.
  public String out() {
    return out.text();
  }

  /// Standard error so far.
  public String err() {
    return err.text();
  }

  /// Asks the run to end, as Ctrl-C would: a command that does not handle it ends at once.
  public void interrupt() {
    if (stop.isExpected()) {
      stop.request();
    } else {
      thread.interrupt();
    }
  }
}
