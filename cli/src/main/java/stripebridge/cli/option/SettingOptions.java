package stripebridge.cli.option;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.ISetter;
import picocli.CommandLine.Model.OptionSpec;
import stripebridge.cli.CliContext;
import stripebridge.core.config.ConfigReader;
import stripebridge.core.config.ReloadableConfig;
import stripebridge.core.config.Setting;
import stripebridge.core.config.SettingGroup;
import stripebridge.core.config.Settings;

/// Generates options from the table of settings: the variable in kebab-case, or for a secret a file
/// that contains it. Options of the tool that this one replaces work too, except those that would
/// put a secret on the command line: they are rejected with the variable to set.
public final class SettingOptions {
  private final Map<String, String> flags = new LinkedHashMap<>();
  private final Map<String, List<Setting<?>>> groups = new LinkedHashMap<>();

  private SettingOptions() {}

  /// The options of whole groups of settings, each under its heading.
  public static SettingOptions ofGroups(SettingGroup... wanted) {
    SettingOptions options = new SettingOptions();
    for (SettingGroup group : wanted) {
      options.groups.put(group.title(), Settings.of(group));
    }
    return options;
  }

  /// The options of single settings.
  public static SettingOptions of(Setting<?>... settings) {
    SettingOptions options = new SettingOptions();
    options.groups.put("Settings", List.of(settings));
    return options;
  }

  /// Adds the options of single settings.
  public SettingOptions and(Setting<?>... settings) {
    groups.put("Settings", List.of(settings));
    return this;
  }

  /// Adds the options to a command.
  ///
  /// @return the command
  public CommandLine addTo(CommandLine command) {
    groups.forEach((title, settings) -> addGroup(command.getCommandSpec(), title, settings));
    return command;
  }

  /// Reads settings from these options first, then the environment, then `.env`.
  public ConfigReader reader(CliContext context) {
    return SettingSources.reader(context, flags);
  }

  /// Reads settings as [#reader] does, and their files again later.
  ///
  /// @throws stripebridge.core.problem.ProblemsException with every problem
  public ReloadableConfig reloadable(CliContext context, Set<SettingGroup> groups) {
    return new ReloadableConfig(
        SettingSources.watchedSources(context, flags),
        groups,
        () -> LocalDate.ofInstant(context.clock().instant(), ZoneOffset.UTC));
  }

  /// Reads settings from these options and their own environment variables only, for a command that
  /// must work even if settings there or in `.env` are wrong.
  public ConfigReader readerOfOwnSettings(CliContext context) {
    List<Setting<?>> own = groups.values().stream().flatMap(List::stream).toList();
    return SettingSources.ofOwnSettings(context, flags, own);
  }

  /// Reads settings from these options only, for a command that brings its own configuration.
  public ConfigReader readerOfFlags(CliContext context) {
    return SettingSources.ofFlags(context, flags);
  }

  /// The options that the user passed.
  public Set<String> given() {
    return Set.copyOf(flags.keySet());
  }

  private void addGroup(CommandSpec command, String title, List<Setting<?>> settings) {
    ArgGroupSpec.Builder group =
        ArgGroupSpec.builder()
            .heading("%n" + title + ":%n")
            .exclusive(false)
            .validate(false)
            .order(command.argGroups().size());
    for (Setting<?> setting : settings) {
      group.addArg(option(setting, setting.option()).description(setting.description()).build());
      for (String alias : setting.aliases()) {
        group.addArg(option(setting, alias).hidden(true).build());
      }
      for (String refused : setting.refusedOptions()) {
        group.addArg(refusal(command, setting, refused));
      }
    }
    command.addArgGroup(group.build());
  }

  private OptionSpec.Builder option(Setting<?> setting, String name) {
    return OptionSpec.builder(name)
        .type(String.class)
        .arity("1")
        .paramLabel(setting.isSecret() ? "FILE" : "VALUE")
        .setter(
            new ISetter() {
              @Override
              public <T> @Nullable T set(@Nullable T value) {
                // picocli also sets the initial value, which is null.
                if (value != null) {
                  flags.put(name, value.toString());
                }
                return null;
              }
            });
  }

  private static OptionSpec refusal(CommandSpec command, Setting<?> setting, String name) {
    return OptionSpec.builder(name)
        .type(String.class)
        .arity("0..1")
        .hidden(true)
        .setter(
            new ISetter() {
              @Override
              public <T> @Nullable T set(@Nullable T value) {
                if (value != null) {
                  throw new CommandLine.ParameterException(
                      command.commandLine(),
                      name
                          + " would show a secret to every user of this machine; set "
                          + setting.name()
                          + " or pass "
                          + setting.option()
                          + " FILE");
                }
                return null;
              }
            })
        .build();
  }
}
