package stripebridge.cli.config;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import stripebridge.cli.CliContext;
import stripebridge.cli.ExitCode;
import stripebridge.cli.option.OutputOptions;
import stripebridge.cli.option.SettingOptions;
import stripebridge.cli.output.Document;
import stripebridge.cli.output.OutputFormat;
import stripebridge.cli.output.Table;
import stripebridge.core.config.ConfigReader;
import stripebridge.core.config.EffectiveSetting;
import stripebridge.core.config.EffectiveSetting.Origin;
import stripebridge.core.config.SettingGroup;
import stripebridge.core.problem.Problem;
import stripebridge.core.problem.ProblemsException;

/// `stripebridge config show`: the settings in effect, valid or not, and their sources.
@Command(
    name = "show",
    description = "Show every setting in effect and its source; secrets are masked.",
    footer = {
      "",
      "Examples:",
      "  stripebridge config show",
      "  stripebridge config show --output json --app-port 8443"
    })
public final class ConfigShowCommand implements Callable<Integer> {
  @Mixin private OutputOptions output;

  private final CliContext context;
  private final SettingOptions settings = SettingOptions.ofGroups(SettingGroup.values());

  private ConfigShowCommand(CliContext context) {
    this.context = context;
  }

  /// The command with the options of every setting.
  public static CommandLine composed(CliContext context) {
    ConfigShowCommand command = new ConfigShowCommand(context);
    return command.settings.addTo(new CommandLine(command));
  }

  @Override
  public Integer call() {
    ConfigReader reader = settings.reader(context);
    List<EffectiveSetting> effective = reader.effective();
    if (output.format() == OutputFormat.TABLE) {
      print(effective);
    } else {
      Document document = generator -> write(effective, generator);
      document.print(output.format(), context.out());
    }
    List<Problem> problems = reader.problems();
    if (!problems.isEmpty()) {
      throw new ProblemsException("the configuration", problems);
    }
    return ExitCode.OK.value();
  }

  private void print(List<EffectiveSetting> effective) {
    Table table = new Table("SETTING", "FROM", "VALUE");
    for (EffectiveSetting setting : effective) {
      table.row(setting.setting().name(), setting.origin().text(), setting.shown());
    }
    table.print(context.out());
  }

  private static void write(List<EffectiveSetting> effective, JsonGenerator generator)
      throws IOException {
    generator.writeStartArray();
    for (EffectiveSetting setting : effective) {
      generator.writeStartObject();
      generator.writeStringField("setting", setting.setting().name());
      if (setting.origin().level() == Origin.Level.NOT_SET) {
        generator.writeNullField("value");
      } else {
        generator.writeStringField("value", setting.shown());
      }
      generator.writeStringField("from", setting.origin().text());
      generator.writeBooleanField("secret", setting.setting().isSecret());
      generator.writeEndObject();
    }
    generator.writeEndArray();
  }
}
