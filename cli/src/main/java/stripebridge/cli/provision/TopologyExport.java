package stripebridge.cli.provision;

import java.util.List;
import stripebridge.cli.CliContext;
import stripebridge.cli.CommandFailure;
import stripebridge.cli.ExitCode;
import stripebridge.cli.admin.AdminFailure;
import stripebridge.core.broker.BrokerAdmin;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.FoundBroker;
import stripebridge.core.problem.Quoted;
import stripebridge.core.routing.RoutingTable;
import stripebridge.core.topology.model.BrokerObjects;
import stripebridge.core.topology.yaml.Export;
import stripebridge.core.topology.yaml.TopologyReader;
import stripebridge.core.topology.yaml.TopologyWriter;

/// Writes what a broker has as a `topology.yaml`, to take over a broker that exists.
public final class TopologyExport {
  private final CliContext context;
  private final BrokerAdmin admin;
  private final String vpn;

  public TopologyExport(CliContext context, BrokerAdmin admin, String vpn) {
    this.context = context;
    this.admin = admin;
    this.vpn = vpn;
  }

  /// Prints the objects whose names begin with one of the prefixes.
  ///
  /// @param routing what the file says of events, of which a broker knows nothing
  /// @throws CommandFailure when there is none, or a prefix is too broad
  public ExitCode run(List<String> prefixes, RoutingTable routing) throws InterruptedException {
    for (String prefix : prefixes) {
      TopologyReader.prefixProblem(prefix)
          .ifPresent(why -> {
            throw CommandFailure.usage(
                "cannot export " + Quoted.of(prefix) + ": it " + why, "pass a longer beginning");
          });
    }
    FoundBroker found;
    try {
      found = admin.read((_, name) -> prefixes.stream().anyMatch(name::startsWith));
    } catch (BrokerException e) {
      throw AdminFailure.of(e);
    }
    Export.Exported exported = Export.of(found.topology(), prefixes, routing);
    String shown = String.join(", ", prefixes);
    if (exported.topology().objects().equals(BrokerObjects.NONE)) {
      throw CommandFailure.usage(
          "nothing in message VPN '%s' has a name that begins with %s".formatted(vpn, shown), null);
    }
    List<String> header =
        List.of(
            "What begins with " + shown + " in message VPN " + vpn + ", as `stripebridge provision",
            "--export` found it. Attributes are named where they differ from SEMP's defaults; the",
            "routes are those of the topology that was in effect.");
    String yaml = TopologyWriter.write(header, exported.topology(), exported.comments());
    // What it cannot read back would be of no use: better to hear of it now.
    var _ = TopologyReader.read("the export", yaml);
    context.out().print(yaml);
    found
        .unreadable()
        .forEach((kind, said) ->
            context.err().println("note: no " + kind.words() + " is in it: " + said));
    return found.unreadable().isEmpty() ? ExitCode.OK : ExitCode.DIFFERENCES;
  }
}
