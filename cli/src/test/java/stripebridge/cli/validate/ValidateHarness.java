package stripebridge.cli.validate;

import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import stripebridge.cli.CliHarness;
import stripebridge.cli.ProvisionHarness;
import stripebridge.core.broker.EventPublisher;
import stripebridge.core.broker.QueueAccess;
import stripebridge.core.config.BridgeConfig;
import stripebridge.core.config.ConfigReader;
import stripebridge.core.config.DotEnv;
import stripebridge.core.config.SettingGroup;
import stripebridge.core.config.Sources;
import stripebridge.core.config.Sources.SettingFiles;
import stripebridge.core.topology.yaml.TopologyReader;
import stripebridge.sandbox.SandboxBroker;
import stripebridge.sandbox.SandboxOptions;
import stripebridge.sandbox.SandboxQueue;
import stripebridge.sandbox.SandboxVpn;
import stripebridge.service.BridgeService;
import stripebridge.service.inbox.InboxClock;
import stripebridge.service.inbox.SqliteInbox;
import stripebridge.service.telemetry.ServiceLog;
import stripebridge.solace.messaging.SmfPublisher;
import stripebridge.solace.messaging.SmfQueues;

/// A sandbox with the shipped topology, a bridge with replaceable parts, and `validate` run against
/// both.
final class ValidateHarness implements AutoCloseable {
  static final String SECRET = "whsec_of_the_bridge";
  static final String ACCOUNT = "acct_e2e";
  private static final Duration DEADLINE = Duration.ofMinutes(1);

  private final Path folder;
  private final SandboxBroker broker;
  private final Map<String, String> settings = new HashMap<>();
  private final ServiceLog log;
  private UnaryOperator<EventPublisher> publisher = it -> it;
  private String routes = ProvisionHarness.shippedText();
  private SqliteInbox inbox;
  private BridgeService bridge;
  private boolean isBrokerClosed;

  public ValidateHarness(Path folder) throws Exception {
    this(folder, options -> options);
  }

  @SuppressWarnings("NullAway.Init") // Tests start the bridge first.
  ValidateHarness(Path folder, UnaryOperator<SandboxOptions> options) throws Exception {
    this.folder = folder;
    broker = SandboxBroker.start(options.apply(SandboxOptions.defaults()));
    settings.put("SOLACE_HOST", broker.smfUri());
    settings.put("SOLACE_VPN", "default");
    settings.put("SOLACE_USERNAME", "stripe-bridge-user");
    settings.put("SOLACE_PASSWORD", "sesame-42");
    settings.put("SOLACE_SEMP_HOST", broker.sempUri());
    settings.put("SOLACE_SEMP_USERNAME", broker.options().semp().username());
    settings.put("SOLACE_SEMP_PASSWORD", broker.options().semp().password());
    settings.put("STRIPE_WEBHOOK_SECRET", SECRET);
    settings.put("APP_HOST", "127.0.0.1");
    settings.put("APP_PORT", "0");
    settings.put("RETRY_BACKOFF_BASE_SECONDS", "0.1");
    log = new ServiceLog(config().log(), OutputStream.nullOutputStream(), InstantSource.system());
    CliHarness cli = cli(settings).file("topology.yaml", ProvisionHarness.shippedText());
    CliHarness.Run provisioned = cli.run("provision");
    if (provisioned.exitCode() != 0) {
      throw new AssertionError("provision failed: " + provisioned);
    }
  }

  private BridgeConfig config() {
    return new ConfigReader(
            new Sources(
                Map.of(),
                settings,
                DotEnv.EMPTY,
                _ -> new SettingFiles.Content.Unreadable("no such file")))
        .read(
            EnumSet.of(
                SettingGroup.WEBHOOK,
                SettingGroup.MESSAGE,
                SettingGroup.SOLACE,
                SettingGroup.SEMP,
                SettingGroup.HTTP,
                SettingGroup.LOG,
                SettingGroup.INBOX,
                SettingGroup.RELAY));
  }

  private CliHarness cli(Map<String, String> environment) {
    CliHarness cli = new CliHarness(folder).onTrueTime();
    environment.forEach(cli::env);
    return cli;
  }

  /// Replaces the publisher of the bridge, before it is started.
  ValidateHarness publishing(UnaryOperator<EventPublisher> wrapped) {
    publisher = wrapped;
    return this;
  }

  /// Gives the bridge routes that differ from the validated topology.
  ValidateHarness routing(String topology) {
    routes = topology;
    return this;
  }

  /// Starts the bridge, and waits until it is connected.
  public ValidateHarness started() throws Exception {
    inbox =
        SqliteInbox.open(
            folder.resolve("inbox.db"),
            InboxClock.of(InstantSource.system()),
            config().relay().waitingMax(),
            config().relay().idMemory());
    bridge =
        BridgeService.start(
            new BridgeService.Parts(
                config(),
                TopologyReader.read("topology.yaml", routes).routing(),
                "test",
                "test",
                inbox,
                publisher.apply(new SmfPublisher(config().solace())),
                Optional.empty(),
                log,
                InboxClock.of(InstantSource.system())));
    await("the bridge is connected", () -> !vpn().clients().isEmpty());
    return this;
  }

  public SandboxVpn vpn() {
    return broker.vpn("default");
  }

  public SandboxBroker broker() {
    return broker;
  }

  /// Access to the queues as the bridge's user.
  QueueAccess messaging() {
    return new SmfQueues(config().solace());
  }

  public URI url() {
    return URI.create("http://127.0.0.1:" + bridge.port());
  }

  public void closeBroker() {
    isBrokerClosed = true;
    broker.close();
  }

  /// Validates the bridge.
  CliHarness.Run validate(String... args) {
    return validateAt(url().toString(), Map.of(), args);
  }

  /// Validates at another URL, with additional settings.
  CliHarness.Run validateAt(String url, Map<String, String> others, String... args) {
    return cli(environment(others)).run(with(url, args));
  }

  public CliHarness.Running start(String... args) {
    return cli(environment(Map.of())).start(with(url().toString(), args));
  }

  private Map<String, String> environment(Map<String, String> others) {
    Map<String, String> environment = new HashMap<>(settings);
    environment.putAll(others);
    return environment;
  }

  private static String[] with(String url, String... args) {
    String[] all = new String[args.length + 3];
    all[0] = "validate";
    all[1] = "--app-url";
    all[2] = url;
    System.arraycopy(args, 0, all, 3, args.length);
    return all;
  }

  public static void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + DEADLINE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not within a minute: " + what);
      }
      LockSupport.parkNanos(2_000_000);
    }
  }

  boolean hasQueue(String name) {
    try {
      SandboxQueue _ = vpn().queue(name);
      return true;
    } catch (stripebridge.sandbox.SandboxException _) {
      return false;
    }
  }

  @Override
  public void close() {
    if (bridge != null) {
      try {
        BridgeService.Left _ = bridge.stop(Duration.ofSeconds(2));
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
      inbox.close();
    }
    log.close();
    if (!isBrokerClosed) {
      broker.close();
    }
  }
}
