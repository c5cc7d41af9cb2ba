package stripebridge.cli.queues;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import stripebridge.cli.output.Document;
import stripebridge.core.broker.QueueFlow;
import stripebridge.core.broker.QueueStatus;

/// Writes a reading for programs: raw numbers, times in UTC.
///
/// @param history the rates since the reading before; null unless watching
record QueueDocument(String vpn, Reading reading, @Nullable History history) implements Document {
  @Override
  public void write(JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("vpn", vpn);
    json.writeStringField("at", reading.at().toString());
    Reading.Detail detail = reading.detail();
    if (detail != null) {
      json.writeFieldName("queue");
      queue(json, reading.rows().getFirst(), detail);
    } else {
      json.writeArrayFieldStart("queues");
      for (QueueRow row : reading.rows()) {
        queue(json, row, null);
      }
      json.writeEndArray();
    }
    json.writeEndObject();
  }

  private void queue(JsonGenerator json, QueueRow row, Reading.@Nullable Detail detail)
      throws IOException {
    QueueStatus queue = row.status();
    json.writeStartObject();
    json.writeStringField("name", queue.name());
    json.writeNumberField("messages", queue.depth());
    json.writeBooleanField("messages_counted", queue.counted());
    json.writeNumberField("unacknowledged", queue.unacknowledged());
    json.writeNumberField("spooled_bytes", queue.spooledBytes());
    json.writeNumberField("quota_megabytes", queue.maxSpoolMegabytes());
    json.writeNumberField("consumers", queue.boundFlows());
    Instant oldest = row.oldest();
    if (oldest == null) {
      json.writeNullField("oldest_message_at");
      json.writeNullField("oldest_message_age_seconds");
    } else {
      json.writeStringField("oldest_message_at", oldest.toString());
      json.writeNumberField(
          "oldest_message_age_seconds",
          Math.max(0, Duration.between(oldest, reading.at()).toSeconds()));
    }
    json.writeBooleanField("ingress_enabled", queue.ingressEnabled());
    json.writeBooleanField("egress_enabled", queue.egressEnabled());
    json.writeStringField("dead_msg_queue", queue.deadMsgQueue());
    if (history != null) {
      rates(json, history.of(row.name()).map(History.Track::rates).orElse(null));
    }
    counters(json, queue.counters());
    json.writeArrayFieldStart("troubles");
    for (QueueProblem problem : row.problems()) {
      json.writeStartObject();
      json.writeStringField("kind", problem.kind().toString());
      json.writeStringField("text", problem.clause());
      json.writeEndObject();
    }
    json.writeEndArray();
    if (detail != null) {
      detail(json, detail);
    }
    json.writeEndObject();
  }

  private static void rates(JsonGenerator json, History.@Nullable Rates rates) throws IOException {
    if (rates == null) {
      json.writeNullField("in_per_second");
      json.writeNullField("out_per_second");
    } else {
      json.writeNumberField("in_per_second", rates.in());
      json.writeNumberField("out_per_second", rates.out());
    }
  }

  private static void counters(JsonGenerator json, QueueStatus.Counters counters)
      throws IOException {
    json.writeNumberField("spooled", counters.spooled());
    json.writeNumberField("redelivered", counters.redelivered());
    json.writeNumberField("moved_to_dmq", counters.movedToDmq());
    json.writeNumberField("lost_to_dmq", counters.lostToDmq());
    json.writeNumberField("deleted", counters.deleted());
    json.writeObjectFieldStart("discarded");
    for (Map.Entry<String, Long> one : new TreeMap<>(counters.discarded()).entrySet()) {
      json.writeNumberField(one.getKey(), one.getValue());
    }
    json.writeEndObject();
  }

  private static void detail(JsonGenerator json, Reading.Detail detail) throws IOException {
    json.writeArrayFieldStart("flows");
    for (QueueFlow flow : detail.flows()) {
      json.writeStartObject();
      json.writeNumberField("id", flow.id());
      json.writeStringField("client_name", flow.clientName());
      json.writeStringField("activity", flow.activity());
      json.writeNumberField("unacknowledged", flow.unacknowledged());
      json.writeNumberField("window_size", flow.windowSize());
      json.writeStringField("bound_since", flow.boundSince().toString());
      json.writeEndObject();
    }
    json.writeEndArray();
    strings(json, "subscriptions", detail.subscriptions());
    strings(json, "is_dmq_of", detail.feeders());
  }

  private static void strings(JsonGenerator json, String name, Iterable<String> values)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (String value : values) {
      json.writeString(value);
    }
    json.writeEndArray();
  }
}
