package stripebridge.core.config;

import java.util.List;
import java.util.Optional;

/// How a messaging client enters the broker.
///
/// @param addresses one to four, all TLS or none
/// @param trust what matters when they are TLS
public record SolaceSettings(
    List<BrokerAddress> addresses, String vpn, String username, Secret password, TlsTrust trust) {
  public SolaceSettings {
    addresses = List.copyOf(addresses);
  }

  static SolaceSettings from(Values values) {
    return new SolaceSettings(
        values.get(Settings.SOLACE_HOST),
        values.get(Settings.SOLACE_VPN),
        values.get(Settings.SOLACE_USERNAME),
        values.get(Settings.SOLACE_PASSWORD),
        TlsTrust.of(
            values.find(Settings.SOLACE_TLS_CA_CERT_PATH).orElse(""), trustPassword(values)));
  }

  /// One password serves both trust files, since the contract has one variable.
  static Secret trustPassword(Values values) {
    return values.find(Settings.SOLACE_TLS_CA_CERT_PASSWORD).orElse(new Secret(""));
  }

  static void check(Checks checks) {
    Values values = checks.values();
    List<BrokerAddress> addresses = values.find(Settings.SOLACE_HOST).orElse(List.of());
    boolean tlsEnabled = values.find(Settings.SOLACE_TLS_ENABLED).orElse(false);
    Optional<BrokerAddress> encrypted = first(addresses, true);
    Optional<BrokerAddress> plain = first(addresses, false);
    if (plain.isPresent() && tlsEnabled) {
      checks.refuse(
          Settings.SOLACE_HOST,
          "has '" + plain.get() + "', which is not TLS, while SOLACE_TLS_ENABLED is true");
    } else if (plain.isPresent() && encrypted.isPresent()) {
      checks.refuse(
          Settings.SOLACE_HOST,
          "has '%s', which is not TLS, beside '%s', which is: a failover would be in the clear"
              .formatted(plain.get(), encrypted.get()));
    }
    if (encrypted.isPresent() && !tlsEnabled) {
      checks.warnOfNoEffect(Settings.SOLACE_TLS_ENABLED, "as false: SOLACE_HOST is TLS");
    }
    if (plain.isPresent() && encrypted.isEmpty() && !tlsEnabled) {
      checks.warnOfNoEffect(
          Settings.SOLACE_TLS_CA_CERT_PATH, "on messages: SOLACE_HOST is not TLS");
    }
    if (!values.has(Settings.SOLACE_TLS_CA_CERT_PATH)
        && !values.has(Settings.SOLACE_SEMP_TLS_CA_CERT_PATH)) {
      checks.warnOfNoEffect(
          Settings.SOLACE_TLS_CA_CERT_PASSWORD, "without SOLACE_TLS_CA_CERT_PATH");
    }
  }

  private static Optional<BrokerAddress> first(List<BrokerAddress> addresses, boolean isTls) {
    return addresses.stream().filter(address -> address.scheme().isTls() == isTls).findFirst();
  }
}
