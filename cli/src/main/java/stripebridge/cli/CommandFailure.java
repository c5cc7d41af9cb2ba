package stripebridge.cli;

import org.jspecify.annotations.Nullable;

/// A command cannot do what it was asked, and knows why. Anything else that is thrown is a bug.
public final class CommandFailure extends RuntimeException {
  private final ExitCode exitCode;
  private final @Nullable String hint;

  /// @param message what could not be done to what: what was seen
  /// @param hint a command or a setting that helps; absent when there is none
  public CommandFailure(ExitCode exitCode, String message, @Nullable String hint) {
    super(message);
    this.exitCode = exitCode;
    this.hint = hint;
  }

  /// Wrong usage, or input that cannot be used.
  public static CommandFailure usage(String message, @Nullable String hint) {
    return new CommandFailure(ExitCode.USAGE, message, hint);
  }

  public ExitCode exitCode() {
    return exitCode;
  }

  public @Nullable String hint() {
    return hint;
  }
}
