package stripebridge.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.function.UnaryOperator;
import stripebridge.sandbox.SandboxBroker;
import stripebridge.sandbox.SandboxOptions;
import stripebridge.sandbox.SandboxVpn;

/// A sandbox, and `provision` run against it.
public final class ProvisionHarness implements AutoCloseable {
  static final Path SHIPPED = Path.of("..", "topology.yaml");

  private final Path folder;
  private final SandboxBroker broker;
  private final CliHarness cli;

  public ProvisionHarness(Path folder) {
    this(folder, options -> options);
  }

  public ProvisionHarness(Path folder, UnaryOperator<SandboxOptions> options) {
    this.folder = folder;
    broker = SandboxBroker.start(options.apply(SandboxOptions.defaults()));
    cli =
        new CliHarness(folder)
            .env("SOLACE_VPN", "default")
            .env("SOLACE_SEMP_HOST", broker.sempUri())
            .env("SOLACE_SEMP_USERNAME", broker.options().semp().username())
            .env("SOLACE_SEMP_PASSWORD", broker.options().semp().password())
            .env("SOLACE_PASSWORD", "sesame-42");
  }

  /// A harness with the topology that we ship.
  static ProvisionHarness shipped(Path folder) {
    return new ProvisionHarness(folder).topology(shippedText());
  }

  static String shippedText() {
    try {
      return Files.readString(SHIPPED);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  ProvisionHarness topology(String yaml) {
    cli.file("topology.yaml", yaml);
    return this;
  }

  public CliHarness cli() {
    return cli;
  }

  public SandboxBroker broker() {
    return broker;
  }

  public SandboxVpn vpn() {
    return broker.vpn("default");
  }

  Path folder() {
    return folder;
  }

  CliHarness.Run run(String... args) {
    return cli.run(with(args));
  }

  CliHarness.Running start(String... args) {
    return cli.start(with(args));
  }

  private static String[] with(String... args) {
    String[] all = new String[args.length + 1];
    all[0] = "provision";
    System.arraycopy(args, 0, all, 1, args.length);
    return all;
  }

  /// The lines of a run's output without the first, which has a port in it.
  static String plan(CliHarness.Run run) {
    return run.out().lines().skip(1).reduce("", (text, line) -> text + line + "\n");
  }

  /// Provisions, and fails the test when that failed.
  ProvisionHarness provisioned() {
    CliHarness.Run run = run();
    if (run.exitCode() != 0) {
      throw new AssertionError("provision failed: " + run);
    }
    return this;
  }

  public ProvisionHarness queue(String name, Map<String, ?> attributes) {
    vpn().updateQueue(name, attributes);
    return this;
  }

  /// Lines that a test compares, joined.
  static String lines(String... lines) {
    return String.join("\n", Arrays.asList(lines)) + "\n";
  }

  @Override
  public void close() {
    broker.close();
  }
}
