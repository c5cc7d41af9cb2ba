package stripebridge.cli.option;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import stripebridge.cli.CliContext;
import stripebridge.cli.CommandFailure;
import stripebridge.core.config.ConfigReader;
import stripebridge.core.config.DotEnv;
import stripebridge.core.config.Secret;
import stripebridge.core.config.Sources.SettingFiles;

/// Finds the secrets that a topology references as `${env:NAME}`. One of our settings is read like
/// any setting; any other variable comes from the environment, then from `.env`, as `NAME` or from
/// the file that `NAME_FILE` names.
public final class SecretVariables {
  private final CliContext context;
  private final ConfigReader settings;

  public SecretVariables(CliContext context, ConfigReader settings) {
    this.context = context;
    this.settings = settings;
  }

  /// The secret; empty when the variable is unset or empty.
  ///
  /// @throws CommandFailure when its file cannot be read
  public Optional<Secret> find(String variable) {
    return settings.secret(variable).or(() -> variable(variable)).filter(it -> !it.isEmpty());
  }

  private Optional<Secret> variable(String name) {
    Map<String, String> environment = context.environment();
    return in(environment, name)
        .or(() -> {
          Map<String, String> dotEnv = new HashMap<>();
          for (DotEnv.Entry entry : SettingSources.dotEnv(context).entries()) {
            Secret value = entry.value();
            dotEnv.put(entry.key(), value == null ? "" : value.reveal());
          }
          return in(dotEnv, name);
        });
  }

  private Optional<Secret> in(Map<String, String> variables, String name) {
    String value = variables.getOrDefault(name, "");
    String path = variables.getOrDefault(name + "_FILE", "");
    if (!value.isBlank()) {
      return Optional.of(new Secret(value));
    }
    return path.isBlank() ? Optional.empty() : Optional.of(inFile(name, path));
  }

  private Secret inFile(String name, String path) {
    return switch (SettingSources.read(context.workingDirectory(), path.strip())) {
      case SettingFiles.Content.Text(Secret text) ->
          // An editor's trailing line break is not part of the password.
          new Secret(text.reveal().replaceFirst("\\r?\\n\\z", ""));
      case SettingFiles.Content.Unreadable(String reason) ->
          throw CommandFailure.usage(
              "cannot read the file that " + name + "_FILE names: " + reason, null);
    };
  }
}
