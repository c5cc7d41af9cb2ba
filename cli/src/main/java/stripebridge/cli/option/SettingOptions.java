package stripebridge.cli.option;

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
import stripebridge.core.config.Setting;
import stripebridge.core.config.SettingGroup;
import stripebridge.core.config.Settings;

/// The options of settings, made from the table of settings: a variable in kebab-case, for a secret
/// the file that holds it. The options of the tool that this one replaces are understood; those of
/// them that would put a secret on the command line are refused, with the variable to set.
public final class SettingOptions {
  private final Map<String, String> flags = new LinkedHashMap<>();
  private final Map<String, List<Setting<?>>> groups = new LinkedHashMap<>();

  private SettingOptions() {}

  /// The options of whole subjects, each under its heading.
  public static SettingOptions ofSubjects(SettingGroup... subjects) {
    SettingOptions options = new SettingOptions();
    for (SettingGroup subject : subjects) {
      options.groups.put(subject.title(), Settings.of(subject));
    }
    return options;
  }

  /// The options of some settings.
  public static SettingOptions of(Setting<?>... settings) {
    SettingOptions options = new SettingOptions();
    options.groups.put("Settings", List.of(settings));
    return options;
  }

  /// These, and those of some more settings.
  public SettingOptions and(Setting<?>... settings) {
    groups.put("Settings", List.of(settings));
    return this;
  }

  /// Gives a command these options.
  ///
  /// @return the command
  public CommandLine addTo(CommandLine command) {
    groups.forEach((title, settings) -> addGroup(command.getCommandSpec(), title, settings));
    return command;
  }

  /// The settings in effect: these options before the environment before `.env`.
  public ConfigReader reader(CliContext context) {
    return SettingSources.reader(context, flags);
  }

  /// The same of nothing but these options and their own variables of the environment, for what
  /// must work whatever else is set, here or in `.env`.
  public ConfigReader readerOfNothingElse(CliContext context) {
    List<Setting<?>> own = groups.values().stream().flatMap(List::stream).toList();
    return SettingSources.ofNothingElse(context, flags, own);
  }

  /// The settings that these options set, and nothing else: for what brings all else by itself.
  public ConfigReader readerOfFlags(CliContext context) {
    return SettingSources.ofFlags(context, flags);
  }

  /// The options that were given.
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
                // picocli also sets the initial value, which is none.
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
                          + " would show a secret to everyone on this machine; set "
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
