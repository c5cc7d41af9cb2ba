package stripebridge.service.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.helidon.http.DateTime;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Arrays;

/// A JSON answer.
///
/// @param retryAfter when the client may try again; zero for no header
/// @param isLast whether the connection is closed after it
@SuppressWarnings("ArrayRecordComponent") // Nobody compares answers.
record JsonResponse(int status, byte[] json, Duration retryAfter, boolean isLast) {
  private static final JsonFactory JSON = new JsonFactory();

  /// Writes the fields of an object.
  @FunctionalInterface
  interface Fields {
    void write(JsonGenerator json) throws IOException;
  }

  static JsonResponse of(int status, Fields fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      fields.write(json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory does not fail", e);
    }
    return new JsonResponse(status, bytes.toByteArray(), Duration.ZERO, false);
  }

  /// @param code a stable name for programs
  /// @param sentence for a person
  static JsonResponse error(int status, String code, String sentence) {
    return of(
        status,
        json -> {
          json.writeStringField("error", code);
          json.writeStringField("message", sentence);
        });
  }

  JsonResponse retryAfter(Duration time) {
    return new JsonResponse(status, json, time, isLast);
  }

  JsonResponse last() {
    return new JsonResponse(status, json, retryAfter, true);
  }

  /// The whole answer, for a client whose request Helidon never sees.
  byte[] bytes() {
    StringBuilder head = new StringBuilder(256);
    head.append("HTTP/1.1 ").append(status).append(' ');
    head.append(Status.create(status).reasonPhrase()).append("\r\n");
    head.append("Date: ").append(new String(DateTime.http1Bytes(), US_ASCII));
    head.append("Content-Type: application/json\r\n");
    head.append("Content-Length: ").append(json.length).append("\r\n");
    if (!retryAfter.isZero()) {
      head.append("Retry-After: ").append(retryAfter.toSeconds()).append("\r\n");
    }
    if (status == Status.UNSUPPORTED_MEDIA_TYPE_415.code()) {
      head.append("Accept-Encoding: identity\r\n");
    }
    head.append("Connection: close\r\n\r\n");
    byte[] bytes = Arrays.copyOf(head.toString().getBytes(US_ASCII), head.length() + json.length);
    System.arraycopy(json, 0, bytes, head.length(), json.length);
    return bytes;
  }

  void send(ServerResponse response) {
    response.status(Status.create(status));
    response.header(HeaderValues.CONTENT_TYPE_JSON);
    if (!retryAfter.isZero()) {
      response.header(HeaderNames.RETRY_AFTER, Long.toString(retryAfter.toSeconds()));
    }
    if (isLast) {
      response.header(HeaderValues.CONNECTION_CLOSE);
    }
    response.send(json);
  }
}
