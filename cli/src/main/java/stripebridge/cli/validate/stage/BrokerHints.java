package stripebridge.cli.validate.stage;

import stripebridge.core.broker.BrokerException;

/// Hints for failures of the broker.
public final class BrokerHints {
  private BrokerHints() {}

  /// For a failed SEMP request.
  public static String semp(BrokerException failure) {
    return switch (failure) {
      case BrokerException.Unavailable _ ->
          "set SOLACE_SEMP_HOST, or pass --no-semp to validate without SEMP";
      case BrokerException.Refused _ ->
          "set SOLACE_SEMP_USERNAME and SOLACE_SEMP_PASSWORD, or SOLACE_SEMP_TOKEN, of a user with"
              + " permission; or pass --no-semp";
      case BrokerException.Conflict _ -> "stripebridge provision --dry-run";
      case BrokerException.Invalid _ -> "check SOLACE_SEMP_HOST and SOLACE_VPN";
    };
  }

  /// For a failure of the messaging client.
  public static String messaging(BrokerException failure) {
    return switch (failure) {
      case BrokerException.Unavailable _ -> "set SOLACE_HOST, and check that the broker is up";
      case BrokerException.Refused _ ->
          "set SOLACE_USERNAME and SOLACE_PASSWORD of a user who may receive guaranteed messages";
      case BrokerException.Conflict _ -> "stripebridge queues";
      case BrokerException.Invalid _ -> "check SOLACE_HOST and SOLACE_VPN";
    };
  }
}
