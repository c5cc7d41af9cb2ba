package stripebridge.core.normalization;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import stripebridge.core.event.EventId;
import stripebridge.core.event.EventType;
import stripebridge.core.json.JsonValue;

/// The JSON document that is published for one event. Its schema is
/// `docs/reference/envelope.schema.json`.
///
/// Values of the event keep their original bytes; a field that the event lacks is `null`.
///
/// @param createdAt an ISO 8601 time in UTC
/// @param previousAttributes the old values of the attributes that an update changed
/// @param context the account path of a v2 event
/// @param data the normalized fields of the object's family, in a fixed order; empty for objects
///   that are not normalized
/// @param raw `data.object` exactly as received; for a v2 thin event, the whole event
public record Envelope(
    EventId eventId,
    EventType eventType,
    JsonValue apiVersion,
    JsonValue accountId,
    JsonValue createdAt,
    Instant bridgeReceivedAt,
    String bridgeVersion,
    UUID traceId,
    JsonValue livemode,
    JsonValue requestId,
    JsonValue idempotencyKey,
    JsonValue previousAttributes,
    JsonValue context,
    Map<String, JsonValue> data,
    JsonValue raw) {
  // The names and values outside of `data` and `raw` take about 600 bytes.
  private static final int FRAME_BYTES = 768;

  /// The document as UTF-8.
  public byte[] toJson() {
    Writer out = new Writer(FRAME_BYTES + 2 * raw.size() + previousAttributes.size());
    out.member('{', "event_id", JsonValue.ofText(eventId.text()));
    out.member(',', "event_type", JsonValue.ofText(eventType.text()));
    out.member(',', "api_version", apiVersion);
    out.member(',', "account_id", accountId);
    out.member(',', "created_at", createdAt);
    out.member(',', "bridge_received_at", JsonValue.ofText(bridgeReceivedAt.toString()));
    out.member(',', "bridge_version", JsonValue.ofText(bridgeVersion));
    out.member(',', "trace_id", JsonValue.ofText(traceId.toString()));
    out.member(',', "livemode", livemode);
    out.member(',', "request_id", requestId);
    out.member(',', "idempotency_key", idempotencyKey);
    out.member(',', "previous_attributes", previousAttributes);
    out.member(',', "context", context);
    out.name(',', "data");
    char separator = '{';
    for (Map.Entry<String, JsonValue> field : data.entrySet()) {
      out.member(separator, field.getKey(), field.getValue());
      separator = ',';
    }
    out.ascii(data.isEmpty() ? "{}" : "}");
    out.member(',', "raw", raw);
    out.ascii("}");
    return out.bytes.toByteArray();
  }

  /// Joins values that are already JSON; it only encodes our own names.
  private static final class Writer {
    private final ByteArrayOutputStream bytes;

    Writer(int capacity) {
      bytes = new ByteArrayOutputStream(capacity);
    }

    void member(char separator, String name, JsonValue value) {
      name(separator, name);
      value.writeTo(bytes);
    }

    void name(char separator, String name) {
      bytes.write(separator);
      bytes.write('"');
      ascii(name);
      bytes.write('"');
      bytes.write(':');
    }

    void ascii(String text) {
      bytes.writeBytes(text.getBytes(US_ASCII));
    }
  }
}
