package stripebridge.cli;

import org.jspecify.annotations.Nullable;

/// Ends a command that cannot do its work and knows why. Any other exception is a bug.
public final class CommandFailure extends RuntimeException {
  private final ExitCode exitCode;
  private final @Nullable String hint;

  /// @param message the failed operation, its object and the cause: `cannot read 'x': …`
  /// @param hint a command or a setting that helps; null when nothing does
  public CommandFailure(ExitCode exitCode, String message, @Nullable String hint) {
    super(message);
    this.exitCode = exitCode;
    this.hint = hint;
  }

  /// A failure for wrong usage or unusable input.
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
