package stripebridge.cli.validate;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import javax.net.ssl.SSLContext;
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
import stripebridge.cli.StopRequest;
import stripebridge.cli.admin.AdminAccess;
import stripebridge.cli.option.AppUrlOptions;
import stripebridge.cli.option.SettingOptions;
import stripebridge.cli.option.TopologyFile;
import stripebridge.cli.output.ConfirmationPrompt;
import stripebridge.cli.output.Ink;
import stripebridge.core.broker.BrokerAdmin;
import stripebridge.core.config.BridgeConfig;
import stripebridge.core.config.HttpSettings;
import stripebridge.core.config.SettingGroup;
import stripebridge.core.config.Settings;
import stripebridge.core.config.TlsIdentity;
import stripebridge.core.config.ValidateSettings;
import stripebridge.core.topology.model.Topology;
import stripebridge.service.telemetry.LibraryLog;
import stripebridge.solace.admin.SempOptions;
import stripebridge.solace.messaging.SmfQueues;
import stripebridge.stripe.webhook.ServiceTrust;
import stripebridge.stripe.webhook.WebhookPoster;

/// `stripebridge validate`: proves that the whole pipeline works.
@Command(
    name = "validate",
    description = "Post events of its own, and follow them through the whole pipeline.",
    footer = {
      "",
      "Checks health, the topology, that each type's event comes once to each of its",
      "queues and to no other, duplicates, forged webhooks, the DMQ, and that all",
      "counters agree. It looks for its own event ids, evt_e2e_…, and takes out its own",
      "messages only. It refuses to run where consumers would get them. The exit code",
      "is 3 when a check fails; docs/validate.md says what each one means.",
      "",
      "With --sandbox it starts a broker and a bridge of its own, on free ports and for",
      "as long as it runs, whatever .env and the environment say.",
      "",
      "Examples:",
      "  stripebridge validate --sandbox",
      "  stripebridge validate --app-url https://hooks.example.com",
      "  stripebridge validate --report junit=validate.xml md=validate.md"
    })
public final class ValidateCommand implements Callable<Integer> {
  private static final Set<SettingGroup> SUBJECTS =
      EnumSet.of(
          SettingGroup.WEBHOOK,
          SettingGroup.MESSAGE,
          SettingGroup.SOLACE,
          SettingGroup.HTTP,
          SettingGroup.VALIDATE);

  @Option(
      names = "--sandbox",
      description = "Validate a broker and a bridge in this process, and nothing else.")
  private boolean sandbox;

  @Option(
      names = "--types",
      split = ",",
      paramLabel = "TYPE",
      description = "Try these event types; else each that is routed, and one that is not.")
  private List<String> types = List.of();

  @Option(
      names = "--admin-url",
      paramLabel = "URL",
      description =
          "Base URL of /health, /ready and /metrics, once for each replica: counters are added up;"
              + " else that of --app-url.")
  private List<String> adminUrls = List.of();

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description = "Wait so long for each message; else E2E_CONSUME_TIMEOUT_SECONDS.")
  private @Nullable Double timeoutSeconds;

  @Option(
      names = "--with-consumers",
      description = "Run also where consumers are bound to the queues; they get our messages.")
  private boolean withConsumers;

  @Option(names = "--no-semp", description = "Do without SEMP, and say what could not be checked.")
  private boolean noSemp;

  @Option(
      names = "--drain",
      description = "Remove all messages from the queues before, but for the DMQ's.")
  private boolean drain;

  @Option(names = "--yes", description = "Do not ask before messages are removed.")
  private boolean yes;

  @Option(
      names = "--report",
      arity = "1..3",
      paramLabel = "FORMAT=FILE",
      description = "Write a report, too: junit, json or md. Can be repeated.")
  private Map<String, String> reports = Map.of();

  @Option(
      names = "--topology",
      paramLabel = "FILE",
      description =
          "Take queues and routes from this file; else from topology.yaml, else the shipped ones.")
  private @Nullable String topologyFile;

  @Mixin private AppUrlOptions app;
  @Spec private CommandSpec spec;

  private final CliContext context;
  private final SettingOptions settings =
      SettingOptions.ofSubjects(
          SettingGroup.VALIDATE, SettingGroup.WEBHOOK, SettingGroup.SOLACE, SettingGroup.SEMP);

  private ValidateCommand(CliContext context) {
    this.context = context;
  }

  /// The command with the options of the settings it needs.
  public static CommandLine composed(CliContext context) {
    ValidateCommand command = new ValidateCommand(context);
    return command.settings.addTo(new CommandLine(command));
  }

  @Override
  public Integer call() throws InterruptedException {
    checkOptions();
    LibraryLog.silence();
    Topology topology = TopologyFile.read(context, topologyFile);
    Thread validating = Thread.currentThread();
    try (ReportFiles files = ReportFiles.open(reportFiles());
        StopRequest.Listening _ = context.stop().onRequest(validating::interrupt)) {
      Report report = sandbox ? inSandbox(topology) : asConfigured(topology);
      files.write(report);
      return (report.isPassed() ? ExitCode.OK : ExitCode.DIFFERENCES).value();
    } catch (InterruptedException _) {
      throw new CommandFailure(
          ExitCode.INTERRUPTED, "stopped: what was posted is not removed from all queues", null);
    }
  }

  private Report inSandbox(Topology topology) throws InterruptedException {
    refuseWhatSandboxBrings();
    ValidateSettings validate =
        settings.readerOfFlags(context).read(EnumSet.of(SettingGroup.VALIDATE)).validate();
    context
        .err()
        .println("note: --sandbox brings a broker and a bridge; .env and settings are not read");
    try (SandboxPipeline pipeline = SandboxPipeline.start(context, topology);
        WebhookPoster poster = new WebhookPoster()) {
      return run(
          topology,
          pipeline.config(),
          validate,
          "a sandbox on free ports",
          pipeline.url(),
          List.of(pipeline.url()),
          poster);
    }
  }

  /// The pipeline of the settings cannot be meant beside the sandbox's.
  private void refuseWhatSandboxBrings() {
    Set<String> own =
        Set.copyOf(Settings.of(SettingGroup.VALIDATE).stream().map(it -> it.option()).toList());
    settings.given().stream()
        .filter(option -> !own.contains(option))
        .findFirst()
        .ifPresent(option -> {
          throw wrong(option + " does not go with --sandbox, which brings what it needs");
        });
    for (String option : List.of("--app-url", "--admin-url")) {
      if (isGiven(option)) {
        throw wrong(option + " does not go with --sandbox, which brings what it needs");
      }
    }
  }

  private boolean isGiven(String option) {
    return spec.commandLine().getParseResult().hasMatchedOption(option);
  }

  private Report asConfigured(Topology topology) throws InterruptedException {
    Set<SettingGroup> needed = EnumSet.copyOf(SUBJECTS);
    if (!noSemp) {
      needed.add(SettingGroup.SEMP);
    }
    BridgeConfig config = settings.reader(context).read(needed);
    URI url = app.base(config.http());
    List<URI> replicas = replicas(url, config.http());
    confirm(config);
    try (WebhookPoster poster = new WebhookPoster(tls(config.http()))) {
      return run(
          topology,
          config,
          config.validate(),
          url + " and message VPN " + config.solace().vpn(),
          url,
          replicas,
          poster);
    }
  }

  private Report run(
      Topology topology,
      BridgeConfig config,
      ValidateSettings validate,
      String target,
      URI url,
      List<URI> replicas,
      WebhookPoster poster)
      throws InterruptedException {
    Duration awaitMax =
        timeoutSeconds == null
            ? validate.awaitMax()
            : Duration.ofMillis((long) (timeoutSeconds * 1_000));
    ValidateRequest setup =
        new ValidateRequest(
            target,
            AppUrlOptions.webhooks(url, config.http()),
            replicas,
            config.webhook().secrets().getFirst().secret(),
            validate.accountId(),
            config.solace().username(),
            awaitMax,
            config.message().timeToLive().toMillis(),
            topology,
            types,
            withConsumers,
            drain
                ? ValidateRequest.Drain.ALL
                : validate.drainsFirst()
                    ? ValidateRequest.Drain.SYNTHETIC
                    : ValidateRequest.Drain.NOTHING);
    LiveText text = new LiveText(context.out(), new Ink(context.color()));
    SmfQueues queues = new SmfQueues(config.solace());
    try (Admin admin = noSemp ? Admin.NONE : new Admin(admin(config, awaitMax))) {
      return new Validation(setup, admin.port(), queues, poster, context.clock(), text).run();
    } catch (IllegalArgumentException e) {
      throw wrong("--types: " + e.getMessage());
    }
  }

  /// An administrator, or none.
  private record Admin(@Nullable BrokerAdmin port) implements AutoCloseable {
    static final Admin NONE = new Admin(null);

    @Override
    public void close() {
      if (port != null) {
        port.close();
      }
    }
  }

  private static BrokerAdmin admin(BridgeConfig config, Duration awaitMax) {
    return AdminAccess.open(config.semp(), new SempOptions(awaitMax, awaitMax, 0));
  }

  private List<URI> replicas(URI url, HttpSettings http) {
    if (!adminUrls.isEmpty()) {
      List<URI> given = new ArrayList<>();
      adminUrls.forEach(text -> given.add(adminUrl(text)));
      return given;
    }
    // A bridge on this machine may have moved them.
    boolean isMoved =
        !isGiven("--app-url")
            && http.admin() instanceof HttpSettings.Admin.OwnPort(int port)
            && port != 0;
    return isMoved && http.admin() instanceof HttpSettings.Admin.OwnPort(int port)
        ? List.of(URI.create(url.getScheme() + "://" + url.getHost() + ":" + port))
        : List.of(url);
  }

  private URI adminUrl(String text) {
    try {
      URI uri = new URI(text.replaceFirst("/+$", ""));
      if (Set.of("http", "https").contains(String.valueOf(uri.getScheme()))
          && uri.getHost() != null
          && uri.getQuery() == null) {
        return uri;
      }
    } catch (URISyntaxException _) {
      // Said below.
    }
    throw wrong("--admin-url takes an http:// or https:// URL of a host");
  }

  /// A bridge on this machine is trusted by the certificate that it was given.
  private @Nullable SSLContext tls(HttpSettings http) {
    if (isGiven("--app-url") || !(http.identity() instanceof TlsIdentity.Pem(String file, _))) {
      return null;
    }
    try {
      return ServiceTrust.of(context.workingDirectory().resolve(file));
    } catch (IOException e) {
      throw CommandFailure.usage(
          "cannot trust the bridge by '" + file + "': " + e.getMessage(),
          "APP_TLS_CERT_PATH names its certificate; or pass --app-url with its public name");
    }
  }

  private void checkOptions() {
    if (drain && noSemp) {
      throw wrong("--drain needs SEMP, which tells whether consumers are bound");
    }
    if (timeoutSeconds != null && !(timeoutSeconds >= 0.1 && timeoutSeconds <= 3_600)) {
      throw wrong("--timeout takes seconds from 0.1 to 3600");
    }
  }

  private Map<ReportFormat, Path> reportFiles() {
    Map<ReportFormat, Path> files = new EnumMap<>(ReportFormat.class);
    reports.forEach((name, file) -> {
      try {
        ReportFormat format = ReportFormat.valueOf(name.toUpperCase(Locale.ROOT));
        files.put(format, context.workingDirectory().resolve(file));
      } catch (InvalidPathException _) {
        throw wrong("--report takes a file, not '" + file + "'");
      } catch (IllegalArgumentException _) {
        throw wrong("--report takes junit=FILE, json=FILE or md=FILE, not '" + name + "'");
      }
    });
    return files;
  }

  private ParameterException wrong(String what) {
    return new ParameterException(spec.commandLine(), what);
  }

  /// Messages that are removed do not come back.
  private void confirm(BridgeConfig config) {
    if (!drain || yes) {
      return;
    }
    String what =
        "all messages in the queues of message VPN '%s' will be removed"
            .formatted(config.solace().vpn());
    ConfirmationPrompt.requireYes(context, what);
  }
}
