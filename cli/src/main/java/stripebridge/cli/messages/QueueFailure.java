package stripebridge.cli.messages;

import stripebridge.cli.CommandFailure;
import stripebridge.cli.ExitCode;
import stripebridge.core.broker.BrokerException;

/// What a command says when a queue cannot be used.
public final class QueueFailure {
  private static final String QUEUES = "'stripebridge queues' lists the queues, and which are shut";

  private QueueFailure() {}

  /// The failure before anything was done, with its exit code and what may help.
  public static CommandFailure of(BrokerException failure) {
    return of(failure, ExitCode.USAGE, QUEUES);
  }

  /// The same, with something else that may help where the queue cannot be used so.
  public static CommandFailure of(BrokerException failure, String conflictHint) {
    return of(failure, ExitCode.USAGE, conflictHint);
  }

  /// The failure when part of the work is done.
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
              "set SOLACE_USERNAME and SOLACE_PASSWORD of a user whom the queue's 'permission'"
                  + " lets, or who owns it");
      case BrokerException.Conflict _ -> new CommandFailure(conflict, message, conflictHint);
      case BrokerException.Invalid _ ->
          new CommandFailure(ExitCode.USAGE, message, "check SOLACE_HOST and SOLACE_VPN");
    };
  }
}
