package stripebridge.cli.sandbox;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import stripebridge.core.config.Settings;
import stripebridge.core.topology.model.AttributeValue;
import stripebridge.core.topology.model.ClientUsernameSpec;

/// Who clients of the sandbox connect as.
///
/// @param passwordVariable the variable that holds the password; empty when the user has none
public record ClientLogin(String username, Optional<String> passwordVariable) {

  /// The one of a topology that its owner means for `serve`: whose password is `SOLACE_PASSWORD`,
  /// else the first that may log in.
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
