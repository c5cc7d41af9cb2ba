package stripebridge.core.config;

import java.net.URI;
import stripebridge.core.config.EffectiveSetting.Origin.Level;

/// How to log in to the broker's SEMP API.
///
/// @param base without `/SEMP/v2` and without a slash at its end
/// @param vpn the message VPN to administer
/// @param trust only used when the base is `https`
public record SempSettings(URI base, String vpn, Credentials credentials, TlsTrust trust) {
  /// The login of the administrator.
  public sealed interface Credentials {
    record Basic(String username, Secret password) implements Credentials {}

    record Token(Secret token) implements Credentials {}
  }

  static SempSettings from(Values values) {
    Credentials credentials =
        usesToken(values)
            ? new Credentials.Token(values.get(Settings.SOLACE_SEMP_TOKEN))
            : new Credentials.Basic(
                values.get(Settings.SOLACE_SEMP_USERNAME),
                values.get(Settings.SOLACE_SEMP_PASSWORD));
    return new SempSettings(
        values.get(Settings.SOLACE_SEMP_HOST),
        values.get(Settings.SOLACE_VPN),
        credentials,
        TlsTrust.of(
            values.find(Settings.SOLACE_SEMP_TLS_CA_CERT_PATH).orElse(""),
            SolaceSettings.trustPassword(values)));
  }

  static void check(Checks checks) {
    Values values = checks.values();
    boolean hasToken = values.has(Settings.SOLACE_SEMP_TOKEN);
    if (hasToken && values.level(Settings.SOLACE_SEMP_TOKEN) == basicLevel(values)) {
      checks.refuse(
          Settings.SOLACE_SEMP_TOKEN,
          "is set together with SOLACE_SEMP_USERNAME or SOLACE_SEMP_PASSWORD; keep one way to"
              + " log in");
    } else if (!usesToken(values)) {
      checks.require(Settings.SOLACE_SEMP_USERNAME, SettingGroup.SEMP);
      checks.require(Settings.SOLACE_SEMP_PASSWORD, SettingGroup.SEMP);
    }
  }

  /// The stronger source decides, so that a flag can override `.env`.
  private static boolean usesToken(Values values) {
    return values.level(Settings.SOLACE_SEMP_TOKEN).compareTo(basicLevel(values)) < 0;
  }

  private static Level basicLevel(Values values) {
    Level username = values.level(Settings.SOLACE_SEMP_USERNAME);
    Level password = values.level(Settings.SOLACE_SEMP_PASSWORD);
    return username.compareTo(password) < 0 ? username : password;
  }
}
