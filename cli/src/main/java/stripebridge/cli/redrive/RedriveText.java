package stripebridge.cli.redrive;

import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import stripebridge.cli.output.Counted;
import stripebridge.cli.output.Document;
import stripebridge.cli.output.Table;

/// What is said of a redrive: how many of which type go where.
public final class RedriveText {
  private final RedriveRequest request;
  private final AttractedQueues reach;
  private final RedriveCounts tally;

  /// @param reach asked only when messages go to topics
  public RedriveText(RedriveRequest request, AttractedQueues reach, RedriveCounts tally) {
    this.request = request;
    this.reach = reach;
    this.tally = tally;
  }

  /// The table, for people.
  public void print(PrintStream out) {
    if (tally.redriven() == 0) {
      return;
    }
    Table table = new Table("EVENT TYPE", "MESSAGES", "TO");
    tally
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
    if (reach.unknown().isPresent()) {
      return List.of("every queue that attracts it");
    }
    SortedSet<String> queues = reach.queues(type.topics());
    return queues.isEmpty() ? List.of("no queue: nobody attracts it") : List.copyOf(queues);
  }

  /// The same, for programs.
  ///
  /// @param isDone whether it was done, or would be
  public Document document(boolean isDone) {
    return to -> {
      to.writeStartObject();
      to.writeStringField("from", request.from());
      to.writeBooleanField("done", isDone);
      to.writeNumberField("messages", tally.redriven());
      to.writeNumberField("stayed", tally.stayedCount());
      to.writeArrayFieldStart("event_types");
      for (Map.Entry<String, RedriveCounts.OfType> type : tally.types().entrySet()) {
        to.writeStartObject();
        to.writeStringField("event_type", type.getKey());
        to.writeNumberField("messages", type.getValue().messages());
        to.writeArrayFieldStart("topics");
        for (String topic : type.getValue().topics()) {
          to.writeString(topic);
        }
        to.writeEndArray();
        if (request.toQueue() != null || reach.unknown().isEmpty()) {
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
        ? reach.queues(type.topics())
        : new TreeSet<>(List.of(request.toQueue()));
  }

  /// What stays, each with its reason, and what copies do not keep.
  public void printStayed(PrintStream err) {
    if (tally.notPersistent() > 0) {
      err.println(
          "note: "
              + Counted.of(tally.notPersistent(), "message")
              + (tally.notPersistent() == 1
                  ? " was NON_PERSISTENT; its copy is PERSISTENT"
                  : " were NON_PERSISTENT; their copies are PERSISTENT"));
    }
    tally.stayed().forEach(err::println);
    long others = tally.stayedCount() - tally.stayed().size();
    if (others > 0) {
      err.println("and " + Counted.of(others, "other") + " stay for reasons like these");
    }
  }

  /// That a topic reaches whoever subscribes to it.
  ///
  /// @param command what this redrive was called by, such as `--queue stripe.errors.dmq`
  public void printWarning(String command, PrintStream err) {
    if (request.toQueue() != null || tally.redriven() == 0) {
      return;
    }
    reach
        .unknown()
        .ifPresent(why -> err.println("note: which queues these are is unknown: " + why));
    SortedSet<String> all = new TreeSet<>();
    tally.types().values().forEach(type -> all.addAll(reach.queues(type.topics())));
    if (all.size() == 1) {
      return;
    }
    err.println("note: each of these queues gets the message, also one that had it before. To one");
    err.println("      queue alone:");
    err.println("      stripebridge redrive " + command + " --to-queue QUEUE");
  }
}
