package stripebridge.cli.sandbox;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import stripebridge.cli.CliContext;
import stripebridge.cli.CommandFailure;
import stripebridge.cli.option.DurationText;
import stripebridge.cli.option.OptionText;
import stripebridge.cli.option.SettingOptions;
import stripebridge.cli.option.TopologyOption;
import stripebridge.core.config.SandboxSettings;
import stripebridge.core.config.SettingGroup;
import stripebridge.core.config.Settings;
import stripebridge.core.topology.model.BrokerObjects;
import stripebridge.sandbox.Fault;
import stripebridge.sandbox.SandboxOptions;

/// `stripebridge sandbox`: the local broker as its own process.
@Command(
    name = "sandbox",
    description = "Run a local broker, for development and tests, until Ctrl-C.",
    footer = {
      "",
      "Solace's own client libraries connect to it unchanged. It keeps everything in",
      "memory and is not a Solace product. Standard output is shell code: the exports",
      "that `serve` and `provision` need. POST /sandbox/faults injects faults while it",
      "runs. A DURATION is 500ms, 20s or 2m; a REFUSAL is the reason for which a",
      "message is rejected, by name or by JCSMP subcode, such as SPOOL_OVER_QUOTA or",
      "30.",
      "",
      "With --latency 20ms, what clients send and what they get takes 10 ms each way,",
      "as over a network; many messages can be under way at a time.",
      "",
      "It reads neither .env nor settings other than its own, so settings for a real",
      "broker do not affect it. Passwords that a topology names come from the",
      "environment; missing ones are generated and exported.",
      "",
      "Examples:",
      "  stripebridge sandbox --topology topology.yaml",
      "  stripebridge sandbox --latency 20ms",
      "  stripebridge sandbox --tls --fault outage=20s --fault reject=3:QUEUE_SHUTDOWN"
    })
public final class SandboxCommand implements Callable<Integer> {
  @Option(
      names = "--topology",
      paramLabel = "FILE",
      description = OptionText.TOPOLOGY + "; one open client username and no queue by default.")
  private @Nullable String topology;

  @Option(
      names = "--ws-port",
      paramLabel = "PORT",
      description = {
        "Also accept WebSocket on this port, 0 for a free one; the SMF port always accepts it."
      })
  private @Nullable Integer wsPort;

  @Option(names = "--tls", description = "Use TLS on these ports, with a generated certificate.")
  private boolean tls;

  @Option(
      names = "--bind",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      description = "Listen on this address of the machine.")
  private String bind = "";

  @Option(
      names = "--latency",
      paramLabel = "DURATION",
      defaultValue = "0ms",
      converter = DurationText.class,
      description = {
        "Act as a broker with this round trip time, 0ms to 10s: half of it each way for SMF, all of"
            + " it before the response of SEMP; none by default."
      })
  private Duration latency = Duration.ZERO;

  @Option(
      names = "--fault",
      paramLabel = "FAULT",
      description = {
        "Inject this fault at the start: refuse-login=TIMES, drop-connections=FRAMES,"
            + " outage=DURATION, stall-acks, slow-acks=DURATION, reject=TIMES:REFUSAL,"
            + " fail-semp=TIMES:STATUS, slow-semp=DURATION. Can be repeated."
      })
  private List<String> faults = List.of();

  @Spec private CommandSpec spec;

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
    if (latency.compareTo(SandboxOptions.LATENCY_MAX) > 0) {
      throw new ParameterException(
          spec.commandLine(), "--latency takes a duration from 0ms to 10s, such as 20ms");
    }
    List<Fault> injected = faults.stream().map(FaultOption::parse).toList();
    BrokerObjects objects =
        topology == null ? BrokerObjects.NONE : TopologyOption.read(context, topology).objects();
    SandboxSettings ports =
        settings.readerOfOwnSettings(context).read(EnumSet.of(SettingGroup.SANDBOX)).sandbox();
    SandboxRun run = new SandboxRun(context, options(ports), objects, injected);
    return run.run().value();
  }

  private SandboxOptions options(SandboxSettings ports) {
    Optional<Integer> web = Optional.ofNullable(wsPort);
    if (web.isPresent() && !isPort(web.get(), ports)) {
      throw CommandFailure.usage(
          "cannot listen on --ws-port " + wsPort + ": it is not a port, or it is the SMF port",
          "pass a free port from 1 to 65535, or 0 for any free one");
    }
    SandboxOptions options =
        SandboxOptions.defaults().withBind(ListeningAddress.of(bind)).withLatency(latency);
    return tls
        ? options.withTls(
            new SandboxOptions.Tls(ports.smfPort(), web, ports.sempPort(), Optional.empty()))
        : options.withPorts(new SandboxOptions.Ports(ports.smfPort(), web, ports.sempPort()));
  }

  private static boolean isPort(int port, SandboxSettings others) {
    return port == 0 || (port > 0 && port < 65_536 && port != others.smfPort());
  }
}
