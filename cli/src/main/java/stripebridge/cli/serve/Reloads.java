package stripebridge.cli.serve;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import stripebridge.cli.CliContext;
import stripebridge.cli.option.InputFile;
import stripebridge.core.config.BridgeConfig;
import stripebridge.core.config.InboxSettings;
import stripebridge.core.config.ReloadableConfig;
import stripebridge.core.config.ReloadableConfig.Outcome;
import stripebridge.core.config.Secret;
import stripebridge.core.config.Setting;
import stripebridge.core.config.SettingGroup;
import stripebridge.core.config.Settings;
import stripebridge.core.config.Sources.SettingFiles.Content;
import stripebridge.core.config.TlsIdentity;
import stripebridge.core.finding.RoutePermissions;
import stripebridge.core.inbox.Inbox;
import stripebridge.core.problem.Problem;
import stripebridge.core.problem.ProblemsException;
import stripebridge.core.reload.WatchedContent;
import stripebridge.core.routing.TopicTemplate;
import stripebridge.core.tls.TlsFileException;
import stripebridge.core.topology.model.Topology;
import stripebridge.core.topology.yaml.TopologyReader;
import stripebridge.service.BridgeService;
import stripebridge.service.http.ServerTls;
import stripebridge.service.inbox.redis.RedisInbox;
import stripebridge.service.telemetry.LogEvent;
import stripebridge.service.telemetry.Metrics;
import stripebridge.service.telemetry.ServiceLog;
import stripebridge.service.telemetry.Trace;
import stripebridge.solace.messaging.SmfPublisher;

/// Reads the files of settings, of the certificate and of the topology again and again, and on
/// SIGHUP at once, and puts into effect what has changed. What cannot be used is logged and
/// counted; what was in effect stays.
final class Reloads implements AutoCloseable {
  /// Stores take a minute or so to deliver a secret: more often gains nothing.
  private static final Duration INTERVAL = Duration.ofSeconds(10);

  /// Between the two readings after a SIGHUP: long enough for a writer to write on.
  private static final Duration PAUSE = Duration.ofMillis(200);

  /// The certificate and its key are one to metrics.
  private static final String CERTIFICATE = Settings.APP_TLS_CERT_PATH.name();

  private final CliContext context;
  private final ReloadableConfig config;
  private final Running running;
  private final @Nullable String topologyFile;
  private final WatchedContent<Content> topology;
  private final WatchedContent<CertificateFiles> certificate;

  /// The paths at the start; null without TLS, or when the files cannot be read again.
  private final TlsIdentity.@Nullable Pem certificatePaths;

  private final Thread thread;
  private volatile boolean isClosed;

  /// What a change is put into.
  record Running(BridgeService service, SmfPublisher publisher, Inbox inbox, ServiceLog log) {}

  private Reloads(CliContext context, ServeSetup setup, Running running) {
    this.context = context;
    this.config = setup.reloadable();
    this.running = running;
    this.topologyFile = setup.topologyFile().orElse(null);
    this.topology = new WatchedContent<>(new Content.Text(new Secret(setup.topologyText())));
    this.certificatePaths =
        setup.certificate().isPresent()
                && setup.config().http().identity() instanceof TlsIdentity.Pem pem
            ? pem
            : null;
    this.certificate = new WatchedContent<>(setup.certificate().orElse(CertificateFiles.NONE));
    this.thread = Thread.ofPlatform().daemon().name("reloads").unstarted(this::run);
  }

  /// Reads files again from now on.
  static Reloads start(CliContext context, ServeSetup setup, Running running) {
    Reloads reloads = new Reloads(context, setup, running);
    running.service().metrics().beginReloads(reloads.names(), reloads.topologyFile != null);
    reloads.thread.start();
    return reloads;
  }

  /// The settings that come from files.
  private List<String> names() {
    Stream<String> own = config.settingsFromFiles().stream().map(Setting::name);
    return config.current().http().identity() instanceof TlsIdentity.Pem
        ? Stream.concat(own, Stream.of(CERTIFICATE)).toList()
        : own.toList();
  }

  private void run() {
    try {
      Duration next = INTERVAL;
      while (!isClosed) {
        // A content counts when it is read twice.
        boolean isRequested = context.reload().await(next);
        if (isRequested) {
          config.judgeAnew();
          topology.judgeAnew();
          certificate.judgeAnew();
        }
        next = isRequested ? PAUSE : INTERVAL;
        try {
          readAgain();
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
          // One reading must not be the last.
          running.log().log(
              LogEvent.BUG, "what", "reading files again failed", "trace", Trace.of(e));
        }
      }
    } catch (InterruptedException _) {
      // Closed.
    }
  }

  private void readAgain() {
    BridgeConfig before = config.current();
    for (Outcome outcome : config.readAgain()) {
      switch (outcome) {
        case Outcome.Taken(List<String> _, List<Setting<?>> settings) ->
            settings.forEach(setting -> use(setting, before));
        case Outcome.Kept(String path, List<Setting<?>> settings, List<Problem> problems) ->
            settings.forEach(setting -> keep(setting, path, problems));
      }
    }
    readCertificate();
    readTopology();
    sayWhatIsRejected();
  }

  /// The next start would refuse these files, however long ago they were rejected.
  private void sayWhatIsRejected() {
    Metrics metrics = running.service().metrics();
    Set<Setting<?>> rejected = config.rejectedSettings();
    config
        .settingsFromFiles()
        .forEach(
            setting -> metrics.secretReloadRejected(setting.name(), rejected.contains(setting)));
    if (config.current().http().identity() instanceof TlsIdentity.Pem) {
      metrics.secretReloadRejected(CERTIFICATE, certificate.isRejected());
    }
    if (topologyFile != null) {
      metrics.routesReloadRejected(topology.isRejected());
    }
  }

  // ---- Settings

  private void use(Setting<?> setting, BridgeConfig before) {
    BridgeConfig now = config.current();
    String from = "the next start";
    if (setting.equals(Settings.STRIPE_WEBHOOK_SECRET)) {
      running.service().useSecrets(now.webhook().secrets());
      from = "the next webhook";
    } else if (setting.group() == SettingGroup.SOLACE) {
      running.publisher().use(now.solace());
      // Another user may be allowed what the former was not.
      topology.judgeAnew();
      from = "the next connection";
    } else if (running.inbox() instanceof RedisInbox redis
        && setting.equals(Settings.REDIS_URL)
        && before.inbox() instanceof InboxSettings.Shared old
        && now.inbox() instanceof InboxSettings.Shared shared
        && old.url().isSamePlaceAs(shared.url())) {
      redis.useLogin(shared.url());
      from = "the next connection";
    }
    running.log().log(
        LogEvent.SETTING_RELOADED,
        "setting",
        setting.name(),
        "value",
        shown(setting),
        "used_from",
        from);
  }

  /// Secrets are masked, so of several only their number and their labels are seen.
  private String shown(Setting<?> setting) {
    return config.shown(setting);
  }

  private void keep(Setting<?> setting, String path, List<Problem> problems) {
    running.service().metrics().secretReloadFailed(setting.name());
    running.log().log(
        LogEvent.SETTING_NOT_RELOADED,
        "setting",
        setting.name(),
        "file",
        path,
        "problem",
        text(problems));
  }

  private static String text(List<Problem> problems) {
    return problems.stream()
        .map(problem -> problem.where() + ": " + problem.what())
        .collect(Collectors.joining("; "));
  }

  // ---- The certificate

  private void readCertificate() {
    TlsIdentity.Pem pem = certificatePaths;
    if (pem == null) {
      return;
    }
    certificate
        .read(CertificateFiles.again(context, pem))
        .ifPresent(files -> {
          try {
            ServerTls tls = files.tls(pem);
            certificate.accept(files);
            running.service().useCertificate(tls);
            running.log().log(
                LogEvent.CERTIFICATE_RELOADED, "expires_at", tls.expiresAt().toString());
          } catch (TlsFileException e) {
            certificate.reject(files);
            running.service().metrics().secretReloadFailed(CERTIFICATE);
            running.log().log(
                LogEvent.CERTIFICATE_NOT_RELOADED, "problem", String.valueOf(e.getMessage()));
          }
        });
  }

  // ---- The topology

  private void readTopology() {
    String name = topologyFile;
    if (name == null) {
      return;
    }
    topology
        .read(InputFile.readAgain(context, name))
        .ifPresent(content -> useTopology(name, content));
  }

  private void useTopology(String name, Content content) {
    Optional<Topology> read =
        switch (content) {
          case Content.Text(Secret text) -> read(name, text.reveal());
          case Content.Unreadable(String reason) -> {
            keepRoutes(name, "cannot be read: " + reason);
            yield Optional.empty();
          }
        };
    if (read.isEmpty()) {
      topology.reject(content);
      return;
    }
    Topology next = read.get();
    List<TopicTemplate> later = running.service().useRoutes(next.routing());
    topology.accept(content);
    List<Object> fields =
        new ArrayList<>(List.of("file", name, "routes", next.routing().routes().size()));
    if (!later.isEmpty()) {
      fields.add("other_order_from_the_next_start");
      fields.add(later.stream().map(TopicTemplate::text).collect(Collectors.joining(",")));
    }
    running.log().log(LogEvent.ROUTES_RELOADED, fields.toArray());
  }

  /// The topology, if its routes can be used.
  private Optional<Topology> read(String name, String text) {
    try {
      Topology next = TopologyReader.read(name, text);
      List<String> forbidden = new ArrayList<>(forbidden(next));
      forbidden.removeAll(forbiddenAlready());
      if (forbidden.isEmpty()) {
        return Optional.of(next);
      }
      keepRoutes(
          name,
          "its own ACL profile forbids %s to publish to %s"
              .formatted(config.current().solace().username(), String.join(", ", forbidden)));
    } catch (ProblemsException e) {
      keepRoutes(name, text(e.problems()));
    }
    return Optional.empty();
  }

  private List<String> forbidden(Topology topology) {
    return RoutePermissions.forbidden(topology, config.current().solace().username());
  }

  /// What the routes in effect lack as well does not speak for them.
  private List<String> forbiddenAlready() {
    try {
      return topology.inEffect() instanceof Content.Text(Secret text)
          ? forbidden(TopologyReader.read("the topology in effect", text.reveal()))
          : List.of();
    } catch (ProblemsException _) {
      // It was read before.
      return List.of();
    }
  }

  private void keepRoutes(String name, String problem) {
    running.service().metrics().routesReloadFailed();
    running.log().log(LogEvent.ROUTES_NOT_RELOADED, "file", name, "problem", problem);
  }

  @Override
  public void close() {
    isClosed = true;
    thread.interrupt();
  }
}
