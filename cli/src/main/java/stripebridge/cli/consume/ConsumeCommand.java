package stripebridge.cli.consume;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import stripebridge.cli.CliContext;
import stripebridge.cli.admin.AdminAccess;
import stripebridge.cli.option.DurationText;
import stripebridge.cli.option.OptionText;
import stripebridge.cli.option.SettingOptions;
import stripebridge.core.broker.QueueStatus;
import stripebridge.core.config.ConfigReader;
import stripebridge.core.config.SettingGroup;
import stripebridge.core.config.Settings;
import stripebridge.core.config.SolaceSettings;
import stripebridge.service.telemetry.LibraryLog;
import stripebridge.solace.admin.SempOptions;
import stripebridge.solace.messaging.SmfQueues;

/// `stripebridge consume`: shows the messages of a queue, or takes them.
@Command(
    name = "consume",
    description = "Show the messages of a queue; with --ack, take them.",
    footer = {
      "",
      "Without --ack it browses: nothing is locked, counted or removed, even while others",
      "consume. With --ack it removes each message after printing it, and takes no more",
      "messages than it prints. It does not ask for confirmation.",
      "",
      "--filter takes NAME=GLOB: * is any text, ? one character. NAME is a field of the",
      "envelope (event_type, data.status), a user property, or one of topic, id,",
      "application_message_id, correlation_id, redelivered, delivery_count. With --ack it",
      "browses the queue and removes matching messages, even those that another consumer",
      "has just received; all others stay as they are.",
      "",
      "With SOLACE_SEMP_HOST set it also says how many messages remain.",
      "",
      "Examples:",
      "  stripebridge consume --queue stripe.errors.dmq",
      "  stripebridge consume --queue stripe.errors.dmq --ack --count 3",
      "  stripebridge consume --queue stripe.all.inbound --follow -o table",
      "  stripebridge consume --queue stripe.all.inbound -o json \\",
      "      --filter 'event_type=invoice.*' | jq -r .payload"
    })
public final class ConsumeCommand implements Callable<Integer> {
  private static final long COUNT_SHOWN = 10;
  private static final long COUNT_TAKEN = 1;
  // The depth is not worth a longer wait.
  private static final SempOptions SEMP =
      new SempOptions(Duration.ofSeconds(3), Duration.ofSeconds(3), 0);

  @Option(names = "--queue", paramLabel = "QUEUE", required = true, description = OptionText.QUEUE)
  private String queue = "";

  @Option(
      names = "--ack",
      description = "Take the messages: remove each from the queue after printing it.")
  private boolean ack;

  @Option(
      names = "--count",
      paramLabel = "COUNT",
      description = OptionText.COUNT + "; 10, or 1 with --ack, or all with --follow, by default.")
  private @Nullable Long count;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      converter = DurationText.class,
      description = OptionText.TIMEOUT + "; 2s by default.")
  private @Nullable Duration timeout;

  @Option(names = "--follow", description = "Keep showing messages as they arrive, until Ctrl-C.")
  private boolean follow;

  @Option(names = "--filter", paramLabel = "NAME=GLOB", description = OptionText.FILTER)
  private List<String> filter = List.of();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "pretty",
      description =
          "Print as one of: ${COMPLETION-CANDIDATES}. json prints a line per message, raw each"
              + " payload's bytes and a line break.")
  private MessageFormat format = MessageFormat.PRETTY;

  @Option(names = "--pretty", hidden = true, description = "The same as -o pretty.")
  private boolean pretty;

  @Option(names = "--redact", description = OptionText.REDACT)
  private boolean redact;

  @Spec private CommandSpec spec;

  private final CliContext context;
  private final SettingOptions settings =
      SettingOptions.ofGroups(SettingGroup.SOLACE, SettingGroup.SEMP);

  private ConsumeCommand(CliContext context) {
    this.context = context;
  }

  /// The command with the options of the settings it needs.
  public static CommandLine composed(CliContext context) {
    ConsumeCommand command = new ConsumeCommand(context);
    return command.settings.addTo(new CommandLine(command));
  }

  @Override
  public Integer call() throws InterruptedException {
    ConsumeRun run = new ConsumeRun(context, request());
    ConfigReader reader = settings.reader(context);
    SolaceSettings broker = reader.read(EnumSet.of(SettingGroup.SOLACE)).solace();
    LibraryLog.silence();
    return run.run(new SmfQueues(broker), status(reader)).value();
  }

  private ConsumeRequest request() {
    if (count != null && count < 1) {
      throw wrong("--count takes a count from 1");
    }
    if (timeout != null && !DurationText.isWait(timeout)) {
      throw wrong("--timeout " + DurationText.WAIT_RANGE);
    }
    if (follow && timeout != null) {
      throw wrong("--follow waits forever, so it does not go with --timeout");
    }
    if (pretty && format != MessageFormat.PRETTY) {
      throw wrong("--pretty does not go with -o " + format);
    }
    return new ConsumeRequest(queue, ack, countMax(), timeout, follow, filter, format, redact);
  }

  private long countMax() {
    if (count != null) {
      return count;
    }
    return follow ? ConsumeRequest.NO_LIMIT : ack ? COUNT_TAKEN : COUNT_SHOWN;
  }

  private ParameterException wrong(String what) {
    return new ParameterException(spec.commandLine(), what);
  }

  /// The queue's status, read while the messaging connection opens. Empty when SEMP is not
  /// configured or does not answer: nothing else depends on it.
  private Future<Optional<QueueStatus>> status(ConfigReader reader) {
    if (follow || !reader.isSet(Settings.SOLACE_SEMP_HOST)) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    return QueueStatusQuery.start(
        AdminAccess.open(reader.read(EnumSet.of(SettingGroup.SEMP)).semp(), SEMP), queue);
  }
}
