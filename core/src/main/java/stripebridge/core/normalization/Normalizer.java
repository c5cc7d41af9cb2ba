package stripebridge.core.normalization;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import stripebridge.core.event.StripeEvent;
import stripebridge.core.json.Json;
import stripebridge.core.json.JsonValue;

/// Makes the envelope of an event in one pass, which validates the whole document and copies the
/// values that the envelope needs byte for byte.
///
/// Not thread-safe: an instance is one pass.
public final class Normalizer {
  private final byte[] document;
  private final Map<String, JsonValue> event = new HashMap<>();
  private final Map<String, JsonValue> object = new HashMap<>();
  private @Nullable JsonValue previousAttributes;
  private @Nullable JsonValue raw;

  private Normalizer(byte[] document) {
    this.document = document;
  }

  /// Normalizes one event; never throws.
  ///
  /// @param event the result of [stripebridge.core.event.EventReader] for the same body
  /// @param body the body as received; it must not be modified while the envelope is in use
  public static Normalization normalize(StripeEvent event, byte[] body, Receipt receipt) {
    byte[] document = Json.withoutByteOrderMark(body);
    if (!isUtf8(document)) {
      return new Normalization.Unreadable("not valid UTF-8");
    }
    return new Normalizer(document).normalize(event, receipt);
  }

  private Normalization normalize(StripeEvent read, Receipt receipt) {
    try (JsonParser parser = Json.strictParser(document)) {
      parser.nextToken();
      int from = (int) parser.currentTokenLocation().getByteOffset();
      scanEvent(parser);
      if (read.thin()) {
        raw = JsonValue.between(document, from, (int) parser.currentLocation().getByteOffset());
      }
      if (parser.nextToken() != null) {
        return new Normalization.Unreadable("more than one JSON document");
      }
    } catch (IOException e) {
      return new Normalization.Unreadable(reason(e));
    }
    if (raw == null) {
      return new Normalization.Unreadable("no object at data.object");
    }
    return new Normalization.Normalized(envelope(read, receipt, raw));
  }

  private void scanEvent(JsonParser parser) throws IOException {
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      JsonToken value = parser.nextToken();
      if (name.equals("data") && value == JsonToken.START_OBJECT) {
        scanData(parser);
      } else {
        event.put(name, JsonValue.at(parser, document));
      }
    }
  }

  private void scanData(JsonParser parser) throws IOException {
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      JsonToken value = parser.nextToken();
      if (name.equals("object") && value == JsonToken.START_OBJECT) {
        int from = (int) parser.currentTokenLocation().getByteOffset();
        scanObject(parser);
        raw = JsonValue.between(document, from, (int) parser.currentLocation().getByteOffset());
      } else if (name.equals("previous_attributes")) {
        previousAttributes = JsonValue.at(parser, document);
      } else {
        parser.skipChildren();
      }
    }
  }

  private void scanObject(JsonParser parser) throws IOException {
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      parser.nextToken();
      object.put(name, JsonValue.at(parser, document));
    }
  }

  private Envelope envelope(StripeEvent read, Receipt receipt, JsonValue raw) {
    Optional<Family> family = read.thin() ? Optional.empty() : Family.of(read.type(), object);
    return new Envelope(
        read.id(),
        read.type(),
        Field.Kind.TEXT.orNull(member("api_version")),
        accountId(read, receipt),
        JsonValue.ofText(read.created() == null ? null : read.created().toString()),
        receipt.receivedAt(),
        receipt.bridgeVersion(),
        receipt.traceId(),
        Field.Kind.TRUTH.orNull(member("livemode")),
        requestId(read),
        requestMember(read, "idempotency_key"),
        previousAttributes == null ? JsonValue.NULL : Field.Kind.OBJECT.orNull(previousAttributes),
        Field.Kind.TEXT.orNull(member("context")),
        family.map(known -> known.normalize(object)).orElse(Map.of()),
        raw);
  }

  private JsonValue accountId(StripeEvent read, Receipt receipt) {
    JsonValue named = Field.Kind.TEXT.orNull(member("account"));
    return named.isNull() || named.text().orElse("").isEmpty()
        ? JsonValue.ofText(read.accountOr(receipt.account()))
        : named;
  }

  /// Until 2017-05-25 `request` was the id itself.
  private JsonValue requestId(StripeEvent read) {
    JsonValue request = member("request");
    return !read.thin() && request.isText() ? request : requestMember(read, "id");
  }

  private JsonValue requestMember(StripeEvent read, String name) {
    Optional<JsonValue> request =
        read.thin() ? member("reason").at("request") : Optional.of(member("request"));
    return request
        .flatMap(found -> found.at(name))
        .map(Field.Kind.TEXT::orNull)
        .orElse(JsonValue.NULL);
  }

  private JsonValue member(String name) {
    return event.getOrDefault(name, JsonValue.NULL);
  }

  private static boolean isUtf8(byte[] document) {
    if (isAscii(document)) {
      return true;
    }
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(document));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  /// Nearly every event is. The loop has no early end, so that the JVM can compare many bytes at
  /// once; decoding the document would fill a buffer of twice its size.
  private static boolean isAscii(byte[] document) {
    int all = 0;
    for (byte b : document) {
      all |= b;
    }
    return all >= 0;
  }

  private static String reason(IOException failure) {
    return switch (failure) {
      case com.fasterxml.jackson.core.exc.StreamConstraintsException _ ->
          "nested deeper than " + Json.NESTING_MAX + " levels";
      case com.fasterxml.jackson.core.JsonParseException parse
          when parse.getOriginalMessage().startsWith("Duplicate") ->
          "a field name appears twice in one object";
      default -> Json.malformedAt(failure);
    };
  }
}
