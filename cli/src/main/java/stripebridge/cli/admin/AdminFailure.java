package stripebridge.cli.admin;

import stripebridge.cli.CommandFailure;
import stripebridge.cli.ExitCode;
import stripebridge.core.broker.BrokerException;

/// Turns a broker failure into the error message of a command that administers the broker.
public final class AdminFailure {
  private static final String CHECK =
      "check SOLACE_SEMP_HOST, SOLACE_SEMP_TLS_CA_CERT_PATH and SOLACE_VPN";

  private AdminFailure() {}

  /// A failure of a command that only reads.
  public static CommandFailure of(BrokerException failure) {
    return of(failure, CHECK);
  }

  /// A failure of a command that writes.
  ///
  /// @param input the source of the written values, such as a file; the broker may reject them
  public static CommandFailure ofWriting(BrokerException failure, String input) {
    return of(failure, CHECK + ", and " + input);
  }

  private static CommandFailure of(BrokerException failure, String check) {
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
              "set SOLACE_SEMP_USERNAME and SOLACE_SEMP_PASSWORD, or SOLACE_SEMP_TOKEN, to a user"
                  + " with that permission");
      case BrokerException.Conflict _ ->
          new CommandFailure(ExitCode.DIFFERENCES, message, "run it again");
      case BrokerException.Invalid _ -> new CommandFailure(ExitCode.USAGE, message, check);
    };
  }
}
