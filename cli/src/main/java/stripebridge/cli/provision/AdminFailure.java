package stripebridge.cli.provision;

import stripebridge.cli.CommandFailure;
import stripebridge.cli.ExitCode;
import stripebridge.core.broker.BrokerException;

/// What a command says when a broker cannot be administered.
public final class AdminFailure {
  private AdminFailure() {}

  /// The failure with its exit code, and what may help.
  public static CommandFailure of(BrokerException failure) {
    String message = String.valueOf(failure.getMessage());
    return switch (failure) {
      case BrokerException.Unavailable _ ->
          new CommandFailure(
              ExitCode.UNAVAILABLE,
              message,
              "set SOLACE_SEMP_HOST, or start a broker with 'stripebridge sandbox'");
      case BrokerException.Refused _ ->
          new CommandFailure(
              ExitCode.REFUSED,
              message,
              "set SOLACE_SEMP_USERNAME and SOLACE_SEMP_PASSWORD, or SOLACE_SEMP_TOKEN, of a user"
                  + " who may");
      case BrokerException.Conflict _ ->
          new CommandFailure(ExitCode.DIFFERENCES, message, "run it again");
      case BrokerException.Invalid _ ->
          new CommandFailure(
              ExitCode.USAGE, message, "check SOLACE_SEMP_HOST and SOLACE_VPN, and topology.yaml");
    };
  }
}
