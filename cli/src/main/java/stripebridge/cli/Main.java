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
import stripebridge.cli.output.TerminalStream;

/// The process: hands over its arguments, environment and streams, and exits. All else is in
/// [StripebridgeCli], which tests call the same way.
public final class Main {
  // More than a command may take to close what it opened; serve's own limit is a setting.
  private static final long CLOSING_MINUTES_MAX = 10;

  // What Java takes a byte for that means nothing in the locale.
  private static final char UNREADABLE = '\ufffd';

  private Main() {}

  /// Runs one command and ends the process with its exit code.
  @SuppressWarnings("SystemConsoleNull") // With -Djdk.console=java.base it is null off a terminal.
  public static void main(String[] args) {
    Console console = System.console();
    boolean terminal = console != null && console.isTerminal();
    PrintStream err = TerminalStream.of(System.err, System.err.charset());
    String locale = System.getProperty("sun.jnu.encoding", "");
    if (!locale.equals("UTF-8") && String.join("", args).indexOf(UNREADABLE) >= 0) {
      err.println("error: an argument has letters that Java cannot read in this locale: " + locale);
      err.println("hint:  set LC_ALL to one that 'locale -a' lists and that is UTF-8, as C.UTF-8");
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
            // UTF-8, unless a terminal shows something else.
            TerminalStream.of(System.out, terminal ? System.out.charset() : StandardCharsets.UTF_8),
            err,
            terminal,
            InstantSource.system(),
            stop);
    int code;
    try {
      code = StripebridgeCli.run(args, context);
    } catch (Throwable e) {
      // Else who stops the process would wait for it.
      exitCode.completeExceptionally(e);
      throw e;
    }
    exitCode.complete(code);
    System.exit(code);
  }

  /// What Ctrl-C and SIGTERM do: a command that waits for them ends by itself and names the exit
  /// code; all others end here and now.
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
