package stripebridge.cli.queues;

import java.time.Duration;
import java.util.EnumSet;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import stripebridge.cli.CliContext;
import stripebridge.cli.ExitCode;
import stripebridge.cli.admin.AdminAccess;
import stripebridge.cli.option.DurationText;
import stripebridge.cli.option.HiddenAlias;
import stripebridge.cli.option.OutputOptions;
import stripebridge.cli.option.SettingOptions;
import stripebridge.core.broker.BrokerAdmin;
import stripebridge.core.config.SempSettings;
import stripebridge.core.config.SettingGroup;
import stripebridge.solace.admin.SempOptions;

/// `stripebridge queues`: shows the state of the queues, and changes nothing.
@Command(
    name = "queues",
    description = "Show the queues, what they hold, and their problems.",
    footer = {
      "",
      "A row is marked ! when its queue is shut, holds messages without a consumer, is a",
      "DMQ with messages, uses over 80 %% of its quota, or has discarded messages. A line",
      "under the table explains each mark. On a terminal, columns that do not fit are left",
      "out; files, pipes, JSON and YAML have all of them.",
      "",
      "Counters start when the queue is created or its statistics are cleared. The command",
      "changes nothing. Problems are not failures: the exit code is 0.",
      "",
      "Examples:",
      "  stripebridge queues",
      "  stripebridge queues stripe.errors.dmq",
      "  stripebridge queues --name 'stripe.*' --watch",
      "  stripebridge queues -o json --watch --interval 10s > depths.jsonl"
    })
public final class QueuesCommand implements Callable<Integer> {
  // While watching, an outage must show soon.
  private static final SempOptions WATCHING =
      new SempOptions(Duration.ofSeconds(5), Duration.ofSeconds(5), 0);

  @Parameters(
      arity = "0..1",
      paramLabel = "QUEUE",
      description = "Show this queue in detail, with its consumers and subscriptions.")
  private @Nullable String queue;

  @Option(
      names = "--name",
      paramLabel = "GLOB",
      description = "Show only queues whose name matches; * is any text, ? one character.")
  private @Nullable String name;

  @Option(
      names = "--watch",
      description = {
        "Keep the display up to date, with rates and a trend, until q or Ctrl-C. Without a"
            + " terminal, print one reading after another."
      })
  private boolean watch;

  @Option(
      names = "--interval",
      paramLabel = "DURATION",
      defaultValue = "2s",
      converter = DurationText.class,
      description = "Watch at this interval, such as 500ms, 10s or 1m; 2s by default.")
  private Duration interval = Duration.ZERO;

  @Mixin private OutputOptions output;
  @Spec private CommandSpec spec;

  private final CliContext context;
  private final SettingOptions settings = AdminAccess.options();

  private QueuesCommand(CliContext context) {
    this.context = context;
  }

  /// The command with the options of the settings it needs.
  public static CommandLine composed(CliContext context) {
    QueuesCommand command = new QueuesCommand(context);
    return HiddenAlias.add(command.settings.addTo(new CommandLine(command)), "--filter", "--name");
  }

  @Override
  public Integer call() throws InterruptedException {
    if (queue != null && name != null) {
      throw wrong("--name does not go with the name of one queue");
    }
    if (!DurationText.isWait(interval)) {
      throw wrong("--interval " + DurationText.WAIT_RANGE);
    }
    Predicate<String> wanted = name == null ? _ -> true : Glob.of(name);
    SempSettings semp = settings.reader(context).read(EnumSet.of(SettingGroup.SEMP)).semp();
    SempOptions options = watch ? WATCHING : SempOptions.DEFAULTS;
    try (BrokerAdmin admin = AdminAccess.open(semp, options)) {
      QueuesRun run = new QueuesRun(context, admin, semp.vpn(), output.format(), queue, wanted);
      if (watch) {
        run.watch(interval);
      } else {
        run.once();
      }
    }
    return ExitCode.OK.value();
  }

  private ParameterException wrong(String what) {
    return new ParameterException(spec.commandLine(), what);
  }
}
