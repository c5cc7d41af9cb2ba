package stripebridge.cli.redrive;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import stripebridge.cli.CliContext;
import stripebridge.cli.admin.AdminAccess;
import stripebridge.cli.messages.MessageFilter;
import stripebridge.cli.messages.Selection;
import stripebridge.cli.option.DurationText;
import stripebridge.cli.option.HiddenAlias;
import stripebridge.cli.option.OptionText;
import stripebridge.cli.option.OutputOptions;
import stripebridge.cli.option.SettingOptions;
import stripebridge.core.broker.BrokerAdmin;
import stripebridge.core.config.BridgeConfig;
import stripebridge.core.config.ConfigReader;
import stripebridge.core.config.SettingGroup;
import stripebridge.core.config.Settings;
import stripebridge.service.telemetry.LibraryLog;
import stripebridge.solace.messaging.SmfQueues;

/// `stripebridge redrive`: publishes the messages of a queue or file again.
@Command(
    name = "redrive",
    description = "Publish the messages of a queue or file again.",
    footer = {
      "",
      "Each message goes back to its topic, so every queue that subscribes to the topic",
      "gets it, including any that had it before; --to-queue publishes to one queue only.",
      "A message leaves the queue only after the broker has acknowledged its copy. Copies",
      "keep everything that the publisher set, and get the user properties redrive_count,",
      "redriven_at and redriven_from. SOLACE_MESSAGE_TTL_MS and DMQ_ELIGIBLE, if set,",
      "replace the copies' time to live and DMQ eligibility. The copy of a NON_PERSISTENT",
      "message is PERSISTENT, because the broker may lose a NON_PERSISTENT one without",
      "notice. A note says how many there were.",
      "",
      "--to-queue needs a user that may publish to queues: stripe-bridge-operator, which",
      "is commented out in topology.yaml.",
      "",
      "Examples:",
      "  stripebridge redrive --queue stripe.errors.dmq --dry-run",
      "  stripebridge redrive --queue stripe.errors.dmq --filter 'event_type=invoice.*'",
      "  stripebridge redrive --from-file dead.jsonl --to-queue stripe.invoices.inbound"
    })
public final class RedriveCommand implements Callable<Integer> {
  private static final long COUNT = 100;

  @Option(names = "--queue", paramLabel = "QUEUE", description = OptionText.QUEUE)
  private @Nullable String queue;

  @Option(
      names = "--from-file",
      paramLabel = "FILE",
      description = {
        "Redrive the messages of a file that 'drain' wrote. FILE.redriven lists the lines that are"
            + " done; they are not redriven again."
      })
  private @Nullable String fromFile;

  @Option(
      names = "--to-queue",
      paramLabel = "QUEUE",
      description = "Publish to this queue only; redrive_topic keeps the topic.")
  private @Nullable String toQueue;

  @Option(names = "--dry-run", description = OptionText.DRY_RUN)
  private boolean dryRun;

  @Option(
      names = "--count",
      paramLabel = "COUNT",
      description = OptionText.COUNT + "; 100 by default.")
  private @Nullable Long count;

  @Option(names = "--all", description = "Redrive all messages.")
  private boolean all;

  @Option(
      names = "--rate",
      paramLabel = "NUMBER",
      description = OptionText.RATE + "; as fast as they are acknowledged by default.")
  private double rate;

  @Option(names = "--filter", paramLabel = "NAME=GLOB", description = OptionText.FILTER)
  private List<String> filter = new ArrayList<>();

  @Option(
      names = "--older-than",
      paramLabel = "DURATION",
      converter = DurationText.class,
      description = OptionText.OLDER_THAN)
  private @Nullable Duration olderThan;

  @Option(
      names = "--max-redrives",
      paramLabel = "N",
      defaultValue = "3",
      description = "Skip messages that were redriven this often already; 3 by default.")
  private int redrivesMax;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      defaultValue = "2s",
      converter = DurationText.class,
      description = OptionText.TIMEOUT + "; 2s by default.")
  private Duration timeout = Duration.ZERO;

  @Option(names = "--force", description = OptionText.FORCE)
  private boolean force;

  @Option(names = "--yes", description = OptionText.YES)
  private boolean yes;

  @Mixin private OutputOptions output;
  @Spec private CommandSpec spec;

  private final CliContext context;
  private final SettingOptions settings =
      SettingOptions.ofGroups(SettingGroup.SOLACE, SettingGroup.SEMP)
          .and(Settings.SOLACE_MESSAGE_TTL_MS, Settings.DMQ_ELIGIBLE);

  private RedriveCommand(CliContext context) {
    this.context = context;
  }

  /// The command with the options of the settings it needs.
  public static CommandLine composed(CliContext context) {
    RedriveCommand command = new RedriveCommand(context);
    return HiddenAlias.add(command.settings.addTo(new CommandLine(command)), "--limit", "--count");
  }

  @Override
  public Integer call() throws InterruptedException {
    check();
    LibraryLog.silence();
    ConfigReader reader = settings.reader(context);
    BridgeConfig config = reader.read(EnumSet.of(SettingGroup.SOLACE, SettingGroup.MESSAGE));
    RedriveRequest request = request(reader, config);
    Optional<BrokerAdmin> semp = AdminAccess.openIfSet(reader);
    try {
      RedriveRun run =
          new RedriveRun(
              context, request, output.format(), new SmfQueues(config.solace()), semp.orElse(null));
      return (dryRun ? run.preview() : run.redrive()).value();
    } finally {
      semp.ifPresent(BrokerAdmin::close);
    }
  }

  private void check() {
    if ((queue == null) == (fromFile == null)) {
      throw wrong("say what to redrive: either --queue QUEUE or --from-file FILE");
    }
    if (all && count != null) {
      throw wrong("--all does not go with --count");
    }
    if ((count != null && count < 1) || !(rate >= 0 && rate <= 100_000) || redrivesMax < 1) {
      throw wrong("--count and --max-redrives take a number from 1, --rate one from 0 to 100000");
    }
    if (!DurationText.isWait(timeout)) {
      throw wrong("--timeout " + DurationText.WAIT_RANGE);
    }
    if (queue != null && queue.equals(toQueue)) {
      throw wrong("--to-queue names the queue that the messages are on");
    }
  }

  private ParameterException wrong(String what) {
    return new ParameterException(spec.commandLine(), what);
  }

  private RedriveRequest request(ConfigReader reader, BridgeConfig config) {
    return new RedriveRequest(
        String.valueOf(queue == null ? fromFile : queue),
        fromFile == null ? null : context.workingDirectory().resolve(fromFile),
        toQueue,
        new Selection(
            MessageFilter.of(filter),
            olderThan == null ? null : context.clock().instant().minus(olderThan)),
        all ? Long.MAX_VALUE : count == null ? COUNT : count,
        rate,
        redrivesMax,
        reader.isSet(Settings.SOLACE_MESSAGE_TTL_MS) ? config.message().timeToLive() : null,
        reader.isSet(Settings.DMQ_ELIGIBLE) ? config.message().dmqEligible() : null,
        timeout,
        force,
        yes);
  }
}
