package stripebridge.core.capture;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import stripebridge.core.json.Json;

/// The format of a capture: one JSON object. The body is in Base64, so that every byte survives.
public final class CaptureJson {
  private static final int FORMAT = 1;
  private static final JsonFactory WRITER = new JsonFactory();

  // The members, in the order of the file.
  private static final String FORMAT_FIELD = "format";
  private static final String AT = "at";
  private static final String REASON = "reason";
  private static final String SENTENCE = "sentence";
  private static final String ENDPOINT = "endpoint";
  private static final String REMOTE = "remote";
  private static final String SECRETS_TRIED = "secrets_tried";
  private static final String HEADERS = "headers";
  private static final String NAME = "name";
  private static final String VALUE = "value";
  private static final String BODY = "body";

  private CaptureJson() {}

  /// A file that is not a capture.
  public static final class NotACaptureException extends Exception {
    private NotACaptureException(String reason) {
      super(reason);
    }
  }

  /// Writes a capture.
  public static byte[] write(RefusedWebhook refused) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(4 << 10);
    try (JsonGenerator json = WRITER.createGenerator(out)) {
      json.useDefaultPrettyPrinter();
      json.writeStartObject();
      json.writeNumberField(FORMAT_FIELD, FORMAT);
      json.writeStringField(AT, refused.at().toString());
      json.writeStringField(REASON, refused.reason().code());
      json.writeStringField(SENTENCE, refused.sentence());
      json.writeStringField(ENDPOINT, refused.endpoint());
      json.writeStringField(REMOTE, refused.remote());
      json.writeArrayFieldStart(SECRETS_TRIED);
      for (String label : refused.secretsTried()) {
        json.writeString(label);
      }
      json.writeEndArray();
      json.writeArrayFieldStart(HEADERS);
      for (RefusedWebhook.Header header : refused.headers()) {
        json.writeStartObject();
        json.writeStringField(NAME, header.name());
        json.writeStringField(VALUE, header.value());
        json.writeEndObject();
      }
      json.writeEndArray();
      if (refused.body().isPresent()) {
        json.writeStringField(
            BODY, Base64.getEncoder().encodeToString(refused.body().get().bytes()));
      }
      json.writeEndObject();
      json.writeRaw('\n');
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to memory", e);
    }
    return out.toByteArray();
  }

  /// Reads a capture.
  ///
  /// @throws NotACaptureException with one clause that quotes nothing of it
  public static RefusedWebhook read(byte[] file) throws NotACaptureException {
    Fields fields = new Fields();
    try (JsonParser json = Json.strictParser(file)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new NotACaptureException("it is not a JSON object");
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        fields.read(json.currentName(), json);
      }
      if (json.nextToken() != null) {
        throw new NotACaptureException("something follows its JSON object");
      }
    } catch (IOException e) {
      throw new NotACaptureException("it is " + Json.malformedAt(e));
    }
    return fields.webhook();
  }

  /// The members found so far. Unknown ones are those of a later release, and are skipped.
  private static final class Fields {
    private int format;
    private final Map<String, String> texts = new HashMap<>();
    private final List<String> secrets = new ArrayList<>();
    private final List<RefusedWebhook.Header> headers = new ArrayList<>();

    void read(String name, JsonParser json) throws IOException {
      JsonToken token = json.nextToken();
      if (name.equals(FORMAT_FIELD) && token == JsonToken.VALUE_NUMBER_INT) {
        format = json.getIntValue();
      } else if (name.equals(SECRETS_TRIED) && token == JsonToken.START_ARRAY) {
        while (json.nextToken() == JsonToken.VALUE_STRING) {
          secrets.add(json.getText());
        }
      } else if (name.equals(HEADERS) && token == JsonToken.START_ARRAY) {
        while (json.nextToken() == JsonToken.START_OBJECT) {
          header(json);
        }
      } else if (token == JsonToken.VALUE_STRING) {
        texts.put(name, json.getText());
      } else {
        json.skipChildren();
      }
    }

    private void header(JsonParser json) throws IOException {
      String name = "";
      String value = "";
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String member = json.currentName();
        String text = json.nextTextValue();
        if (text == null) {
          json.skipChildren();
        } else if (member.equals(NAME)) {
          name = text;
        } else if (member.equals(VALUE)) {
          value = text;
        }
      }
      headers.add(new RefusedWebhook.Header(name, value));
    }

    RefusedWebhook webhook() throws NotACaptureException {
      if (format != FORMAT) {
        throw new NotACaptureException(
            format == 0 ? "it has no \"format\"" : "its format is " + format + ", not " + FORMAT);
      }
      try {
        return new RefusedWebhook(
            Instant.parse(text(AT)),
            CaptureReason.of(text(REASON))
                .orElseThrow(() -> new NotACaptureException("its reason is unknown")),
            text(SENTENCE),
            text(ENDPOINT),
            text(REMOTE),
            secrets,
            headers,
            body(texts.get(BODY)));
      } catch (DateTimeException e) {
        throw new NotACaptureException("its \"at\" is not a time");
      } catch (IllegalArgumentException e) {
        throw new NotACaptureException("its body is not Base64");
      }
    }

    private static Optional<RefusedWebhook.Bytes> body(@Nullable String base64) {
      return Optional.ofNullable(base64)
          .map(text -> new RefusedWebhook.Bytes(Base64.getDecoder().decode(text)));
    }

    private String text(String name) throws NotACaptureException {
      String text = texts.get(name);
      if (text == null) {
        throw new NotACaptureException("it has no \"" + name + "\"");
      }
      return text;
    }
  }
}
