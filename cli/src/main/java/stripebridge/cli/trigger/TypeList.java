package stripebridge.cli.trigger;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import stripebridge.cli.output.Document;
import stripebridge.cli.output.OutputFormat;
import stripebridge.cli.output.Table;
import stripebridge.core.event.EventType;
import stripebridge.core.finding.Subscription;
import stripebridge.core.routing.RoutingTable.Route;
import stripebridge.core.routing.RoutingTable.Routing;
import stripebridge.core.routing.Topic;
import stripebridge.core.topology.model.Topology;
import stripebridge.stripe.event.EventTypes;

/// Lists every type that can be triggered, with its topic and queues.
final class TypeList {
  private final List<Row> rows;

  /// @param route the rule that matches the type; null when none does
  private record Row(String type, @Nullable Route route, Topic topic, List<String> queues) {
    boolean isRouted() {
      return route != null;
    }
  }

  /// Routed types come first, in the order of the rules.
  TypeList(Topology topology) {
    List<Row> all = EventTypes.all().stream().map(type -> row(topology, type)).toList();
    List<Row> sorted = new ArrayList<>();
    for (Route route : topology.routing().routes()) {
      all.stream().filter(row -> route.equals(row.route())).forEach(sorted::add);
    }
    all.stream().filter(row -> !row.isRouted()).forEach(sorted::add);
    this.rows = List.copyOf(sorted);
  }

  private static Row row(Topology topology, String type) {
    Routing routing = topology.routing().route(new EventType(type), Topic.UNKNOWN_ACCOUNT);
    List<String> queues =
        topology.objects().queues().stream()
            .filter(queue -> Subscription.attracts(queue.subscriptions(), routing.topic()))
            .map(queue -> queue.name())
            .toList();
    return new Row(type, routing.route(), routing.topic(), queues);
  }

  /// The types that a rule matches.
  List<String> routed() {
    return rows.stream().filter(Row::isRouted).map(Row::type).toList();
  }

  /// Prints all types.
  void print(OutputFormat format, PrintStream out) {
    if (format == OutputFormat.TABLE) {
      // Unrouted types have the longest names, so they stay out of the table.
      Table table = new Table("TYPE", "TOPIC", "QUEUES");
      rows.stream()
          .filter(Row::isRouted)
          .forEach(row ->
              table.row(row.type(), row.topic().withoutAccount(), String.join(", ", row.queues())));
      table.print(out);
      rows.stream().filter(row -> !row.isRouted()).map(Row::type).forEach(out::println);
    } else {
      Document document = this::write;
      document.print(format, out);
    }
  }

  private void write(JsonGenerator generator) throws IOException {
    generator.writeStartArray();
    for (Row row : rows) {
      generator.writeStartObject();
      generator.writeStringField("type", row.type());
      generator.writeStringField("object", object(row));
      generator.writeStringField(
          "route", Optional.ofNullable(row.route()).map(it -> it.pattern().text()).orElse(null));
      generator.writeStringField("topic", row.topic().withoutAccount());
      generator.writeArrayFieldStart("queues");
      for (String queue : row.queues()) {
        generator.writeString(queue);
      }
      generator.writeEndArray();
      generator.writeEndObject();
    }
    generator.writeEndArray();
  }

  private static String object(Row row) {
    return EventTypes.object(row.type()).orElseThrow();
  }
}
