package stripebridge.cli.drain;

import java.nio.file.Path;
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
import stripebridge.cli.ExitCode;
import stripebridge.cli.StopRequest.Listening;
import stripebridge.cli.admin.AdminAccess;
import stripebridge.cli.messages.EventTypeCounts;
import stripebridge.cli.messages.MessageFilter;
import stripebridge.cli.messages.OtherConsumers;
import stripebridge.cli.messages.QueueDepth;
import stripebridge.cli.messages.QueueFailure;
import stripebridge.cli.messages.Selection;
import stripebridge.cli.option.DurationText;
import stripebridge.cli.option.OptionText;
import stripebridge.cli.option.OutputOptions;
import stripebridge.cli.option.SettingOptions;
import stripebridge.cli.output.Counted;
import stripebridge.cli.output.Document;
import stripebridge.cli.output.OutputFormat;
import stripebridge.cli.output.Question;
import stripebridge.cli.output.Table;
import stripebridge.core.broker.BrokerAdmin;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.QueueAccess.Session;
import stripebridge.core.config.ConfigReader;
import stripebridge.core.config.SettingGroup;
import stripebridge.service.telemetry.LibraryLog;
import stripebridge.solace.messaging.SmfQueues;

/// `stripebridge drain`: takes messages off a queue, into a file.
@Command(
    name = "drain",
    description = "Take messages off a queue, into a file.",
    footer = {
      "",
      "A JSON object a line holds all that its publisher gave the message, and is on the",
      "disk before the queue loses it: killed at any moment, a message is on the queue or",
      "in the file, or at worst in both. A second run appends. Only you can read the",
      "file. 'stripebridge redrive --from-file FILE' publishes what is in it.",
      "",
      "With --filter, --older-than or --dry-run the queue is browsed, so that no other",
      "message is touched; that is refused while others consume the queue.",
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

  @Option(names = "--discard", description = "Throw them away: they are gone for good.")
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
      return drain(request, broker, semp.orElse(null)).value();
    } finally {
      semp.ifPresent(BrokerAdmin::close);
    }
  }

  private DrainRequest request() {
    if (!dryRun && (to == null) != discard) {
      throw wrong("say where the messages go: either --to FILE, or --discard to throw them away");
    }
    if (count != null && count < 1) {
      throw wrong("--count takes a number from 1");
    }
    return new DrainRequest(
        queue,
        to == null ? null : file(to),
        dryRun,
        count == null ? Long.MAX_VALUE : count,
        new Selection(
            MessageFilter.of(filter),
            olderThan == null ? null : context.clock().instant().minus(olderThan)),
        timeout,
        force);
  }

  private Path file(String name) {
    return context.workingDirectory().resolve(name);
  }

  private ParameterException wrong(String what) {
    return new ParameterException(spec.commandLine(), what);
  }

  private ExitCode drain(DrainRequest request, SmfQueues broker, @Nullable BrokerAdmin semp)
      throws InterruptedException {
    long depth = QueueDepth.of(semp, queue);
    confirm(request, depth);
    Drain drain = new Drain(context, request);
    // From here on it says what it has done, also when it is stopped.
    try (Listening _ = context.stop().onRequest(() -> {});
        Session session = broker.open()) {
      if (request.isBrowsing() && !dryRun && !force) {
        OtherConsumers.refuse(semp, queue, "drain '" + queue + "' by browsing");
      }
      long expected = request.selection().isEverything() ? Math.min(request.most(), depth) : 0;
      drain.run(session, expected);
    } catch (BrokerException e) {
      if (drain.drained().total() == 0) {
        throw QueueFailure.of(e);
      }
      context.err().println(fate(drain.drained()) + "; all others are on the queue");
      print(drain.drained());
      throw QueueFailure.midway(e);
    }
    boolean isStopped = context.stop().isRequested();
    context
        .err()
        .println((isStopped ? "stopped: " : "") + fate(drain.drained()) + rest(request, drain));
    print(drain.drained());
    return isStopped ? ExitCode.INTERRUPTED : ExitCode.OK;
  }

  private void confirm(DrainRequest request, long depth) {
    if (yes || dryRun) {
      return;
    }
    String most = request.most() == Long.MAX_VALUE ? "all" : "at most %,d".formatted(count);
    String which = request.selection().isEverything() ? "" : " that match";
    String there = depth < 0 ? "" : " of its %,d".formatted(depth);
    Question.confirmByName(
        context,
        "%s%s messages%s leave '%s' %s"
            .formatted(most, there, which, queue, discard ? "and are gone for good" : "for " + to),
        queue,
        "the queue's name");
  }

  private String fate(EventTypeCounts drained) {
    long total = drained.total();
    if (total == 0) {
      return "no message was " + (dryRun ? "found" : "taken");
    }
    String messages = Counted.of(total, "message");
    if (dryRun) {
      return messages + " would be taken; nothing was touched";
    }
    return messages + (total == 1 ? " is " : " are ") + (discard ? "gone for good" : "in " + to);
  }

  private String rest(DrainRequest request, Drain drain) {
    if (context.stop().isRequested()) {
      return dryRun ? "" : "; all others are on the queue";
    }
    if (drain.drained().total() == 0) {
      return request.selection().isEverything()
          ? ": '" + queue + "' is empty"
          : ": none in '" + queue + "' matches";
    }
    return "";
  }

  private void print(EventTypeCounts drained) {
    if (output.format() != OutputFormat.TABLE) {
      Document document =
          to -> {
            to.writeStartObject();
            to.writeStringField("queue", queue);
            to.writeNumberField("messages", drained.total());
            to.writeObjectFieldStart("event_types");
            for (var each : drained.counts().entrySet()) {
              to.writeNumberField(each.getKey(), each.getValue());
            }
            to.writeEndObject();
            to.writeEndObject();
          };
      document.print(output.format(), context.out());
    } else if (drained.total() > 0) {
      Table table = new Table("EVENT TYPE", "MESSAGES");
      drained.counts().forEach((type, many) -> table.row(type, "%,d".formatted(many)));
      table.print(context.out());
    }
  }
}
