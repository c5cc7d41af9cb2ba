package stripebridge.cli.validate;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import stripebridge.cli.CliContext;
import stripebridge.cli.CommandFailure;
import stripebridge.cli.ExitCode;
import stripebridge.cli.admin.AdminAccess;
import stripebridge.cli.option.AppUrlOptions;
import stripebridge.cli.output.ConfirmationPrompt;
import stripebridge.cli.output.Ink;
import stripebridge.cli.validate.evidence.AdminPages;
import stripebridge.cli.validate.report.LiveText;
import stripebridge.cli.validate.report.Report;
import stripebridge.cli.validate.report.ReportFiles;
import stripebridge.cli.validate.stage.ValidateRequest;
import stripebridge.core.broker.BrokerAdmin;
import stripebridge.core.config.BridgeConfig;
import stripebridge.core.config.ConfigReader;
import stripebridge.core.config.HttpSettings;
import stripebridge.core.config.SettingGroup;
import stripebridge.core.config.TlsIdentity;
import stripebridge.core.config.ValidateSettings;
import stripebridge.core.tls.TlsFileException;
import stripebridge.core.topology.model.Topology;
import stripebridge.solace.admin.SempOptions;
import stripebridge.solace.messaging.SmfQueues;
import stripebridge.stripe.webhook.PinnedTrustManager;
import stripebridge.stripe.webhook.WebhookPoster;

/// One run of `validate`: connects to the configured pipeline, or starts a sandbox, and validates
/// it.
final class ValidateRun {
  private static final Set<SettingGroup> GROUPS =
      EnumSet.of(
          SettingGroup.WEBHOOK,
          SettingGroup.MESSAGE,
          SettingGroup.SOLACE,
          SettingGroup.HTTP,
          SettingGroup.VALIDATE);

  private final CliContext context;
  private final Topology topology;
  private final Options options;

  /// What the user asked for.
  ///
  /// @param types empty for every routed type, and one without a route
  /// @param adminUrls empty for the URL of the bridge
  /// @param eachAddress whether each address of their hosts is a replica of its own
  /// @param awaitMax absent for the setting
  record Options(
      List<String> types,
      List<URI> adminUrls,
      boolean eachAddress,
      @Nullable Duration awaitMax,
      boolean withConsumers,
      boolean noSemp,
      boolean drain,
      boolean yes,
      Map<ReportFiles.Format, Path> reports) {
    Options {
      types = List.copyOf(types);
      adminUrls = List.copyOf(adminUrls);
      reports = Collections.unmodifiableMap(new LinkedHashMap<>(reports));
    }
  }

  ValidateRun(CliContext context, Topology topology, Options options) {
    this.context = context;
    this.topology = topology;
    this.options = options;
  }

  /// Validates a broker and a bridge in this process.
  Report inSandbox(ConfigReader flags) throws InterruptedException {
    ValidateSettings validate = flags.read(EnumSet.of(SettingGroup.VALIDATE)).validate();
    context
        .err()
        .println(
            "note: --sandbox starts its own broker and bridge; .env and settings are not read");
    try (SandboxPipeline pipeline = SandboxPipeline.start(context, topology);
        WebhookPoster poster = new WebhookPoster()) {
      return run(
          pipeline.config(),
          validate,
          "a sandbox on free ports",
          pipeline.url(),
          List.of(pipeline.url()),
          poster);
    }
  }

  /// Validates the bridge and the broker of the settings.
  Report asConfigured(ConfigReader reader, AppUrlOptions app) throws InterruptedException {
    Set<SettingGroup> groups = EnumSet.copyOf(GROUPS);
    if (!options.noSemp()) {
      groups.add(SettingGroup.SEMP);
    }
    BridgeConfig config = reader.read(groups);
    URI url = app.base(config.http());
    List<URI> replicas = replicas(app, url, config.http());
    confirmDrain(config);
    try (WebhookPoster poster = new WebhookPoster(tls(app, config.http()))) {
      return run(
          config,
          config.validate(),
          url + " and message VPN " + config.solace().vpn(),
          url,
          replicas,
          poster);
    }
  }

  private Report run(
      BridgeConfig config,
      ValidateSettings validate,
      String target,
      URI url,
      List<URI> replicas,
      WebhookPoster poster)
      throws InterruptedException {
    Duration awaitMax = options.awaitMax() == null ? validate.awaitMax() : options.awaitMax();
    ValidateRequest request =
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
            options.types(),
            options.withConsumers(),
            drain(validate));
    LiveText text = new LiveText(context.out(), new Ink(context.color()));
    SmfQueues queues = new SmfQueues(config.solace());
    try (Admin admin = options.noSemp() ? Admin.NONE : new Admin(admin(config, awaitMax))) {
      return new Validation(request, admin.port(), queues, poster, context.clock(), text).run();
    }
  }

  private ValidateRequest.Drain drain(ValidateSettings validate) {
    if (options.drain()) {
      return ValidateRequest.Drain.ALL;
    }
    return validate.drainsFirst() ? ValidateRequest.Drain.SYNTHETIC : ValidateRequest.Drain.NOTHING;
  }

  /// An administrator, or none with `--no-semp`.
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

  private List<URI> replicas(AppUrlOptions app, URI url, HttpSettings http) {
    if (!options.adminUrls().isEmpty()) {
      return options.eachAddress()
          ? options.adminUrls().stream().flatMap(ValidateRun::addresses).toList()
          : options.adminUrls();
    }
    // Only for a bridge on this machine do we know ADMIN_PORT.
    boolean hasOwnPort =
        app.isLocal() && http.admin() instanceof HttpSettings.Admin.OwnPort(int port) && port != 0;
    return hasOwnPort && http.admin() instanceof HttpSettings.Admin.OwnPort(int port)
        ? List.of(URI.create(url.getScheme() + "://" + url.getHost() + ":" + port))
        : List.of(url);
  }

  private static Stream<URI> addresses(URI url) {
    try {
      return AdminPages.ofEachAddress(url, List.of(InetAddress.getAllByName(url.getHost())))
          .stream();
    } catch (UnknownHostException e) {
      throw new CommandFailure(
          ExitCode.UNAVAILABLE,
          "cannot find the replicas: " + url.getHost() + " has no address",
          "a headless Service has the addresses of ready replicas: see whether one is ready");
    }
  }

  /// A bridge on this machine is trusted by the certificate that it was given.
  private @Nullable SSLContext tls(AppUrlOptions app, HttpSettings http) {
    if (!app.isLocal() || !(http.identity() instanceof TlsIdentity.Pem(String file, _))) {
      return null;
    }
    try {
      return PinnedTrustManager.context(context.workingDirectory().resolve(file));
    } catch (TlsFileException e) {
      throw CommandFailure.usage(
          String.valueOf(e.getMessage()),
          "set APP_TLS_CERT_PATH to the certificate of the bridge, or pass --app-url with its"
              + " public name");
    }
  }

  /// Removed messages do not come back.
  private void confirmDrain(BridgeConfig config) {
    if (options.drain() && !options.yes()) {
      ConfirmationPrompt.requireYes(
          context,
          "all messages in the queues of message VPN '%s' will be removed"
              .formatted(config.solace().vpn()));
    }
  }
}
