package stripebridge.cli.provision;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import stripebridge.cli.CliContext;
import stripebridge.cli.ExitCode;
import stripebridge.cli.admin.AdminAccess;
import stripebridge.cli.option.DurationText;
import stripebridge.cli.option.HiddenAlias;
import stripebridge.cli.option.OptionText;
import stripebridge.cli.option.OutputOptions;
import stripebridge.cli.option.SecretVariables;
import stripebridge.cli.option.SettingOptions;
import stripebridge.cli.option.TopologyOption;
import stripebridge.cli.output.OutputFormat;
import stripebridge.core.broker.BrokerAdmin;
import stripebridge.core.config.BridgeConfig;
import stripebridge.core.config.ConfigReader;
import stripebridge.core.config.SettingGroup;
import stripebridge.core.config.Settings;
import stripebridge.core.topology.model.Topology;
import stripebridge.solace.admin.SempOptions;

/// `stripebridge provision`: makes a broker match a topology.
@Command(
    name = "provision",
    description = "Make a broker match topology.yaml: plan, apply, verify.",
    footer = {
      "",
      "Without --dry-run or --check, provision prints the plan and applies it. It",
      "deletes nothing without --prune or --destroy, and asks before it deletes",
      "anything or disconnects clients. In a plan, + is created, ~ updated and -",
      "deleted; ! is not in the topology and stays; ? is for others to change.",
      "Findings are explained in docs/reference/findings.md.",
      "",
      "Examples:",
      "  stripebridge provision --dry-run",
      "  stripebridge provision --check --strict",
      "  stripebridge provision --prune --yes",
      "  stripebridge provision --export stripe. > topology.yaml"
    })
public final class ProvisionCommand implements Callable<Integer> {
  @Option(names = "--dry-run", description = OptionText.DRY_RUN)
  private boolean dryRun;

  @Option(names = "--check", description = "Print the plan, and exit with 3 if it is not empty.")
  private boolean check;

  @Option(
      names = "--prune",
      description = "Delete objects under `manages:` that are not in the topology.")
  private boolean prune;

  @Option(names = "--destroy", description = "Delete all objects under `manages:`.")
  private boolean destroy;

  @Option(
      names = "--export",
      paramLabel = "PREFIX",
      split = ",",
      description = {"Print the broker's objects with these name prefixes as a topology."})
  private List<String> export = List.of();

  @Option(
      names = "--strict",
      description = "Exit with 3 if there is a finding that is not accepted.")
  private boolean strict;

  @Option(
      names = "--set-password",
      description = "Also set the passwords of existing client usernames.")
  private boolean setPassword;

  @Option(names = "--force-nonempty", description = "Delete queues even with messages in them.")
  private boolean forceNonempty;

  @Option(names = "--force-in-use", description = "Delete queues even with consumers bound.")
  private boolean forceInUse;

  @Option(names = "--yes", description = OptionText.YES)
  private boolean yes;

  @Option(
      names = "--rate",
      paramLabel = "NUMBER",
      description = OptionText.RATE + "; as fast as they are answered by default.")
  private double rate;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      defaultValue = "30s",
      converter = DurationText.class,
      description = OptionText.TIMEOUT + "; 30s by default.")
  private Duration timeout = Duration.ZERO;

  @Mixin private TopologyOption topology;
  @Mixin private OutputOptions output;
  @Spec private CommandSpec spec;

  private final CliContext context;
  private final SettingOptions settings =
      AdminAccess.options(Settings.SOLACE_PASSWORD, Settings.SOLACE_MESSAGE_TTL_MS);

  private ProvisionCommand(CliContext context) {
    this.context = context;
  }

  /// The command with the options of the settings it needs.
  public static CommandLine composed(CliContext context) {
    ProvisionCommand command = new ProvisionCommand(context);
    CommandLine line = command.settings.addTo(new CommandLine(command));
    line = HiddenAlias.add(line, "--file", "--topology");
    return HiddenAlias.add(line, "--semp-rate", "--rate");
  }

  @Override
  public Integer call() throws InterruptedException {
    checkOptions();
    ConfigReader reader = settings.reader(context);
    BridgeConfig config = reader.read(EnumSet.of(SettingGroup.SEMP, SettingGroup.MESSAGE));
    Topology wanted = topology.read(context);
    try (BrokerAdmin admin = AdminAccess.open(config.semp(), sempOptions())) {
      ExitCode code =
          export.isEmpty()
              ? new ProvisionRun(
                      context,
                      admin,
                      request(),
                      new SecretVariables(context, reader),
                      config.semp(),
                      config.message().timeToLive().toMillis())
                  .run(wanted)
              : new TopologyExport(context, admin, config.semp().vpn())
                  .run(export, wanted.routing());
      return code.value();
    }
  }

  private void checkOptions() {
    if (check && (destroy || setPassword)) {
      throw wrong("--check does not go with --destroy or --set-password, which change the broker");
    }
    boolean exports = !export.isEmpty();
    if (exports && (check || dryRun || prune || destroy || setPassword || strict)) {
      throw wrong("--export does not go with another mode");
    }
    if (exports && output.format() == OutputFormat.JSON) {
      throw wrong("--export always prints YAML");
    }
    if (!DurationText.isWait(timeout)) {
      throw wrong("--timeout " + DurationText.WAIT_RANGE);
    }
    if (!(rate >= 0 && rate <= 100_000)) {
      throw wrong("--rate takes a number from 0 to 100000");
    }
  }

  private ParameterException wrong(String what) {
    return new ParameterException(spec.commandLine(), what);
  }

  private ProvisionRequest request() {
    ProvisionRequest.Mode mode =
        check
            ? ProvisionRequest.Mode.CHECK
            : dryRun ? ProvisionRequest.Mode.DRY_RUN : ProvisionRequest.Mode.APPLY;
    return new ProvisionRequest(
        mode, prune, destroy, strict, setPassword, yes, forceNonempty, forceInUse, output.format());
  }

  private SempOptions sempOptions() {
    Duration answer = SempOptions.DEFAULTS.answerTimeout();
    return new SempOptions(timeout, answer.compareTo(timeout) < 0 ? answer : timeout, rate);
  }
}
