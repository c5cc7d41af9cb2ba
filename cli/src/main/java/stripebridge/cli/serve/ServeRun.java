package stripebridge.cli.serve;

import java.time.Duration;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import stripebridge.cli.CliContext;
import stripebridge.cli.CommandFailure;
import stripebridge.cli.ExitCode;
import stripebridge.cli.Version;
import stripebridge.cli.inbox.OpenInbox;
import stripebridge.core.config.BrokerAddress;
import stripebridge.core.inbox.Inbox;
import stripebridge.core.inbox.InboxCounts;
import stripebridge.core.inbox.InboxException;
import stripebridge.service.BridgeService;
import stripebridge.service.capture.CaptureFolder;
import stripebridge.service.capture.CaptureFolderException;
import stripebridge.service.http.ListenException;
import stripebridge.service.inbox.InboxClock;
import stripebridge.service.inbox.redis.IdCapacity;
import stripebridge.service.inbox.redis.RedisInbox;
import stripebridge.service.telemetry.InboxReports;
import stripebridge.service.telemetry.LibraryLog;
import stripebridge.service.telemetry.LogEvent;
import stripebridge.service.telemetry.ServiceLog;
import stripebridge.service.telemetry.Trace;
import stripebridge.solace.messaging.SmfPublisher;

/// One run of the bridge: opens the inbox, starts the service, waits, and stops it.
final class ServeRun {
  private static final Duration FAILURE_CHECK_INTERVAL = Duration.ofMillis(500);
  // With one check and the last answers, the process ends within 5 seconds.
  private static final Duration FAILED_STOP_MAX = Duration.ofSeconds(3);

  private final CliContext context;
  private final ServeSetup setup;

  ServeRun(CliContext context, ServeSetup setup) {
    this.context = context;
    this.setup = setup;
  }

  /// Serves until Ctrl-C or SIGTERM.
  ///
  /// @throws CommandFailure when the inbox or a port cannot be opened, or the inbox is lost
  @SuppressWarnings("try") // A lost inbox is closed early, to learn what it saved.
  ExitCode run() throws InterruptedException {
    context.stop().expect();
    // From here on: a SIGHUP that comes before the files are watched must not end the process.
    context.reload().expect();
    InboxClock clock = InboxClock.startingNow(context.clock());
    Optional<Throwable> failure;
    try (ServiceLog log = new ServiceLog(setup.config().log(), context.out(), context.clock())) {
      LibraryLog.takeOver(log, setup.config().log().level());
      logSetup(log);
      try (Inbox inbox =
          OpenInbox.forService(context, setup.config(), clock, new InboxReports(log))) {
        logInboxRisks(inbox, log);
        SmfPublisher publisher = new SmfPublisher(setup.config().solace());
        BridgeService service = start(inbox, publisher, log, clock);
        try (Reloads _ =
            Reloads.start(context, setup, new Reloads.Running(service, publisher, inbox, log))) {
          sayListening(service, log);
          failure = awaitEnd(service);
        }
        failure.ifPresent(why -> logFailure(why, log));
        say(failure.isPresent() ? "stopping: a part of the bridge has died" : "stopping");
        sayWhatIsLeft(service.stop(timeToStop(failure.isPresent())));
        if (inbox.outage().isPresent()) {
          // Closing the inbox saves what a lost file contained, and may fail; that must be
          // reported.
          inbox.close();
          failure = failure.or(inbox::failure);
        }
      }
    }
    if (failure.isPresent() && failure.get() instanceof InboxException lost) {
      throw new CommandFailure(ExitCode.BUG, String.valueOf(lost.getMessage()), hint(lost));
    }
    if (failure.isPresent()) {
      // Not passed as the cause: its message may quote an event.
      throw new IllegalStateException(
          "serve stopped because an essential part of it died; the next start publishes what waits"
              + " in the inbox; the part died of "
              + Trace.of(failure.get()));
    }
    return ExitCode.OK;
  }

  private void sayListening(BridgeService service, ServiceLog log) {
    say("the inbox is " + OpenInbox.place(context, setup.config().inbox()));
    say("listening on " + setup.webhookUrl(service.port()));
    log.log(
        LogEvent.SERVICE_LISTENING,
        "url",
        setup.webhookUrl(service.port()),
        "admin_url",
        setup.url(service.adminPort()));
  }

  private static @Nullable String hint(InboxException lost) {
    return switch (lost) {
      case InboxException.Unavailable unavailable -> unavailable.hint().orElse(null);
      case InboxException.Unusable unusable -> unusable.hint();
    };
  }

  private static void logFailure(Throwable failure, ServiceLog log) {
    if (failure instanceof InboxException) {
      log.log(LogEvent.INBOX_LOST, "cause", String.valueOf(failure.getMessage()));
    } else {
      log.log(LogEvent.BUG, "what", "a part of the bridge has died", "trace", Trace.of(failure));
    }
  }

  /// Waits for a stop request, or until a part dies. A process without its relay or its inbox looks
  /// alive and does nothing.
  private Optional<Throwable> awaitEnd(BridgeService service) {
    while (!context.stop().await(FAILURE_CHECK_INTERVAL)) {
      Optional<Throwable> failure = service.failure();
      if (failure.isPresent()) {
        return failure;
      }
    }
    return Optional.empty();
  }

  private Duration timeToStop(boolean hasFailed) {
    Duration max = setup.config().relay().shutdownMax();
    return hasFailed && max.compareTo(FAILED_STOP_MAX) > 0 ? FAILED_STOP_MAX : max;
  }

  private void logSetup(ServiceLog log) {
    setup
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
        OpenInbox.place(context, setup.config().inbox()),
        "broker",
        setup.config().solace().addresses().stream()
            .map(BrokerAddress::toString)
            .collect(Collectors.joining(",")),
        "vpn",
        setup.config().solace().vpn(),
        "topology",
        setup.topology().name(),
        "routes",
        setup.routes().routes().size());
  }

  private static void logInboxRisks(Inbox inbox, ServiceLog log) {
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

  private BridgeService start(
      Inbox inbox, SmfPublisher publisher, ServiceLog log, InboxClock clock) {
    try {
      return BridgeService.start(
          new BridgeService.Parts(
              setup.config(),
              setup.routes(),
              Version.text(),
              ReplicaName.of(setup.config().inbox(), context.environment()),
              inbox,
              publisher,
              setup.tls(),
              captures(),
              log,
              clock));
    } catch (CaptureFolderException e) {
      throw CommandFailure.usage(String.valueOf(e.getMessage()), e.hint());
    } catch (ListenException e) {
      throw new CommandFailure(ExitCode.UNAVAILABLE, String.valueOf(e.getMessage()), e.hint());
    }
  }

  private Optional<CaptureFolder> captures() throws CaptureFolderException {
    Optional<String> folder = setup.config().capture().folder();
    return folder.isEmpty()
        ? Optional.empty()
        : Optional.of(
            CaptureFolder.open(context.workingDirectory().resolve(folder.get()).normalize()));
  }

  private void sayWhatIsLeft(BridgeService.Left left) {
    String counts =
        left.counts()
            .map(ServeRun::counted)
            .orElse("the inbox could not be counted; nothing in it is lost");
    int unanswered = left.unanswered().total();
    say(
        "stopped: "
            + counts
            + (unanswered == 0
                ? ""
                : "; "
                    + unanswered
                    + " of them may be on the broker already; the next start sends them again"));
  }

  private static String counted(InboxCounts counts) {
    return "%d waiting and %d parked in the inbox".formatted(counts.waiting(), counts.parked());
  }

  private void say(String line) {
    context.err().println("stripebridge: " + line);
  }
}
