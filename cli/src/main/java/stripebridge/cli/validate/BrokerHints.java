package stripebridge.cli.validate;

import stripebridge.core.broker.BrokerException;

/// What helps when the broker does not do what was asked.
final class BrokerHints {
  private BrokerHints() {}

  /// When it was asked over SEMP.
  static String semp(BrokerException failure) {
    return switch (failure) {
      case BrokerException.Unavailable _ ->
          "set SOLACE_SEMP_HOST, or pass --no-semp to do without what SEMP tells";
      case BrokerException.Refused _ ->
          "set SOLACE_SEMP_USERNAME and SOLACE_SEMP_PASSWORD, or SOLACE_SEMP_TOKEN, of a user who"
              + " may; or pass --no-semp";
      case BrokerException.Conflict _ -> "stripebridge provision --dry-run";
      case BrokerException.Invalid _ -> "check SOLACE_SEMP_HOST and SOLACE_VPN";
    };
  }

  /// When a messaging client asked.
  static String messaging(BrokerException failure) {
    return switch (failure) {
      case BrokerException.Unavailable _ -> "set SOLACE_HOST, and see that the broker is up";
      case BrokerException.Refused _ ->
          "set SOLACE_USERNAME and SOLACE_PASSWORD of a user who may receive guaranteed messages";
      case BrokerException.Conflict _ -> "stripebridge queues";
      case BrokerException.Invalid _ -> "check SOLACE_HOST and SOLACE_VPN";
    };
  }
}
