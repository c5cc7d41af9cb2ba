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
import stripebridge.core.topology.model.Topology;
import stripebridge.core.topology.yaml.Export;
import stripebridge.core.topology.yaml.TopologyReader;
import stripebridge.core.topology.yaml.TopologyWriter;

/// Writes the objects of an existing broker as a `topology.yaml`.
final class TopologyExport {
  private final CliContext context;
  private final BrokerAdmin admin;
  private final String vpn;

  TopologyExport(CliContext context, BrokerAdmin admin, String vpn) {
    this.context = context;
    this.admin = admin;
    this.vpn = vpn;
  }

  /// Prints the objects whose names start with one of the prefixes.
  ///
  /// @param routing the routes of the present topology; a broker has none
  /// @throws CommandFailure when nothing matches, or a prefix is too broad
  ExitCode run(List<String> prefixes, RoutingTable routing) throws InterruptedException {
    for (String prefix : prefixes) {
      TopologyReader.prefixProblem(prefix)
          .ifPresent(why -> {
            throw CommandFailure.usage(
                "cannot export " + Quoted.of(prefix) + ": it " + why, "pass a longer prefix");
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
          "no object in message VPN '%s' has a name that starts with %s".formatted(vpn, shown),
          null);
    }
    List<String> header =
        List.of(
            "Objects that start with " + shown + " in message VPN " + vpn + ", exported by",
            "`stripebridge provision --export`. Attributes are listed where they differ from",
            "SEMP's defaults; the routes come from the topology in effect.");
    String yaml = TopologyWriter.write(header, exported.topology(), exported.comments());
    // Nobody could use an export that does not read back; better to fail now.
    Topology _ = TopologyReader.read("the export", yaml);
    context.out().print(yaml);
    found
        .unreadable()
        .forEach((kind, said) ->
            context.err().println("note: the export has no " + kind.words() + ": " + said));
    return found.unreadable().isEmpty() ? ExitCode.OK : ExitCode.DIFFERENCES;
  }
}
