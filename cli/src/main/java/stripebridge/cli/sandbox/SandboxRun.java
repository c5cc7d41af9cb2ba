package stripebridge.cli.sandbox;

import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import stripebridge.cli.CliContext;
import stripebridge.cli.CommandFailure;
import stripebridge.cli.ExitCode;
import stripebridge.core.config.Settings;
import stripebridge.core.topology.model.BrokerObjects;
import stripebridge.sandbox.Fault;
import stripebridge.sandbox.SandboxBroker;
import stripebridge.sandbox.SandboxException;
import stripebridge.sandbox.SandboxOptions;

/// One run of the sandbox: starts the broker, creates the topology, prints the connection settings.
final class SandboxRun {
  private static final String VPN = "default";
  private static final SandboxOptions.Credentials CLIENT =
      new SandboxOptions.Credentials("default", "default");
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS");
  // 144 bits, as 24 characters that need no quotes in a shell.
  private static final int PASSWORD_BYTES = 18;

  private final CliContext context;
  private final SandboxOptions options;
  private final BrokerObjects objects;
  private final List<Fault> faults;

  /// @param options where the broker listens
  /// @param objects what it creates at the start
  /// @param faults what it injects at the start
  SandboxRun(
      CliContext context, SandboxOptions options, BrokerObjects objects, List<Fault> faults) {
    this.context = context;
    this.options = options;
    this.objects = objects;
    this.faults = faults;
  }

  /// Runs the broker until Ctrl-C or SIGTERM.
  ///
  /// @throws CommandFailure when a port is taken, or an object cannot be created
  ExitCode run() {
    sayWhatIsIgnored();
    sayWhoCanConnect();
    sayWhatIsLate();
    context.stop().expect();
    try (SandboxBroker broker = start()) {
      Map<String, String> passwords = new LinkedHashMap<>();
      ClientLogin login = create(broker, passwords);
      Optional<Path> certificate = broker.certificatePem().map(SandboxRun::temporaryFile);
      try {
        faults.forEach(broker::inject);
        new Connections(broker, VPN, login, passwords, certificate.map(Path::toString))
            .print(context.out());
        context.stop().await();
      } finally {
        certificate.ifPresent(file -> file.toFile().delete());
      }
    }
    log("stopped");
    return ExitCode.OK;
  }

  /// Settings for a real broker may be present and even wrong: the sandbox starts all the same.
  private void sayWhatIsIgnored() {
    if (Files.exists(context.workingDirectory().resolve(".env"))) {
      log("note: .env is not read; options and SANDBOX_… in the environment are");
    }
  }

  private void sayWhoCanConnect() {
    InetAddress address = options.bind();
    if (!address.isLoopbackAddress()) {
      log(
          "note: anyone who reaches "
              + address.getHostAddress()
              + " can administer the sandbox: its passwords are public");
    }
  }

  private void sayWhatIsLate() {
    Duration latency = options.latency();
    if (!latency.isZero()) {
      log(
          "note: clients are a round trip of %s away: %s each way"
              .formatted(milliseconds(latency), milliseconds(latency.dividedBy(2))));
    }
  }

  /// Half of an odd number needs one digit more.
  private static String milliseconds(Duration time) {
    return BigDecimal.valueOf(time.toNanos(), 6).stripTrailingZeros().toPlainString() + " ms";
  }

  private SandboxBroker start() {
    SandboxOptions complete = options.withLog(this::log);
    // Only the client usernames of a topology may connect, if it has any.
    complete =
        objects.clientUsernames().isEmpty()
            ? complete.withClient(CLIENT.username(), CLIENT.password())
            : complete.withoutClient();
    try {
      return SandboxBroker.start(complete);
    } catch (SandboxException e) {
      throw new CommandFailure(
          ExitCode.UNAVAILABLE,
          String.valueOf(e.getMessage()),
          "stop the process that listens there, or pass another port (0 for any free one) with"
              + " --sandbox-smf-port, --sandbox-semp-port or --ws-port");
    }
  }

  /// Creates the objects.
  ///
  /// @return the login that clients use
  private ClientLogin create(SandboxBroker broker, Map<String, String> passwords) {
    try {
      new SandboxTopology(
              broker.vpn(VPN),
              variable -> password(variable, passwords),
              note -> log("note: " + note))
          .create(objects);
    } catch (SandboxException e) {
      throw CommandFailure.usage(
          "cannot create the topology: " + e.getMessage(), "a Solace broker would refuse it too");
    }
    return ClientLogin.of(objects.clientUsernames())
        .orElseGet(() -> {
          passwords.put(Settings.SOLACE_PASSWORD.name(), CLIENT.password());
          return new ClientLogin(CLIENT.username(), Optional.of(Settings.SOLACE_PASSWORD.name()));
        });
  }

  /// The password that is set, else a generated one, which is then printed.
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
