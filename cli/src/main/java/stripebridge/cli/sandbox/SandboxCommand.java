package stripebridge.cli.sandbox;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import stripebridge.cli.CliContext;
import stripebridge.cli.CommandFailure;
import stripebridge.cli.ExitCode;
import stripebridge.cli.option.SettingOptions;
import stripebridge.cli.option.TopologyFile;
import stripebridge.core.config.SandboxSettings;
import stripebridge.core.config.SettingGroup;
import stripebridge.core.config.Settings;
import stripebridge.core.topology.model.BrokerObjects;
import stripebridge.sandbox.Fault;
import stripebridge.sandbox.SandboxBroker;
import stripebridge.sandbox.SandboxException;
import stripebridge.sandbox.SandboxOptions;

/// `stripebridge sandbox`: the local broker as a process of its own.
@Command(
    name = "sandbox",
    description = "Run a local broker, for development and tests, until Ctrl-C.",
    footer = {
      "",
      "Clients of Solace's own libraries can use it as they are. It keeps everything in",
      "memory and is no Solace product. Standard output is what a shell can read: the",
      "exports that `serve` and `provision` need. Faults can also be injected while it",
      "runs, over HTTP at /sandbox/faults. A TIME is 500ms, 20s or 2m; a REFUSAL is what",
      "a message is refused with, by its name or the client library's subcode for it,",
      "such as SPOOL_OVER_QUOTA or 30.",
      "",
      "It reads neither .env nor settings other than its own: what is set for a true",
      "broker does not touch it. Passwords that a topology names are taken from the",
      "environment, or made up and exported.",
      "",
      "Examples:",
      "  stripebridge sandbox --topology topology.yaml",
      "  stripebridge sandbox --tls --fault outage=20s --fault reject=3:QUEUE_SHUTDOWN"
    })
public final class SandboxCommand implements Callable<Integer> {
  private static final String VPN = "default";
  private static final SandboxOptions.Credentials CLIENT =
      new SandboxOptions.Credentials("default", "default");
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS");
  // 144 bits, as 24 characters that no shell minds.
  private static final int PASSWORD_BYTES = 18;

  @Option(
      names = "--topology",
      paramLabel = "FILE",
      description = {
        "Create what this file describes; else there is one open client user and no queue."
      })
  private @Nullable String topology;

  @Option(
      names = "--ws-port",
      paramLabel = "PORT",
      description = {
        "Take WebSocket on a port of its own too, 0 for a free one; the SMF port always does."
      })
  private @Nullable Integer wsPort;

  @Option(
      names = "--tls",
      description = "Speak TLS on these ports, with a certificate made for the occasion.")
  private boolean tls;

  @Option(
      names = "--bind",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      description = "Listen on this address of the machine.")
  private String bind = "";

  @Option(
      names = "--fault",
      paramLabel = "FAULT",
      description = {
        "Let this go wrong from the start: refuse-login=TIMES, drop-connections=FRAMES,"
            + " outage=TIME, stall-acks, slow-acks=TIME, reject=TIMES:REFUSAL,"
            + " fail-semp=TIMES:STATUS, slow-semp=TIME."
      })
  private List<String> faults = List.of();

  private final CliContext context;
  private final SettingOptions settings =
      SettingOptions.of(Settings.SANDBOX_SMF_PORT, Settings.SANDBOX_SEMP_PORT);

  private SandboxCommand(CliContext context) {
    this.context = context;
  }

  /// The command with the options of its ports.
  public static CommandLine composed(CliContext context) {
    SandboxCommand command = new SandboxCommand(context);
    return command.settings.addTo(new CommandLine(command));
  }

  @Override
  public Integer call() {
    List<Fault> wanted = faults.stream().map(FaultOption::parse).toList();
    BrokerObjects objects =
        topology == null ? BrokerObjects.NONE : TopologyFile.read(context, topology).objects();
    SandboxSettings ports =
        settings.readerOfNothingElse(context).read(EnumSet.of(SettingGroup.SANDBOX)).sandbox();
    SandboxOptions options = options(ports, objects);
    noteWhatIsIgnored();
    context.stop().expect();
    try (SandboxBroker broker = start(options)) {
      Map<String, String> passwords = new LinkedHashMap<>();
      ClientLogin login = create(objects, broker, passwords);
      Optional<Path> certificate = broker.certificatePem().map(SandboxCommand::temporaryFile);
      try {
        wanted.forEach(broker::inject);
        new Connections(broker, VPN, login, passwords, certificate.map(Path::toString))
            .print(context.out());
        context.stop().await();
      } finally {
        certificate.ifPresent(file -> file.toFile().delete());
      }
    }
    log("stopped");
    return ExitCode.OK.value();
  }

  /// Settings for a true broker may lie around, legal or not: the sandbox works all the same.
  private void noteWhatIsIgnored() {
    if (Files.exists(context.workingDirectory().resolve(".env"))) {
      log("note: .env is not read; options and SANDBOX_… in the environment are");
    }
  }

  private SandboxOptions options(SandboxSettings ports, BrokerObjects objects) {
    Optional<Integer> web = Optional.ofNullable(wsPort);
    if (web.isPresent() && !isPort(web.get(), ports)) {
      throw CommandFailure.usage(
          "cannot listen on --ws-port " + wsPort + ": it is no port, or that of the sandbox's SMF",
          "pass one from 1 to 65535 that is free, or 0 for any");
    }
    InetAddress address = ListeningAddress.of(bind);
    if (!address.isLoopbackAddress()) {
      log("note: who reaches " + bind + " can administer the sandbox: its passwords are known");
    }
    SandboxOptions options = SandboxOptions.defaults().withBind(address).withLog(this::log);
    // A topology says who may connect, and nobody else does.
    options =
        objects.clientUsernames().isEmpty()
            ? options.withClient(CLIENT.username(), CLIENT.password())
            : options.withoutClient();
    return tls
        ? options.withTls(
            new SandboxOptions.Tls(ports.smfPort(), web, ports.sempPort(), Optional.empty()))
        : options.withPorts(new SandboxOptions.Ports(ports.smfPort(), web, ports.sempPort()));
  }

  private static boolean isPort(int port, SandboxSettings others) {
    return port == 0 || (port > 0 && port < 65_536 && port != others.smfPort());
  }

  private SandboxBroker start(SandboxOptions options) {
    try {
      return SandboxBroker.start(options);
    } catch (SandboxException e) {
      throw new CommandFailure(
          ExitCode.UNAVAILABLE,
          String.valueOf(e.getMessage()),
          "stop what listens there, or pass another port, 0 for any that is free, with"
              + " --sandbox-smf-port, --sandbox-semp-port or --ws-port");
    }
  }

  /// Creates the objects, and says who clients connect as.
  private ClientLogin create(
      BrokerObjects objects, SandboxBroker broker, Map<String, String> passwords) {
    try {
      new SandboxTopology(
              broker.vpn(VPN),
              variable -> password(variable, passwords),
              note -> log("note: " + note))
          .create(objects);
    } catch (SandboxException e) {
      throw CommandFailure.usage(
          "cannot create what '" + topology + "' describes: " + e.getMessage(),
          "a broker would refuse it as well");
    }
    return ClientLogin.of(objects.clientUsernames())
        .orElseGet(() -> {
          passwords.put(Settings.SOLACE_PASSWORD.name(), CLIENT.password());
          return new ClientLogin(CLIENT.username(), Optional.of(Settings.SOLACE_PASSWORD.name()));
        });
  }

  /// The one that is set, else one made up, which is then printed.
  private String password(String variable, Map<String, String> passwords) {
    String set = context.environment().get(variable);
    return set != null && !set.isBlank()
        ? set
        : passwords.computeIfAbsent(
            variable,
            _ -> {
              byte[] bytes = new byte[PASSWORD_BYTES];
              new SecureRandom().nextBytes(bytes);
              return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
            });
  }

  private static Path temporaryFile(String pem) {
    try {
      return Files.writeString(Files.createTempFile("stripebridge-sandbox-", ".pem"), pem);
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.UNAVAILABLE, "cannot write the certificate: " + e.getMessage(), null);
    }
  }

  private void log(String line) {
    context
        .err()
        .println(
            TIME.withZone(ZoneId.systemDefault()).format(context.clock().instant()) + " " + line);
  }
}
