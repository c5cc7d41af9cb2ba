package stripebridge.cli.drain;

import java.io.PrintStream;
import java.util.Map;
import stripebridge.cli.messages.EventTypeCounts;
import stripebridge.cli.output.Counted;
import stripebridge.cli.output.Document;
import stripebridge.cli.output.OutputFormat;
import stripebridge.cli.output.Table;

/// What `drain` prints before and after it drains.
record DrainText(DrainRequest request) {
  private static final String REST = "; all other messages are still in the queue";

  /// What is about to happen, for the confirmation.
  ///
  /// @param depth of the queue; negative when unknown
  String intent(long depth) {
    String noun = request.selection().isEverything() ? "message" : "matching message";
    return "%s in '%s'%s will be %s"
        .formatted(
            request.most() == Long.MAX_VALUE
                ? "all " + noun + "s"
                : "up to " + Counted.of(request.most(), noun),
            request.queue(),
            depth < 0 ? "" : " (it holds %,d)".formatted(depth),
            fate());
  }

  private String fate() {
    return request.to() == null ? "deleted" : "moved to " + request.fileName();
  }

  /// What a run did that reached its end, or was stopped.
  String summary(EventTypeCounts drained, boolean isStopped) {
    if (isStopped) {
      return "stopped: " + done(drained) + (request.dryRun() ? "" : REST);
    }
    if (drained.total() > 0) {
      return done(drained);
    }
    return done(drained)
        + (request.selection().isEverything()
            ? ": '" + request.queue() + "' is empty"
            : ": none in '" + request.queue() + "' matches");
  }

  /// What a run did that the broker ended.
  String interrupted(EventTypeCounts drained) {
    return done(drained) + REST;
  }

  private String done(EventTypeCounts drained) {
    long total = drained.total();
    if (total == 0) {
      return "no message was " + (request.dryRun() ? "found" : "taken");
    }
    String messages = Counted.of(total, "message");
    return request.dryRun()
        ? messages + " would be taken; nothing was touched"
        : messages + (total == 1 ? " was " : " were ") + fate();
  }

  /// Prints how many messages there were of each event type.
  void print(EventTypeCounts drained, OutputFormat format, PrintStream out) {
    if (format != OutputFormat.TABLE) {
      document(drained).print(format, out);
    } else if (drained.total() > 0) {
      Table table = new Table("EVENT TYPE", "MESSAGES");
      drained.counts().forEach((type, count) -> table.row(type, "%,d".formatted(count)));
      table.print(out);
    }
  }

  private Document document(EventTypeCounts drained) {
    return to -> {
      to.writeStartObject();
      to.writeStringField("queue", request.queue());
      to.writeNumberField("messages", drained.total());
      to.writeObjectFieldStart("event_types");
      for (Map.Entry<String, Long> each : drained.counts().entrySet()) {
        to.writeNumberField(each.getKey(), each.getValue());
      }
      to.writeEndObject();
      to.writeEndObject();
    };
  }
}
