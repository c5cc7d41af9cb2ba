package stripebridge.cli.redrive;

import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import stripebridge.cli.output.Counted;
import stripebridge.cli.output.Document;
import stripebridge.cli.output.OutputFormat;
import stripebridge.cli.output.Table;

/// Prints what a redrive did, or would do.
final class RedriveText {
  private final RedriveRequest request;
  private final AttractedQueues attracted;
  private final RedriveCounts counts;

  /// @param attracted used only when messages go to topics
  RedriveText(RedriveRequest request, AttractedQueues attracted, RedriveCounts counts) {
    this.request = request;
    this.attracted = attracted;
    this.counts = counts;
  }

  /// Prints the table or the document.
  ///
  /// @param isDone false for a preview
  void print(OutputFormat format, boolean isDone, PrintStream out) {
    if (format == OutputFormat.TABLE) {
      printTable(out);
    } else {
      document(isDone).print(format, out);
    }
  }

  /// Prints how many messages of each event type go where.
  void printTable(PrintStream out) {
    if (counts.redriven() == 0) {
      return;
    }
    Table table = new Table("EVENT TYPE", "MESSAGES", "TO");
    counts
        .types()
        .forEach((type, of) -> {
          List<String> to = to(of);
          table.row(type, "%,d".formatted(of.messages()), to.getFirst());
          to.stream().skip(1).forEach(queue -> table.row("", "", queue));
        });
    table.print(out);
  }

  private List<String> to(RedriveCounts.OfType type) {
    if (request.toQueue() != null) {
      return List.of(request.toQueue());
    }
    if (attracted.whyUnknown().isPresent()) {
      return List.of("every queue that subscribes to its topic");
    }
    SortedSet<String> queues = attracted.queues(type.topics());
    return queues.isEmpty() ? List.of("no queue: none subscribes to it") : List.copyOf(queues);
  }

  private Document document(boolean isDone) {
    return to -> {
      to.writeStartObject();
      to.writeStringField("from", request.from());
      to.writeBooleanField("done", isDone);
      to.writeNumberField("messages", counts.redriven());
      to.writeNumberField("stayed", counts.stayedCount());
      to.writeArrayFieldStart("event_types");
      for (Map.Entry<String, RedriveCounts.OfType> type : counts.types().entrySet()) {
        to.writeStartObject();
        to.writeStringField("event_type", type.getKey());
        to.writeNumberField("messages", type.getValue().messages());
        to.writeArrayFieldStart("topics");
        for (String topic : type.getValue().topics()) {
          to.writeString(topic);
        }
        to.writeEndArray();
        if (request.toQueue() != null || attracted.whyUnknown().isEmpty()) {
          to.writeArrayFieldStart("queues");
          for (String queue : queues(type.getValue())) {
            to.writeString(queue);
          }
          to.writeEndArray();
        }
        to.writeEndObject();
      }
      to.writeEndArray();
      to.writeEndObject();
    };
  }

  private SortedSet<String> queues(RedriveCounts.OfType type) {
    return request.toQueue() == null
        ? attracted.queues(type.topics())
        : new TreeSet<>(List.of(request.toQueue()));
  }

  /// Prints how many messages were redriven.
  void printSummary(boolean isStopped, PrintStream err) {
    long redriven = counts.redriven();
    err.println(
        (isStopped ? "stopped: " : "")
            + (redriven == 0
                ? "nothing was redriven"
                : Counted.of(redriven, "message")
                    + (redriven == 1 ? " was" : " were")
                    + " redriven"));
  }

  /// Prints which messages stay and why, and how copies differ from the originals.
  void printStayed(PrintStream err) {
    if (counts.notPersistent() > 0) {
      err.println(
          "note: "
              + Counted.of(counts.notPersistent(), "message")
              + (counts.notPersistent() == 1
                  ? " was NON_PERSISTENT; its copy is PERSISTENT"
                  : " were NON_PERSISTENT; their copies are PERSISTENT"));
    }
    counts.stayed().forEach(err::println);
    long others = counts.stayedCount() - counts.stayed().size();
    if (others > 0) {
      err.println("and " + Counted.of(others, "other") + " stay for reasons like these");
    }
  }

  /// Warns that a topic reaches every queue that subscribes to it.
  void printWarning(PrintStream err) {
    if (request.toQueue() != null || counts.redriven() == 0) {
      return;
    }
    attracted
        .whyUnknown()
        .ifPresent(why -> err.println("note: the names of these queues are unknown: " + why));
    SortedSet<String> all = new TreeSet<>();
    counts.types().values().forEach(type -> all.addAll(attracted.queues(type.topics())));
    if (all.size() == 1) {
      return;
    }
    err.println("note: each of these queues gets the message, including any that had it before.");
    err.println("      To publish to one queue only:");
    err.println("      stripebridge redrive " + request.sourceOption() + " --to-queue QUEUE");
  }
}
