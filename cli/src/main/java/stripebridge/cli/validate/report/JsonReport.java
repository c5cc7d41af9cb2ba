package stripebridge.cli.validate.report;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Writes a report for programs, with every detail.
final class JsonReport {
  private final JsonGenerator json;

  private JsonReport(JsonGenerator json) {
    this.json = json;
  }

  static void write(Report report, OutputStream out) throws IOException {
    try (JsonGenerator json =
        new JsonFactory().createGenerator(out, JsonEncoding.UTF8).useDefaultPrettyPrinter()) {
      new JsonReport(json).write(report);
      json.writeRaw('\n');
    }
  }

  private void write(Report report) throws IOException {
    json.writeStartObject();
    json.writeStringField("run", report.run());
    json.writeStringField("target", report.target());
    json.writeStringField("started_at", report.startedAt().toString());
    json.writeNumberField("took_ms", report.took().toMillis());
    json.writeBooleanField("passed", report.isPassed());
    json.writeObjectFieldStart("totals");
    json.writeNumberField("passed", report.count(Check.Passed.class));
    json.writeNumberField("failed", report.count(Check.Failed.class));
    json.writeNumberField("skipped", report.count(Check.Skipped.class));
    json.writeEndObject();
    Optional<Latency> latency = report.latency();
    if (latency.isPresent()) {
      json.writeObjectFieldStart("latency_ms");
      millis("avg", latency.get().average());
      millis("p50", latency.get().p50());
      millis("p95", latency.get().p95());
      millis("max", latency.get().max());
      json.writeEndObject();
    }
    json.writeArrayFieldStart("checks");
    for (Check check : report.checks()) {
      check(check);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("events");
    for (Report.Event event : report.events()) {
      event(event);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("counters");
    for (CounterLine line : report.series()) {
      counter(line);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void check(Check check) throws IOException {
    json.writeStartObject();
    json.writeStringField("stage", check.stage().name().toLowerCase(Locale.ROOT));
    json.writeStringField("name", check.name());
    switch (check.result()) {
      case Check.Passed(String seen, List<String> notes) -> {
        json.writeStringField("result", "passed");
        texts("seen", seen.isEmpty() ? List.of() : List.of(seen));
        texts("notes", notes);
      }
      case Check.Failed(List<String> seen, String next) -> {
        json.writeStringField("result", "failed");
        texts("seen", seen);
        json.writeStringField("next", next);
      }
      case Check.Skipped(String reason) -> {
        json.writeStringField("result", "skipped");
        json.writeStringField("reason", reason);
      }
    }
    json.writeEndObject();
  }

  private void event(Report.Event event) throws IOException {
    json.writeStartObject();
    json.writeStringField("id", event.id());
    json.writeStringField("type", event.type());
    json.writeStringField("topic", event.topic());
    texts("queues", event.queues());
    if (event.latency().isPresent()) {
      millis("latency_ms", event.latency().get());
    }
    json.writeEndObject();
  }

  private void counter(CounterLine line) throws IOException {
    json.writeStartObject();
    json.writeStringField("metric", line.metric());
    json.writeNumberField("before", line.before());
    json.writeNumberField("after", line.after());
    json.writeNumberField("expected", line.expected());
    json.writeStringField("verdict", line.verdict().name().toLowerCase(Locale.ROOT));
    json.writeEndObject();
  }

  private void texts(String name, List<String> texts) throws IOException {
    json.writeArrayFieldStart(name);
    for (String text : texts) {
      json.writeString(text);
    }
    json.writeEndArray();
  }

  private void millis(String name, Duration time) throws IOException {
    json.writeNumberField(name, time.toNanos() / 1e6);
  }
}
