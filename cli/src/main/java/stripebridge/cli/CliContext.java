package stripebridge.cli;

import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;

/// Gives a command access to its process. Commands take everything from here and nothing from the
/// process itself, so that tests can run them side by side.
///
/// @param environment the environment variables
/// @param workingDirectory the base of relative paths, with `.env` and `topology.yaml`
/// @param out for data only
/// @param err for messages, progress and prompts
/// @param terminal whether a person is watching; only then is output colored
/// @param clock the current time
/// @param stop tells a command that Ctrl-C or SIGTERM has come
/// @param reload tells a command that SIGHUP has come
public record CliContext(
    Map<String, String> environment,
    Path workingDirectory,
    InputStream in,
    PrintStream out,
    PrintStream err,
    boolean terminal,
    InstantSource clock,
    StopRequest stop,
    ReloadRequest reload) {

  /// Whether to write in color: on a terminal, unless `NO_COLOR` is set to anything
  /// (https://no-color.org) or the terminal is dumb.
  public boolean color() {
    return terminal
        && environment.getOrDefault("NO_COLOR", "").isEmpty()
        && !environment.getOrDefault("TERM", "").equals("dumb");
  }
}
