package stripebridge.cli.sandbox;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import stripebridge.core.config.Settings;
import stripebridge.core.topology.model.AttributeValue;
import stripebridge.core.topology.model.ClientUsernameSpec;

/// The login with which clients connect to the sandbox.
///
/// @param passwordVariable the variable with the password; empty when there is no password
public record ClientLogin(String username, Optional<String> passwordVariable) {

  /// The login that a topology provides for `serve`: the client username whose password is
  /// `SOLACE_PASSWORD`, else the first enabled one.
  ///
  /// @return empty when the topology has no client username
  public static Optional<ClientLogin> of(List<ClientUsernameSpec> usernames) {
    return usernames.stream()
        .min(Comparator.comparing(ClientLogin::isOther).thenComparing(ClientLogin::isDisabled))
        .map(username -> new ClientLogin(username.name(), variable(username)));
  }

  private static boolean isOther(ClientUsernameSpec username) {
    return !variable(username).equals(Optional.of(Settings.SOLACE_PASSWORD.name()));
  }

  private static boolean isDisabled(ClientUsernameSpec username) {
    return !new AttributeValue.Flag(true).equals(username.attributes().get("enabled"));
  }

  private static Optional<String> variable(ClientUsernameSpec username) {
    return username.attributes().get("password")
            instanceof AttributeValue.SecretReference(String variable)
        ? Optional.of(variable)
        : Optional.empty();
  }
}
