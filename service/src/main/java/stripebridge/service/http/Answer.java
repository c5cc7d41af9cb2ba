package stripebridge.service.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerResponse;
import java.time.Duration;

/// An answer in JSON.
///
/// @param retryAfter when the client may come again; zero says nothing
/// @param isLast whether the connection is closed after it
@SuppressWarnings("ArrayRecordComponent") // Nobody compares answers.
record Answer(int status, byte[] json, Duration retryAfter, boolean isLast) {
  static Answer of(int status, String json) {
    return new Answer(status, json.getBytes(UTF_8), Duration.ZERO, false);
  }

  /// @param code a stable name for machines
  /// @param sentence for a person
  static Answer error(int status, String code, String sentence) {
    return of(status, "{\"error\":\"" + code + "\",\"message\":" + Json.text(sentence) + "}");
  }

  Answer retryAfter(Duration time) {
    return new Answer(status, json, time, isLast);
  }

  Answer last() {
    return new Answer(status, json, retryAfter, true);
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
