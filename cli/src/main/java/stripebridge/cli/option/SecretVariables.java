package stripebridge.cli.option;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import stripebridge.cli.CliContext;
import stripebridge.cli.CommandFailure;
import stripebridge.core.config.ConfigReader;
import stripebridge.core.config.DotEnv;
import stripebridge.core.config.Secret;
import stripebridge.core.config.SettingFiles;

/// Finds the secrets that a topology names as `${env:NAME}`: a setting of ours as settings are
/// found, any other variable in the environment and then in `.env`, as `NAME` or as the file that
/// `NAME_FILE` names.
public final class SecretVariables {
  private final CliContext context;
  private final ConfigReader settings;

  public SecretVariables(CliContext context, ConfigReader settings) {
    this.context = context;
    this.settings = settings;
  }

  /// The secret; nothing when the variable is not set, or empty.
  ///
  /// @throws CommandFailure when the file that holds it cannot be read
  public Optional<Secret> find(String variable) {
    return settings.secret(variable).or(() -> variable(variable)).filter(it -> !it.isEmpty());
  }

  private Optional<Secret> variable(String name) {
    String value = context.environment().get(name);
    String path = context.environment().get(name + "_FILE");
    if (isEmpty(value) && isEmpty(path)) {
      DotEnv dotEnv = SettingSources.dotEnv(context);
      value = entry(dotEnv, name);
      path = entry(dotEnv, name + "_FILE");
    }
    if (!isEmpty(value)) {
      return Optional.of(new Secret(value));
    }
    return isEmpty(path) ? Optional.empty() : Optional.of(inFile(name, path));
  }

  private static boolean isEmpty(@Nullable String value) {
    return value == null || value.isBlank();
  }

  private static @Nullable String entry(DotEnv dotEnv, String key) {
    return dotEnv.entries().stream()
        .filter(entry -> entry.key().equals(key))
        .map(DotEnv.Entry::value)
        .findFirst()
        .map(Secret::reveal)
        .orElse(null);
  }

  private Secret inFile(String name, String path) {
    return switch (SettingSources.read(context.workingDirectory(), path.strip())) {
      case SettingFiles.Content.Text(Secret text) ->
          // An editor's line break is no part of a password.
          new Secret(text.reveal().replaceFirst("\\r?\\n\\z", ""));
      case SettingFiles.Content.Unreadable(String reason) ->
          throw CommandFailure.usage(
              "cannot read the file that " + name + "_FILE names: " + reason, null);
    };
  }
}
