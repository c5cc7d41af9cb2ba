package stripebridge.cli.messages;

import stripebridge.cli.CommandFailure;
import stripebridge.cli.ExitCode;
import stripebridge.core.broker.BrokerException;

/// Turns a broker failure into the error message of a command that uses a queue.
public final class QueueFailure {
  private static final String QUEUES =
      "'stripebridge queues' lists the queues and shows which are shut";

  private QueueFailure() {}

  /// A failure before anything was done.
  public static CommandFailure of(BrokerException failure) {
    return of(failure, ExitCode.USAGE, QUEUES);
  }

  /// The same, with another hint for a conflict.
  public static CommandFailure of(BrokerException failure, String conflictHint) {
    return of(failure, ExitCode.USAGE, conflictHint);
  }

  /// A failure after part of the work was done.
  public static CommandFailure midway(BrokerException failure) {
    return of(failure, ExitCode.DIFFERENCES, QUEUES);
  }

  private static CommandFailure of(
      BrokerException failure, ExitCode conflict, String conflictHint) {
    String message = String.valueOf(failure.getMessage());
    return switch (failure) {
      case BrokerException.Unavailable _ ->
          new CommandFailure(
              ExitCode.UNAVAILABLE,
              message,
              "set SOLACE_HOST, or start a broker with 'stripebridge sandbox'");
      case BrokerException.Refused _ ->
          new CommandFailure(
              ExitCode.REFUSED,
              message,
              "set SOLACE_USERNAME and SOLACE_PASSWORD to a user that owns the queue, or that its"
                  + " 'permission' allows");
      case BrokerException.Conflict _ -> new CommandFailure(conflict, message, conflictHint);
      case BrokerException.Invalid _ ->
          new CommandFailure(ExitCode.USAGE, message, "check SOLACE_HOST and SOLACE_VPN");
    };
  }
}
