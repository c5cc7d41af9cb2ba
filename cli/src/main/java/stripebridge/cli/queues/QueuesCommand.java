package stripebridge.cli.queues;

import java.time.Duration;
import java.util.EnumSet;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
import stripebridge.cli.option.OutputOptions;
import stripebridge.cli.option.SettingOptions;
import stripebridge.core.broker.BrokerAdmin;
import stripebridge.core.config.SempSettings;
import stripebridge.core.config.SettingGroup;
import stripebridge.solace.admin.SempOptions;

/// `stripebridge queues`: looks at the queues, and changes nothing.
@Command(
    name = "queues",
    description = "Show what is in the queues, and which of them are in trouble.",
    footer = {
      "",
      "A row is marked ! when its queue is shut, holds messages that nobody consumes,",
      "is a DMQ with messages in it, uses over 80 %% of its quota, or has discarded",
      "messages; what it is, is said under the table. On a terminal, columns that do",
      "not fit are left out; files, pipes, JSON and YAML have them all.",
      "",
      "Counters go back to when the queue was made or its statistics were cleared.",
      "Looking changes nothing, and trouble is no failure: the exit code is 0.",
      "",
      "Examples:",
      "  stripebridge queues",
      "  stripebridge queues stripe.errors.dmq",
      "  stripebridge queues --filter 'stripe.*' --watch",
      "  stripebridge queues -o json --watch --interval 10s > depths.jsonl"
    })
public final class QueuesCommand implements Callable<Integer> {
  private static final Pattern TIME = Pattern.compile("([0-9]{1,7})(ms|s|m)");
  private static final Duration INTERVAL_MIN = Duration.ofMillis(100);
  private static final Duration INTERVAL_MAX = Duration.ofHours(1);
  // While somebody watches, a broker that does not answer has to show.
  private static final SempOptions WATCHING =
      new SempOptions(Duration.ofSeconds(5), Duration.ofSeconds(5), 0);

  @Parameters(
      arity = "0..1",
      paramLabel = "QUEUE",
      description = "Show this one in detail, with its consumers and subscriptions.")
  private @Nullable String queue;

  @Option(
      names = "--filter",
      paramLabel = "GLOB",
      description = "Show those of such a name; * is any text, ? one character.")
  private @Nullable String filter;

  @Option(
      names = "--watch",
      description = {
        "Show them again and again, with rates and a trend, until q or Ctrl-C; off a terminal one"
            + " after another."
      })
  private boolean watch;

  @Option(
      names = "--interval",
      paramLabel = "TIME",
      defaultValue = "2s",
      description = "Watch at this interval, such as 500ms, 10s or 1m; 2s by default.")
  private String interval = "";

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
    return command.settings.addTo(new CommandLine(command));
  }

  @Override
  public Integer call() throws InterruptedException {
    if (queue != null && filter != null) {
      throw wrong("--filter does not go with the name of one queue");
    }
    Duration pause = interval();
    Predicate<String> wanted = filter == null ? _ -> true : Glob.of(filter);
    SempSettings semp = settings.reader(context).read(EnumSet.of(SettingGroup.SEMP)).semp();
    SempOptions options = watch ? WATCHING : SempOptions.DEFAULTS;
    try (BrokerAdmin admin = AdminAccess.open(semp, options)) {
      QueuesRun looking = new QueuesRun(context, admin, semp.vpn(), output.format(), queue, wanted);
      if (watch) {
        looking.watch(pause);
      } else {
        looking.once();
      }
    }
    return ExitCode.OK.value();
  }

  private Duration interval() {
    Matcher matcher = TIME.matcher(interval);
    if (matcher.matches()) {
      long number = Long.parseLong(matcher.group(1));
      Duration time =
          switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            default -> Duration.ofMinutes(number);
          };
      if (time.compareTo(INTERVAL_MIN) >= 0 && time.compareTo(INTERVAL_MAX) <= 0) {
        return time;
      }
    }
    throw wrong("--interval takes a time from 100ms to 60m, such as 2s");
  }

  private ParameterException wrong(String what) {
    return new ParameterException(spec.commandLine(), what);
  }
}
