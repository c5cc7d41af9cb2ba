package stripebridge.cli.redrive;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
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
import stripebridge.cli.CommandFailure;
import stripebridge.cli.ExitCode;
import stripebridge.cli.StopRequest.Listening;
import stripebridge.cli.admin.AdminAccess;
import stripebridge.cli.messages.Batches;
import stripebridge.cli.messages.MessageFilter;
import stripebridge.cli.messages.OtherConsumers;
import stripebridge.cli.messages.QueueDepth;
import stripebridge.cli.messages.QueueFailure;
import stripebridge.cli.messages.Selection;
import stripebridge.cli.option.DurationText;
import stripebridge.cli.option.HiddenAlias;
import stripebridge.cli.option.OptionText;
import stripebridge.cli.option.OutputOptions;
import stripebridge.cli.option.SettingOptions;
import stripebridge.cli.output.Counted;
import stripebridge.cli.output.OutputFormat;
import stripebridge.cli.output.Question;
import stripebridge.core.broker.BrokerAdmin;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.QueueAccess.Session;
import stripebridge.core.config.BridgeConfig;
import stripebridge.core.config.ConfigReader;
import stripebridge.core.config.SettingGroup;
import stripebridge.core.config.Settings;
import stripebridge.service.telemetry.LibraryLog;
import stripebridge.solace.messaging.SmfQueues;

/// `stripebridge redrive`: publishes messages once more.
@Command(
    name = "redrive",
    description = "Publish the messages of a queue or file once more.",
    footer = {
      "",
      "Each goes back to the topic it came from, so that every queue that attracts the",
      "topic gets it, also one that had it before; --to-queue publishes to one alone. A",
      "message leaves the queue only after the broker has acknowledged its copy. Copies",
      "keep all that their publisher gave them, and get the user properties",
      "redrive_count, redriven_at and redriven_from. SOLACE_MESSAGE_TTL_MS and",
      "DMQ_ELIGIBLE change their time to live and DMQ eligibility, where they are set.",
      "One thing is never kept: the copy of a NON_PERSISTENT message is PERSISTENT, since",
      "the broker may lose the other without a word. A note says how many there were.",
      "",
      "--to-queue needs a user who may publish to queues: topology.yaml has one,",
      "stripe-bridge-operator, commented out.",
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
        "Redrive messages of a file that 'drain' wrote; what is done is noted in FILE.redriven, and"
            + " not done again."
      })
  private @Nullable String fromFile;

  @Option(
      names = "--to-queue",
      paramLabel = "QUEUE",
      description = "Publish to this queue alone; the topic is kept in redrive_topic.")
  private @Nullable String toQueue;

  @Option(names = "--dry-run", description = OptionText.DRY_RUN)
  private boolean dryRun;

  @Option(
      names = "--count",
      paramLabel = "COUNT",
      description = OptionText.COUNT + "; 100 by default.")
  private @Nullable Long count;

  @Option(names = "--all", description = "Redrive all there are.")
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
      description = "Leave those that came back so many times already; 3 by default.")
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
    SmfQueues broker = new SmfQueues(config.solace());
    Optional<BrokerAdmin> semp = AdminAccess.openIfSet(reader);
    try {
      Run run = new Run(request, broker, semp.orElse(null));
      return (dryRun ? run.look() : run.redrive()).value();
    } catch (IOException e) {
      throw CommandFailure.usage(
          "cannot redrive '%s': %s"
              .formatted(
                  request.from(),
                  e instanceof NoSuchFileException ? "there is no such file" : e.getMessage()),
          null);
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
        toQueue,
        new Selection(
            MessageFilter.of(filter),
            olderThan == null ? null : context.clock().instant().minus(olderThan)),
        all ? Long.MAX_VALUE : count == null ? COUNT : count,
        rate,
        redrivesMax,
        reader.isSet(Settings.SOLACE_MESSAGE_TTL_MS) ? config.message().timeToLive() : null,
        reader.isSet(Settings.DMQ_ELIGIBLE) ? config.message().dmqEligible() : null);
  }

  /// One redrive.
  private final class Run {
    private final RedriveRequest request;
    private final SmfQueues broker;
    private final @Nullable BrokerAdmin semp;

    Run(RedriveRequest request, SmfQueues broker, @Nullable BrokerAdmin semp) {
      this.request = request;
      this.broker = broker;
      this.semp = semp;
    }

    ExitCode look() throws InterruptedException, IOException {
      Redrive looking = looked();
      RedriveText text = text(looking);
      context
          .err()
          .println(
              looking.tally().redriven() == 0
                  ? "nothing would be redriven"
                  : Counted.of(looking.tally().redriven(), "message")
                      + " would be redriven; nothing was touched");
      print(text, false);
      text.printStayed(context.err());
      text.printWarning(itself(), context.err());
      return ExitCode.OK;
    }

    private Redrive looked() throws InterruptedException, IOException {
      Redrive looking = new Redrive(context, request);
      try {
        if (fromFile != null) {
          try (DrainedFile file = DrainedFile.look(path(fromFile), request.selection())) {
            looking.look(file);
          }
        } else {
          try (Session session = broker.open();
              RedriveSource source = browsing(session)) {
            looking.look(source);
          }
        }
      } catch (BrokerException e) {
        throw QueueFailure.of(e);
      }
      return looking;
    }

    private RedriveSource browsing(Session session) throws BrokerException {
      return new RedriveSource.Queue(
          request.from(),
          Batches.browsing(
              session, request.from(), request.selection(), context.stop()::isRequested),
          timeout);
    }

    ExitCode redrive() throws InterruptedException, IOException {
      confirm();
      Redrive redrive = new Redrive(context, request);
      // From here on it says what it has done, also when it is stopped.
      try (Listening _ = context.stop().onRequest(() -> {});
          Session session = broker.open()) {
        if (fromFile == null) {
          guard(session);
        }
        try (RedriveSource source = source(session)) {
          try {
            redrive.run(session, source, expected());
          } finally {
            // Whatever ends it: these lines are known to nobody else.
            tellUnreadable(source);
          }
          report(redrive);
          return ended(redrive, source);
        }
      } catch (BrokerException e) {
        if (redrive.tally().redriven() > 0) {
          report(redrive);
        }
        throw failure(e, redrive);
      }
    }

    private void confirm() throws InterruptedException, IOException {
      if (yes) {
        return;
      }
      if (context.terminal()) {
        Redrive looking = looked();
        RedriveText text = text(looking);
        text.print(context.err());
        text.printStayed(context.err());
        text.printWarning(itself(), context.err());
        if (looking.tally().redriven() == 0) {
          return;
        }
        Question.confirm(
            context, Counted.of(looking.tally().redriven(), "message") + " will be redriven");
      } else {
        Question.confirm(context, "messages of '" + request.from() + "' would be redriven");
      }
    }

    /// Keeps a second redrive away, and those who would handle a message that is in our hands.
    private void guard(Session session) throws BrokerException, InterruptedException {
      try {
        session.reserve("stripebridge-redrive/" + request.from());
      } catch (BrokerException.Conflict e) {
        throw new CommandFailure(
            ExitCode.UNAVAILABLE,
            "cannot redrive '%s': another redrive of it is at work (%s)"
                .formatted(request.from(), e.getMessage()),
            "wait until it is done; one that was killed counts for a minute more");
      } catch (BrokerException.Refused e) {
        if (!request.selection().isEverything() && !force) {
          throw new CommandFailure(
              ExitCode.REFUSED,
              "cannot redrive '%s' by browsing: a second redrive could not be kept away: %s"
                  .formatted(request.from(), e.getMessage()),
              "use the client username stripe-bridge-operator of topology.yaml, or pass --force");
        }
        // Consumers share a queue's messages: two redrives do each message once.
        context.err().println("note: a second redrive would not be kept away: " + e.getMessage());
      }
      if (!request.selection().isEverything() && !force) {
        OtherConsumers.refuse(semp, request.from(), "redrive '" + request.from() + "' by browsing");
      }
    }

    private RedriveSource source(Session session) throws BrokerException, IOException {
      if (fromFile != null) {
        return DrainedFile.open(path(fromFile), request.selection());
      }
      if (!request.selection().isEverything()) {
        return browsing(session);
      }
      Batches batches =
          request.most() == Long.MAX_VALUE
              ? Batches.consuming(session, request.from(), context.stop()::isRequested)
              : Batches.consuming(
                  session, request.from(), request.most(), context.stop()::isRequested);
      return new RedriveSource.Queue(request.from(), batches, timeout);
    }

    private long expected() throws InterruptedException {
      boolean isKnown = fromFile == null && request.selection().isEverything();
      return isKnown
          ? Math.max(0, Math.min(request.most(), QueueDepth.of(semp, request.from())))
          : 0;
    }

    private void report(Redrive redrive) throws InterruptedException {
      RedriveText text = text(redrive);
      context
          .err()
          .println(
              (context.stop().isRequested() ? "stopped: " : "")
                  + (redrive.tally().redriven() == 0
                      ? "nothing was redriven"
                      : Counted.of(redrive.tally().redriven(), "message")
                          + (redrive.tally().redriven() == 1 ? " was" : " were")
                          + " redriven"));
      print(text, true);
      text.printStayed(context.err());
      if (yes) {
        text.printWarning(itself(), context.err());
      }
    }

    private void tellUnreadable(RedriveSource source) {
      if (source instanceof DrainedFile file) {
        file.unreadable().forEach(line -> context.err().println(line + "; it was left alone"));
      }
    }

    private ExitCode ended(Redrive redrive, RedriveSource source) throws InterruptedException {
      boolean isUnreadable = false;
      if (source instanceof DrainedFile file) {
        isUnreadable = !file.unreadable().isEmpty();
        if (file.doneBefore() > 0) {
          context
              .err()
              .println(
                  Counted.of(file.doneBefore(), "message") + " of it had been redriven before");
        }
      } else if (redrive.tally().redriven() == request.most()) {
        long depth = QueueDepth.of(semp, request.from());
        if (depth > 0) {
          context
              .err()
              .println(
                  "%s still on '%s'; --count or --all redrives more"
                      .formatted(
                          Counted.of(depth, "message") + (depth == 1 ? " is" : " are"),
                          request.from()));
        }
      }
      if (context.stop().isRequested()) {
        return ExitCode.INTERRUPTED;
      }
      return redrive.tally().stayedCount() > 0 || isUnreadable ? ExitCode.DIFFERENCES : ExitCode.OK;
    }

    private CommandFailure failure(BrokerException e, Redrive redrive) {
      if (e instanceof BrokerException.Refused && redrive.tally().stayedCount() > 0) {
        return new CommandFailure(
            ExitCode.REFUSED,
            String.valueOf(e.getMessage()),
            toQueue == null
                ? "the ACL profile of SOLACE_USERNAME has to let it publish there"
                : "queues take messages from the client username stripe-bridge-operator of"
                    + " topology.yaml: uncomment it, run 'stripebridge provision', and set"
                    + " SOLACE_USERNAME and SOLACE_PASSWORD");
      }
      return redrive.tally().redriven() == 0 ? QueueFailure.of(e) : QueueFailure.midway(e);
    }

    private RedriveText text(Redrive redrive) throws InterruptedException {
      AttractedQueues reach = AttractedQueues.read(toQueue == null ? semp : null);
      return new RedriveText(request, reach, redrive.tally());
    }
  }

  private Path path(String file) {
    return context.workingDirectory().resolve(file);
  }

  /// What was given to name the source, for a command to copy.
  private String itself() {
    return queue == null ? "--from-file " + fromFile : "--queue " + queue;
  }

  private void print(RedriveText text, boolean isDone) {
    if (output.format() == OutputFormat.TABLE) {
      text.print(context.out());
    } else {
      text.document(isDone).print(output.format(), context.out());
    }
  }
}
