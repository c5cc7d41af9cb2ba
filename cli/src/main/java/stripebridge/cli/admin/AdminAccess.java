package stripebridge.cli.admin;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import stripebridge.cli.CommandFailure;
import stripebridge.cli.option.SettingOptions;
import stripebridge.core.broker.BrokerAdmin;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.config.ConfigReader;
import stripebridge.core.config.SempSettings;
import stripebridge.core.config.Setting;
import stripebridge.core.config.SettingGroup;
import stripebridge.core.config.Settings;
import stripebridge.solace.admin.SempBrokerAdmin;
import stripebridge.solace.admin.SempOptions;

/// Opens the broker's administration for a command.
public final class AdminAccess {
  private static final List<Setting<?>> SETTINGS =
      List.of(
          Settings.SOLACE_SEMP_HOST,
          Settings.SOLACE_SEMP_USERNAME,
          Settings.SOLACE_SEMP_PASSWORD,
          Settings.SOLACE_SEMP_TOKEN,
          Settings.SOLACE_SEMP_TLS_CA_CERT_PATH,
          Settings.SOLACE_VPN);

  private AdminAccess() {}

  /// The options of the settings of [SettingGroup#SEMP].
  ///
  /// @param more settings that follow
  public static SettingOptions options(Setting<?>... more) {
    List<Setting<?>> all = new ArrayList<>(SETTINGS);
    all.addAll(Arrays.asList(more));
    return SettingOptions.of(all.toArray(Setting<?>[]::new));
  }

  /// Opens the administration if SEMP is configured, for commands that can work without. Sends no
  /// request yet.
  ///
  /// @throws CommandFailure when the settings are invalid
  public static Optional<BrokerAdmin> openIfSet(ConfigReader settings) {
    return settings.isSet(Settings.SOLACE_SEMP_HOST)
        ? Optional.of(
            open(settings.read(EnumSet.of(SettingGroup.SEMP)).semp(), SempOptions.DEFAULTS))
        : Optional.empty();
  }

  /// Opens the administration. Sends no request yet.
  ///
  /// @throws CommandFailure when the settings are invalid
  public static BrokerAdmin open(SempSettings broker, SempOptions options) {
    try {
      return SempBrokerAdmin.open(broker, options);
    } catch (BrokerException e) {
      throw AdminFailure.of(e);
    }
  }
}
