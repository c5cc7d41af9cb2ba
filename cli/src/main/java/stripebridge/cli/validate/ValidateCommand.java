package stripebridge.cli.validate;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import stripebridge.cli.CliContext;
import stripebridge.cli.CommandFailure;
import stripebridge.cli.ExitCode;
import stripebridge.cli.StopRequest;
import stripebridge.cli.option.AppUrlOptions;
import stripebridge.cli.option.DurationText;
import stripebridge.cli.option.OptionText;
import stripebridge.cli.option.SettingOptions;
import stripebridge.cli.option.TopologyOption;
import stripebridge.cli.validate.evidence.AdminPages;
import stripebridge.cli.validate.report.Report;
import stripebridge.cli.validate.report.ReportFiles;
import stripebridge.cli.validate.stage.TypeCase;
import stripebridge.core.config.SettingGroup;
import stripebridge.core.config.Settings;
import stripebridge.service.telemetry.LibraryLog;

/// `stripebridge validate`: proves that the whole pipeline works.
@Command(
    name = "validate",
    description = "Post test events and follow them through the whole pipeline.",
    footer = {
      "",
      "Checks health, the topology, duplicates, forged webhooks, the DMQ and all",
      "counters, and that an event of each type arrives once on each of its queues and",
      "on no other. It looks only for its own event ids, evt_e2e_…, and removes only its",
      "own messages. It refuses to run if consumers would receive them. The exit code is",
      "3 when a check fails; docs/validate.md explains each check.",
      "",
      "With --sandbox it starts its own broker and bridge, on free ports and for this",
      "run only, and reads neither .env nor the environment.",
      "",
      "Examples:",
      "  stripebridge validate --sandbox",
      "  stripebridge validate --app-url https://hooks.example.com",
      "  stripebridge validate --report junit=validate.xml md=validate.md"
    })
public final class ValidateCommand implements Callable<Integer> {
  @Option(
      names = "--sandbox",
      description = "Validate a broker and a bridge started in this process, and nothing else.")
  private boolean sandbox;

  @Option(
      names = "--types",
      split = ",",
      paramLabel = "TYPE",
      description = "Try these event types; by default each routed type, and one without a route.")
  private List<String> types = List.of();

  @Option(
      names = "--admin-url",
      paramLabel = "URL",
      description =
          "Base URL of /health, /ready and /metrics, once for each replica: counters are added up;"
              + " the --app-url by default.")
  private List<String> adminUrls = List.of();

  @Option(
      names = "--each-address",
      description =
          "Take each address of the host of --admin-url as a replica, as for a headless Service of"
              + " Kubernetes.")
  private boolean eachAddress;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      converter = DurationText.class,
      description = OptionText.TIMEOUT + "; E2E_CONSUME_TIMEOUT_SECONDS by default.")
  private @Nullable Duration timeout;

  @Option(
      names = "--with-consumers",
      description = "Run even if consumers are bound to the queues; they receive the messages.")
  private boolean withConsumers;

  @Option(
      names = "--no-semp",
      description = "Work without SEMP, and report what could not be checked.")
  private boolean noSemp;

  @Option(
      names = "--drain",
      description = "First remove all messages from the queues, except from DMQs.")
  private boolean drain;

  @Option(names = "--yes", description = OptionText.YES)
  private boolean yes;

  @Option(
      names = "--report",
      arity = "1..3",
      paramLabel = "FORMAT=FILE",
      description = "Also write a report: junit, json or md. Can be repeated.")
  private Map<String, String> reports = Map.of();

  @Mixin private TopologyOption topologyOption;
  @Mixin private AppUrlOptions app;
  @Spec private CommandSpec spec;

  private final CliContext context;
  private final SettingOptions settings =
      SettingOptions.ofGroups(
          SettingGroup.VALIDATE, SettingGroup.WEBHOOK, SettingGroup.SOLACE, SettingGroup.SEMP);

  private ValidateCommand(CliContext context) {
    this.context = context;
  }

  /// The command with the options of the settings it needs.
  public static CommandLine composed(CliContext context) {
    ValidateCommand command = new ValidateCommand(context);
    return command.settings.addTo(new CommandLine(command));
  }

  @Override
  public Integer call() throws InterruptedException {
    ValidateRun.Options options = options();
    LibraryLog.silence();
    ValidateRun run = new ValidateRun(context, topologyOption.read(context), options);
    Thread validating = Thread.currentThread();
    try (ReportFiles files = ReportFiles.open(options.reports());
        StopRequest.Listening _ = context.stop().onRequest(validating::interrupt)) {
      Report report =
          sandbox
              ? run.inSandbox(settings.readerOfFlags(context))
              : run.asConfigured(settings.reader(context), app);
      files.write(report);
      return (report.isPassed() ? ExitCode.OK : ExitCode.DIFFERENCES).value();
    } catch (InterruptedException _) {
      throw new CommandFailure(
          ExitCode.INTERRUPTED, "stopped: messages of validation may remain on the queues", null);
    }
  }

  private ValidateRun.Options options() {
    if (drain && noSemp) {
      throw wrong("--drain needs SEMP, which shows whether consumers are bound");
    }
    if (eachAddress && !adminUrls.stream().allMatch(url -> url.startsWith("http://"))) {
      throw wrong("--each-address needs http:// in --admin-url: a certificate names no address");
    }
    if (eachAddress && adminUrls.isEmpty()) {
      throw wrong("--each-address needs --admin-url");
    }
    if (timeout != null && !DurationText.isWait(timeout)) {
      throw wrong("--timeout " + DurationText.WAIT_RANGE);
    }
    if (sandbox) {
      refuseOtherPipelines();
    }
    try {
      types.forEach(TypeCase::requireKnown);
      return new ValidateRun.Options(
          types,
          adminUrls.stream().map(AdminPages::baseUrl).toList(),
          eachAddress,
          timeout,
          withConsumers,
          noSemp,
          drain,
          yes,
          ReportFiles.paths(reports, context.workingDirectory()));
    } catch (IllegalArgumentException e) {
      throw wrong(e.getMessage());
    }
  }

  /// An option that names another pipeline would be ignored.
  private void refuseOtherPipelines() {
    Set<String> own =
        Settings.of(SettingGroup.VALIDATE).stream()
            .map(setting -> setting.option())
            .collect(Collectors.toSet());
    Stream.concat(
            settings.given().stream().filter(option -> !own.contains(option)),
            Stream.of("--app-url", "--admin-url", "--each-address")
                .filter(spec.commandLine().getParseResult()::hasMatchedOption))
        .findFirst()
        .ifPresent(option -> {
          throw wrong(
              option + " does not go with --sandbox, which starts its own broker and bridge");
        });
  }

  private ParameterException wrong(@Nullable String what) {
    return new ParameterException(spec.commandLine(), what);
  }
}
