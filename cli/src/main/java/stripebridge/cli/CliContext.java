package stripebridge.cli;

import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;

/// What a command is lent of the process it runs in. Commands take everything from here and nothing
/// from the process itself, so that a test can run them side by side.
///
/// @param environment the environment variables
/// @param workingDirectory where relative paths start and where `.env` and `topology.yaml` lie
/// @param out data only
/// @param err messages, progress and prompts
/// @param terminal whether a person watches: only then there is color
/// @param clock the time
/// @param stop what a command waits for that runs until it is told to stop
public record CliContext(
    Map<String, String> environment,
    Path workingDirectory,
    InputStream in,
    PrintStream out,
    PrintStream err,
    boolean terminal,
    InstantSource clock,
    StopRequest stop) {

  /// Whether to write in color: on a terminal, unless `NO_COLOR` is set to anything
  /// (https://no-color.org) or the terminal is a dumb one.
  public boolean color() {
    return terminal
        && environment.getOrDefault("NO_COLOR", "").isEmpty()
        && !environment.getOrDefault("TERM", "").equals("dumb");
  }
}
