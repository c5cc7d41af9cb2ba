package stripebridge.service.http;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.util.Collection;
import java.util.stream.Collectors;

/// Writes the few JSON fields of our answers.
final class Json {
  private Json() {}

  static String text(String value) {
    return '"' + String.valueOf(JsonStringEncoder.getInstance().quoteAsString(value)) + '"';
  }

  static String texts(Collection<String> values) {
    return values.stream().map(Json::text).collect(Collectors.joining(",", "[", "]"));
  }
}
