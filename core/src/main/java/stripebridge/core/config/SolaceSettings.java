package stripebridge.core.config;

import java.util.List;
import java.util.Optional;

/// How a messaging client connects to the broker.
///
/// @param addresses one to four, all TLS or none
/// @param trust only used when the addresses are TLS
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

  /// Both trust stores share one password, because there is only one variable for it.
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
          "has '" + plain.get() + "', which is not TLS, but SOLACE_TLS_ENABLED is true");
    } else if (plain.isPresent() && encrypted.isPresent()) {
      checks.refuse(
          Settings.SOLACE_HOST,
          "mixes '"
              + plain.get()
              + "', which is not TLS, with '"
              + encrypted.get()
              + "', which is: a failover would send messages in the clear");
    }
    if (encrypted.isPresent() && !tlsEnabled) {
      checks.warnOfNoEffect(Settings.SOLACE_TLS_ENABLED, "as false: SOLACE_HOST is TLS");
    }
    if (plain.isPresent() && encrypted.isEmpty() && !tlsEnabled) {
      checks.warnOfNoEffect(
          Settings.SOLACE_TLS_CA_CERT_PATH, "on messaging: SOLACE_HOST is not TLS");
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
