package stripebridge.cli.trigger;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import stripebridge.cli.output.Document;
import stripebridge.cli.output.Ink;
import stripebridge.cli.output.OutputFormat;

/// Prints one line for each event as soon as it is answered. Thread-safe.
final class OutcomeLines {
  // The length of Stripe's event ids.
  private static final int ID_COLUMNS = 28;
  private static final int STATUS_COLUMNS = 13;

  private final OutputFormat format;
  private final PrintStream out;
  private final Ink ink;
  private final int typeColumns;
  private boolean begun;

  /// @param typeColumns the length of the longest type
  OutcomeLines(OutputFormat format, PrintStream out, Ink ink, int typeColumns) {
    this.format = format;
    this.out = out;
    this.ink = ink;
    this.typeColumns = Math.max(typeColumns, "TYPE".length());
  }

  synchronized void print(OutcomeLine line) {
    switch (format) {
      case TABLE -> {
        if (!begun) {
          out.println(row("EVENT", "TYPE", "STATUS", "LATENCY"));
        }
        out.println(row(line));
      }
      case JSON -> document(line).printLine(out);
      case YAML -> {
        if (begun) {
          out.println("---");
        }
        document(line).print(OutputFormat.YAML, out);
      }
    }
    begun = true;
  }

  /// The time in milliseconds, for people.
  static String milliseconds(Duration time) {
    return String.format(Locale.ROOT, "%.1f ms", time.toNanos() / 1e6);
  }

  private String row(OutcomeLine line) {
    String row = row(line.eventId(), line.eventType(), line.status(), milliseconds(line.latency()));
    return line.complaint().isEmpty() ? row : ink.red(row + "  " + line.complaint());
  }

  private String row(String id, String type, String status, String latency) {
    return String.format(
        Locale.ROOT,
        "%-" + ID_COLUMNS + "s  %-" + typeColumns + "s  %-" + STATUS_COLUMNS + "s  %s",
        id,
        type,
        status,
        latency);
  }

  private static Document document(OutcomeLine line) {
    return generator -> write(line, generator);
  }

  private static void write(OutcomeLine line, JsonGenerator generator) throws IOException {
    generator.writeStartObject();
    generator.writeStringField("event_id", line.eventId().isEmpty() ? null : line.eventId());
    generator.writeStringField("event_type", line.eventType());
    line.writeTo(generator);
    generator.writeNumberField("latency_ms", Math.round(line.latency().toNanos() / 1e5) / 10.0);
    generator.writeEndObject();
  }
}
