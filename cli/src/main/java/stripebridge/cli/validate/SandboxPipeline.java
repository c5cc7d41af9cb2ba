package stripebridge.cli.validate;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import stripebridge.cli.CliContext;
import stripebridge.cli.CommandFailure;
import stripebridge.cli.ExitCode;
import stripebridge.cli.Version;
import stripebridge.cli.inbox.OpenInbox;
import stripebridge.cli.option.SecretVariables;
import stripebridge.cli.output.OutputFormat;
import stripebridge.cli.provision.ProvisionRequest;
import stripebridge.cli.provision.ProvisionRun;
import stripebridge.cli.sandbox.ClientLogin;
import stripebridge.cli.sandbox.SandboxTopology;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.config.BridgeConfig;
import stripebridge.core.config.ConfigReader;
import stripebridge.core.config.DotEnv;
import stripebridge.core.config.SettingGroup;
import stripebridge.core.config.Sources;
import stripebridge.core.config.Sources.SettingFiles;
import stripebridge.core.inbox.InboxException;
import stripebridge.core.topology.model.AttributeValue;
import stripebridge.core.topology.model.BrokerObjects;
import stripebridge.core.topology.model.Topology;
import stripebridge.sandbox.SandboxBroker;
import stripebridge.sandbox.SandboxOptions;
import stripebridge.service.BridgeService;
import stripebridge.service.http.ListenException;
import stripebridge.service.inbox.InboxClock;
import stripebridge.service.inbox.SqliteInbox;
import stripebridge.service.telemetry.ServiceLog;
import stripebridge.solace.admin.SempBrokerAdmin;
import stripebridge.solace.admin.SempOptions;
import stripebridge.solace.messaging.SmfPublisher;

/// A whole pipeline in this process, on free ports: a provisioned sandbox and a bridge. It reads
/// neither `.env` nor the environment, and leaves nothing behind.
final class SandboxPipeline implements AutoCloseable {
  private static final int SECRET_BYTES = 18;
  private static final Duration STOPPING_MAX = Duration.ofSeconds(5);
  private static final Set<SettingGroup> GROUPS =
      EnumSet.of(
          SettingGroup.WEBHOOK,
          SettingGroup.MESSAGE,
          SettingGroup.SOLACE,
          SettingGroup.SEMP,
          SettingGroup.HTTP,
          SettingGroup.LOG,
          SettingGroup.INBOX,
          SettingGroup.RELAY);

  private final SandboxBroker broker;
  private final Path folder;
  private final BridgeConfig config;
  private final ServiceLog log;
  private final SqliteInbox inbox;
  private final BridgeService service;

  private SandboxPipeline(
      SandboxBroker broker,
      Path folder,
      BridgeConfig config,
      ServiceLog log,
      SqliteInbox inbox,
      BridgeService service) {
    this.broker = broker;
    this.folder = folder;
    this.config = config;
    this.log = log;
    this.inbox = inbox;
    this.service = service;
  }

  /// Starts broker and bridge.
  ///
  /// @param topology the objects that the broker is provisioned with
  static SandboxPipeline start(CliContext context, Topology topology) throws InterruptedException {
    // Only the users of the topology may connect; a topology without users gets the open one.
    SandboxOptions options = SandboxOptions.defaults().withLog(_ -> {});
    boolean hasUsers = !topology.objects().clientUsernames().isEmpty();
    SandboxBroker broker = SandboxBroker.start(hasUsers ? options.withoutClient() : options);
    Optional<Path> folder = Optional.empty();
    try {
      folder = Optional.of(Files.createTempDirectory("stripebridge-validate-"));
      return start(context, topology, broker, folder.get());
    } catch (IOException e) {
      broker.close();
      folder.ifPresent(SandboxPipeline::delete);
      throw new CommandFailure(
          ExitCode.UNAVAILABLE,
          "cannot use a temporary directory: " + e,
          "set another one with JAVA_TOOL_OPTIONS=-Djava.io.tmpdir=DIRECTORY");
    } catch (RuntimeException | InterruptedException e) {
      broker.close();
      folder.ifPresent(SandboxPipeline::delete);
      throw e;
    }
  }

  private static SandboxPipeline start(
      CliContext context, Topology topology, SandboxBroker broker, Path folder)
      throws InterruptedException {
    Map<String, String> settings = settings(topology, broker, folder);
    CliContext inside = inside(context, settings, folder, OutputStream.nullOutputStream());
    ConfigReader reader = reader(settings);
    BridgeConfig config = reader.read(GROUPS);
    createExternalObjects(topology, broker);
    provision(inside, reader, config, topology);
    InboxClock clock = InboxClock.startingNow(context.clock());
    ServiceLog log = new ServiceLog(config.log(), OutputStream.nullOutputStream(), context.clock());
    try {
      SqliteInbox inbox =
          SqliteInbox.open(
              folder.resolve("inbox.db"),
              clock,
              config.relay().waitingMax(),
              config.relay().idMemory());
      try {
        BridgeService service =
            BridgeService.start(
                new BridgeService.Parts(
                    config,
                    topology.routing(),
                    Version.text(),
                    "sandbox",
                    inbox,
                    new SmfPublisher(config.solace()),
                    Optional.empty(),
                    log,
                    clock));
        return new SandboxPipeline(broker, folder, config, log, inbox, service);
      } catch (ListenException e) {
        inbox.close();
        throw new IllegalStateException("no free port is available", e);
      }
    } catch (InboxException e) {
      throw OpenInbox.failure(config.inbox(), e);
    }
  }

  /// All settings of the pipeline, with random passwords.
  private static Map<String, String> settings(
      Topology topology, SandboxBroker broker, Path folder) {
    Map<String, String> settings = new HashMap<>();
    topology.objects().clientUsernames().stream()
        .flatMap(username -> username.attributes().values().stream())
        .filter(AttributeValue.SecretReference.class::isInstance)
        .map(value -> ((AttributeValue.SecretReference) value).variable())
        .forEach(variable -> settings.put(variable, random()));
    ClientLogin login =
        ClientLogin.of(topology.objects().clientUsernames())
            .orElseGet(() -> new ClientLogin("default", Optional.empty()));
    String password = login.passwordVariable().map(settings::get).orElse("default");
    settings.put("SOLACE_HOST", broker.smfUri());
    settings.put("SOLACE_VPN", "default");
    settings.put("SOLACE_USERNAME", login.username());
    settings.put("SOLACE_PASSWORD", password);
    settings.put("SOLACE_SEMP_HOST", broker.sempUri());
    settings.put("SOLACE_SEMP_USERNAME", broker.options().semp().username());
    settings.put("SOLACE_SEMP_PASSWORD", broker.options().semp().password());
    settings.put("STRIPE_WEBHOOK_SECRET", "whsec_" + random());
    settings.put("APP_HOST", "127.0.0.1");
    settings.put("APP_PORT", "0");
    settings.put("INBOX_PATH", folder.resolve("inbox.db").toString());
    return settings;
  }

  private static String random() {
    byte[] bytes = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private static ConfigReader reader(Map<String, String> settings) {
    Map<String, String> known = new HashMap<>(settings);
    return new ConfigReader(
        new Sources(
            Map.of(),
            known,
            DotEnv.EMPTY,
            _ -> new SettingFiles.Content.Unreadable("no file is needed")));
  }

  private static CliContext inside(
      CliContext context, Map<String, String> settings, Path folder, OutputStream out) {
    return new CliContext(
        settings,
        folder,
        InputStream.nullInputStream(),
        new PrintStream(out, false, StandardCharsets.UTF_8),
        context.err(),
        false,
        context.clock(),
        context.stop(),
        context.reload());
  }

  /// Provisioning leaves external objects to their owners; the sandbox has none.
  private static void createExternalObjects(Topology topology, SandboxBroker broker) {
    BrokerObjects objects = topology.objects();
    new SandboxTopology(broker.vpn("default"), _ -> random(), _ -> {})
        .create(
            new BrokerObjects(
                objects.clientProfiles().stream().filter(it -> it.external()).toList(),
                objects.aclProfiles().stream().filter(it -> it.external()).toList(),
                List.of(),
                List.of()));
  }

  /// Provisions like `provision --yes`, and prints its output only if it fails.
  private static void provision(
      CliContext inside, ConfigReader reader, BridgeConfig config, Topology topology)
      throws InterruptedException {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    CliContext context = inside(inside, inside.environment(), inside.workingDirectory(), printed);
    try (SempBrokerAdmin admin = SempBrokerAdmin.open(config.semp(), SempOptions.DEFAULTS)) {
      ProvisionRequest request =
          new ProvisionRequest(
              ProvisionRequest.Mode.APPLY,
              false,
              false,
              false,
              false,
              true,
              false,
              false,
              OutputFormat.TABLE);
      ExitCode code =
          new ProvisionRun(
                  context,
                  admin,
                  request,
                  new SecretVariables(context, reader),
                  config.semp(),
                  config.message().timeToLive().toMillis())
              .run(topology);
      context.out().flush();
      if (code != ExitCode.OK) {
        // The checks that follow report what is missing.
        inside.err().print(printed.toString(StandardCharsets.UTF_8));
      }
    } catch (BrokerException e) {
      throw new IllegalStateException("the sandbox cannot be administered", e);
    }
  }

  /// The settings of the pipeline.
  BridgeConfig config() {
    return config;
  }

  /// The base URL of the bridge.
  URI url() {
    return URI.create("http://127.0.0.1:" + service.port());
  }

  @Override
  public void close() {
    boolean wasInterrupted = Thread.interrupted();
    try {
      BridgeService.Left _ = service.stop(STOPPING_MAX);
    } catch (InterruptedException _) {
      wasInterrupted = true;
    }
    inbox.close();
    log.close();
    broker.close();
    delete(folder);
    if (wasInterrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException _) {
      // The system cleans its temporary directory.
    }
  }
}
