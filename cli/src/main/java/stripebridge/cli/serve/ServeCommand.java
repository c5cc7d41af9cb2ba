package stripebridge.cli.serve;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import stripebridge.cli.CliContext;
import stripebridge.cli.CommandFailure;
import stripebridge.cli.ExitCode;
import stripebridge.cli.Version;
import stripebridge.cli.inbox.OpenInbox;
import stripebridge.cli.option.SettingOptions;
import stripebridge.cli.option.TopologyFile;
import stripebridge.core.config.BridgeConfig;
import stripebridge.core.config.BrokerAddress;
import stripebridge.core.config.ConfigReader;
import stripebridge.core.config.HttpSettings;
import stripebridge.core.config.SettingGroup;
import stripebridge.core.config.TlsIdentity;
import stripebridge.core.inbox.Inbox;
import stripebridge.core.inbox.InboxCounts;
import stripebridge.core.inbox.InboxException;
import stripebridge.core.problem.Problems;
import stripebridge.core.problem.ProblemsException;
import stripebridge.core.routing.RoutingTable;
import stripebridge.core.tls.TlsFileException;
import stripebridge.service.BridgeService;
import stripebridge.service.http.ListenException;
import stripebridge.service.http.ServerTls;
import stripebridge.service.inbox.InboxClock;
import stripebridge.service.inbox.redis.IdCapacity;
import stripebridge.service.inbox.redis.RedisInbox;
import stripebridge.service.telemetry.InboxReports;
import stripebridge.service.telemetry.LibraryLog;
import stripebridge.service.telemetry.LogEvent;
import stripebridge.service.telemetry.ServiceLog;
import stripebridge.service.telemetry.Trace;
import stripebridge.solace.messaging.SmfPublisher;

/// `stripebridge serve`: the bridge itself, as a process that runs until it is stopped.
@Command(
    name = "serve",
    description = "Take webhooks and publish their events, until Ctrl-C or SIGTERM.",
    footer = {
      "",
      "A webhook is answered 200 once its event is in the inbox; from there it is",
      "published as soon as the broker takes it, however long that is. Standard output is",
      "the log, a line an occurrence. Stopping answers webhooks with 503, waits for what",
      "is on its way to the broker, and leaves the rest in the inbox for the next start.",
      "",
      "Examples:",
      "  stripebridge serve",
      "  stripebridge serve --app-port 9090 --log-format text"
    })
public final class ServeCommand implements Callable<Integer> {
  private static final Set<SettingGroup> SUBJECTS =
      EnumSet.of(
          SettingGroup.WEBHOOK,
          SettingGroup.MESSAGE,
          SettingGroup.SOLACE,
          SettingGroup.HTTP,
          SettingGroup.LOG,
          SettingGroup.INBOX,
          SettingGroup.RELAY);

  private static final Duration FAILURE_LOOK_INTERVAL = Duration.ofMillis(500);
  // With what a look and the last answers take, the process ends within 5 seconds.
  private static final Duration FAILED_STOP_MAX = Duration.ofSeconds(3);

  @Option(
      names = "--topology",
      paramLabel = "FILE",
      description =
          "Take the routes from this file; else from topology.yaml, else the shipped ones.")
  private @Nullable String topology;

  private final CliContext context;
  private final SettingOptions settings =
      SettingOptions.ofSubjects(SUBJECTS.toArray(SettingGroup[]::new));

  private ServeCommand(CliContext context) {
    this.context = context;
  }

  /// The command with the options of the settings it needs.
  public static CommandLine composed(CliContext context) {
    ServeCommand command = new ServeCommand(context);
    return command.settings.addTo(new CommandLine(command));
  }

  @Override
  @SuppressWarnings("try") // A lost inbox is closed before its block ends, to tell what it saved.
  public Integer call() throws InterruptedException {
    Given given = read();
    context.stop().expect();
    InboxClock clock = InboxClock.startingNow(context.clock());
    Optional<Throwable> failure;
    try (ServiceLog log = new ServiceLog(given.config().log(), context.out(), context.clock())) {
      LibraryLog.takeOver(log, given.config().log().level());
      tellWhatIsGiven(given, log);
      try (Inbox inbox =
          OpenInbox.forService(context, given.config(), clock, new InboxReports(log))) {
        tellWhatMayBeLost(inbox, log);
        BridgeService service = start(given, inbox, log, clock);
        tell("the inbox is " + OpenInbox.place(context, given.config().inbox()));
        tell("listening on " + url(given, service.port()) + given.config().http().webhookPath());
        log.log(
            LogEvent.SERVICE_LISTENING,
            "url",
            url(given, service.port()) + given.config().http().webhookPath(),
            "admin_url",
            url(given, service.adminPort()));
        failure = awaitEnd(service);
        failure.ifPresent(why -> tellWhyItEnds(why, log));
        tell(failure.isPresent() ? "stopping: a part of the bridge has died" : "stopping");
        tellWhatIsLeft(service.stop(timeToStop(given, failure.isPresent())));
        if (inbox.outage().isPresent()) {
          // What a lost file held is saved as the inbox closes, and has to be told.
          inbox.close();
          failure = failure.or(inbox::failure);
        }
      }
    }
    if (failure.isPresent() && failure.get() instanceof InboxException lost) {
      throw new CommandFailure(ExitCode.BUG, String.valueOf(lost.getMessage()), hint(lost));
    }
    if (failure.isPresent()) {
      // Not as the cause: what it says may quote an event.
      throw new IllegalStateException(
          "serve has ended itself: a part that it cannot work without has died; what waits in the"
              + " inbox is published by the next start; it died of "
              + Trace.of(failure.get()));
    }
    return ExitCode.OK.value();
  }

  private static @Nullable String hint(InboxException lost) {
    return switch (lost) {
      case InboxException.Unavailable unavailable -> unavailable.hint().orElse(null);
      case InboxException.Unusable unusable -> unusable.hint();
    };
  }

  private static void tellWhyItEnds(Throwable failure, ServiceLog log) {
    if (failure instanceof InboxException) {
      log.log(LogEvent.INBOX_LOST, "cause", String.valueOf(failure.getMessage()));
    } else {
      log.log(LogEvent.BUG, "what", "a part of the bridge has died", "trace", Trace.of(failure));
    }
  }

  /// Waits until it is to stop, or until a part has died. A process that goes on without its relay
  /// or without its inbox looks alive, and does nothing.
  private Optional<Throwable> awaitEnd(BridgeService service) {
    while (!context.stop().await(FAILURE_LOOK_INTERVAL)) {
      Optional<Throwable> failure = service.failure();
      if (failure.isPresent()) {
        return failure;
      }
    }
    return Optional.empty();
  }

  private static Duration timeToStop(Given given, boolean hasFailed) {
    Duration max = given.config().relay().shutdownMax();
    return hasFailed && max.compareTo(FAILED_STOP_MAX) > 0 ? FAILED_STOP_MAX : max;
  }

  /// All that was set, found legal, before anything is opened.
  private record Given(BridgeConfig config, RoutingTable routes, Optional<ServerTls> tls) {}

  private Given read() {
    Problems problems = new Problems();
    ConfigReader reader = settings.reader(context);
    Optional<BridgeConfig> config = tried(problems, () -> reader.read(SUBJECTS));
    Optional<RoutingTable> routes =
        tried(problems, () -> TopologyFile.read(context, topology).routing());
    Optional<ServerTls> tls =
        config
            .map(BridgeConfig::http)
            .flatMap(http -> tried(problems, () -> tls(http)))
            .flatMap(found -> found);
    problems.throwIfAny("the configuration");
    return new Given(config.orElseThrow(), routes.orElseThrow(), tls);
  }

  private static <T> Optional<T> tried(Problems problems, Callable<T> reading) {
    try {
      return Optional.of(reading.call());
    } catch (ProblemsException e) {
      problems.addAll(e.problems());
      return Optional.empty();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("reading throws nothing else", e);
    }
  }

  private Optional<ServerTls> tls(HttpSettings http) {
    if (!(http.identity() instanceof TlsIdentity.Pem pem)) {
      return Optional.empty();
    }
    try {
      return Optional.of(ServerTls.of(pem, context.workingDirectory()));
    } catch (TlsFileException e) {
      Problems problems = new Problems();
      problems.add("APP_TLS_CERT_PATH, APP_TLS_KEY_PATH", String.valueOf(e.getMessage()));
      throw new ProblemsException("the configuration", problems.found());
    }
  }

  private void tellWhatIsGiven(Given given, ServiceLog log) {
    given
        .config()
        .warnings()
        .forEach(warning ->
            log.log(
                LogEvent.SETTING_WARNING, "setting", warning.where(), "warning", warning.what()));
    log.log(
        LogEvent.SERVICE_STARTING,
        "version",
        Version.text(),
        "inbox",
        OpenInbox.place(context, given.config().inbox()),
        "broker",
        given.config().solace().addresses().stream()
            .map(BrokerAddress::toString)
            .collect(Collectors.joining(",")),
        "vpn",
        given.config().solace().vpn(),
        "routes",
        given.routes().routes().size());
  }

  private static void tellWhatMayBeLost(Inbox inbox, ServiceLog log) {
    if (inbox instanceof RedisInbox redis) {
      redis.warnings().forEach(warning -> log.log(LogEvent.INBOX_RISK, "warning", warning));
      IdCapacity capacity = redis.idCapacity();
      log.log(
          LogEvent.INBOX_ID_MEMORY,
          "bytes_per_id",
          IdCapacity.BYTES_PER_ID,
          "remembered_s",
          capacity.memory().toSeconds(),
          "bytes_per_event_per_second",
          capacity.bytesPerEventPerSecond(),
          "maxmemory_bytes",
          capacity.isLimited() ? capacity.bytesMax() : "unlimited",
          "events_per_second_max",
          capacity.isLimited() ? capacity.eventsPerSecondMax() : "unlimited");
    }
  }

  private BridgeService start(Given given, Inbox inbox, ServiceLog log, InboxClock clock) {
    try {
      return BridgeService.start(
          new BridgeService.Parts(
              given.config(),
              given.routes(),
              Version.text(),
              inbox,
              new SmfPublisher(given.config().solace()),
              given.tls(),
              log,
              clock));
    } catch (ListenException e) {
      throw new CommandFailure(ExitCode.UNAVAILABLE, String.valueOf(e.getMessage()), e.hint());
    }
  }

  private static String url(Given given, int port) {
    String scheme = given.tls().isPresent() ? "https" : "http";
    String host = given.config().http().host();
    return scheme + "://" + (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }

  private void tellWhatIsLeft(BridgeService.Left left) {
    String counts =
        left.counts()
            .map(ServeCommand::counted)
            .orElse("the inbox could not say what it holds; it is all there");
    int unanswered = left.unanswered().total();
    tell(
        "stopped: "
            + counts
            + (unanswered == 0
                ? ""
                : "; " + unanswered + " of them may be on the broker already, and are sent again"));
  }

  private static String counted(InboxCounts counts) {
    return "%d waiting and %d parked in the inbox".formatted(counts.waiting(), counts.parked());
  }

  private void tell(String line) {
    context.err().println("stripebridge: " + line);
  }
}
