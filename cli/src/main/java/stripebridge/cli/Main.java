package stripebridge.cli;

import java.io.Console;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jline.utils.Signals;
import stripebridge.cli.output.TerminalStream;

/// The process: passes its arguments, environment and streams on, and exits. Everything else is in
/// [StripebridgeCli], which tests call in the same way.
public final class Main {
  // Longer than any command takes to close its resources; serve has its own limit, a setting.
  private static final long CLOSING_MINUTES_MAX = 10;

  // Java decodes a byte that is invalid in the locale to this.
  private static final char UNREADABLE = '\ufffd';

  // The launcher sets it for commands that leave nothing to clean up. System.exit asks for a
  // logger,
  // and to find one Java opens every jar on the class path: longer than a JVM takes to start.
  private static final String HALT = "stripebridge.halt";

  private Main() {}

  /// Runs one command and ends the process with its exit code.
  @SuppressWarnings("SystemConsoleNull") // With -Djdk.console=java.base it is null off a terminal.
  public static void main(String[] args) {
    Console console = System.console();
    boolean terminal = console != null && console.isTerminal();
    PrintStream err = TerminalStream.of(System.err, System.err.charset());
    String locale = System.getProperty("sun.jnu.encoding", "");
    if (!locale.equals("UTF-8") && String.join("", args).indexOf(UNREADABLE) >= 0) {
      err.println(
          "error: an argument has characters that Java cannot decode in this locale: " + locale);
      err.println("hint:  set LC_ALL to a UTF-8 locale that 'locale -a' lists, such as C.UTF-8");
      System.exit(ExitCode.USAGE.value());
    }
    StopRequest stop = new StopRequest();
    CompletableFuture<Integer> exitCode = new CompletableFuture<>();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> close(stop, exitCode), "stop"));
    CliContext context =
        new CliContext(
            System.getenv(),
            Path.of("").toAbsolutePath(),
            System.in,
            // UTF-8, unless it is a terminal with another charset.
            TerminalStream.of(System.out, terminal ? System.out.charset() : StandardCharsets.UTF_8),
            err,
            terminal,
            InstantSource.system(),
            stop,
            new ReloadRequest(Main::onHangUp));
    int code;
    try {
      code = StripebridgeCli.run(args, context);
    } catch (Throwable e) {
      // Otherwise the shutdown hook would wait for the exit code.
      exitCode.completeExceptionally(e);
      throw e;
    }
    exitCode.complete(code);
    if (Boolean.getBoolean(HALT)) {
      Runtime.getRuntime().halt(code);
    }
    System.exit(code);
  }

  private static void onHangUp(Runnable action) {
    // Does nothing where the system has no such signal.
    Object _ = Signals.register("HUP", action);
  }

  /// Handles Ctrl-C and SIGTERM. A command that expects them ends by itself with its own exit code;
  /// any other command ends immediately.
  private static void close(StopRequest stop, CompletableFuture<Integer> exitCode) {
    if (!stop.isExpected()) {
      return;
    }
    stop.request();
    try {
      Runtime.getRuntime().halt(exitCode.get(CLOSING_MINUTES_MAX, TimeUnit.MINUTES));
    } catch (ExecutionException | TimeoutException | InterruptedException _) {
      Runtime.getRuntime().halt(ExitCode.BUG.value());
    }
  }
}
