package stripebridge.cli.drain;

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
import stripebridge.cli.option.OptionText;
import stripebridge.cli.option.OutputOptions;
import stripebridge.cli.option.SettingOptions;
import stripebridge.core.broker.BrokerAdmin;
import stripebridge.core.config.ConfigReader;
import stripebridge.core.config.SettingGroup;
import stripebridge.service.telemetry.LibraryLog;
import stripebridge.solace.messaging.SmfQueues;

/// `stripebridge drain`: moves messages from a queue to a file, or deletes them.
@Command(
    name = "drain",
    description = "Move messages from a queue to a file.",
    footer = {
      "",
      "The file has a JSON object per line with everything that the publisher set. A",
      "message is on the disk before it leaves the queue: after a kill at any moment it is",
      "in the queue, in the file, or at worst in both. A second run appends.",
      "'stripebridge redrive --from-file FILE' publishes the messages of the file.",
      "",
      "With --filter, --older-than or --dry-run the command browses the queue and does not",
      "touch other messages. It refuses to remove any while others consume the queue.",
      "",
      "Examples:",
      "  stripebridge drain --queue stripe.errors.dmq --to dead.jsonl",
      "  stripebridge drain --queue stripe.errors.dmq --dry-run --older-than 7d",
      "  stripebridge drain --queue stripe.all.inbound --discard --count 1000 --yes"
    })
public final class DrainCommand implements Callable<Integer> {
  @Option(names = "--queue", paramLabel = "QUEUE", required = true, description = OptionText.QUEUE)
  private String queue = "";

  @Option(names = "--to", paramLabel = "FILE", description = OptionText.TO + ".")
  private @Nullable String to;

  @Option(names = "--discard", description = "Delete the messages for good.")
  private boolean discard;

  @Option(names = "--dry-run", description = OptionText.DRY_RUN)
  private boolean dryRun;

  @Option(
      names = "--count",
      paramLabel = "COUNT",
      description = OptionText.COUNT + "; all by default.")
  private @Nullable Long count;

  @Option(names = "--filter", paramLabel = "NAME=GLOB", description = OptionText.FILTER)
  private List<String> filter = new ArrayList<>();

  @Option(
      names = "--older-than",
      paramLabel = "DURATION",
      converter = DurationText.class,
      description = OptionText.OLDER_THAN)
  private @Nullable Duration olderThan;

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
      SettingOptions.ofGroups(SettingGroup.SOLACE, SettingGroup.SEMP);

  private DrainCommand(CliContext context) {
    this.context = context;
  }

  /// The command with the options of the settings it needs.
  public static CommandLine composed(CliContext context) {
    DrainCommand command = new DrainCommand(context);
    return command.settings.addTo(new CommandLine(command));
  }

  @Override
  public Integer call() throws InterruptedException {
    DrainRequest request = request();
    LibraryLog.silence();
    ConfigReader reader = settings.reader(context);
    SmfQueues broker = new SmfQueues(reader.read(EnumSet.of(SettingGroup.SOLACE)).solace());
    Optional<BrokerAdmin> semp = AdminAccess.openIfSet(reader);
    try {
      return new DrainRun(context, request, output.format(), broker, semp.orElse(null))
          .drain()
          .value();
    } finally {
      semp.ifPresent(BrokerAdmin::close);
    }
  }

  private DrainRequest request() {
    if (!dryRun && (to == null) != discard) {
      throw wrong("say where the messages go: either --to FILE, or --discard to delete them");
    }
    if (count != null && count < 1) {
      throw wrong("--count takes a number from 1");
    }
    if (!DurationText.isWait(timeout)) {
      throw wrong("--timeout " + DurationText.WAIT_RANGE);
    }
    return new DrainRequest(
        queue,
        to == null ? null : context.workingDirectory().resolve(to),
        to == null ? "" : to,
        dryRun,
        count == null ? Long.MAX_VALUE : count,
        new Selection(
            MessageFilter.of(filter),
            olderThan == null ? null : context.clock().instant().minus(olderThan)),
        timeout,
        force,
        yes);
  }

  private ParameterException wrong(String what) {
    return new ParameterException(spec.commandLine(), what);
  }
}
