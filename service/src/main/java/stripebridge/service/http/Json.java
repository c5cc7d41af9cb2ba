package stripebridge.service.http;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.util.Collection;
import java.util.stream.Collectors;

/// The little JSON that answers are made of.
final class Json {
  private Json() {}

  static String text(String value) {
    return '"' + String.valueOf(JsonStringEncoder.getInstance().quoteAsString(value)) + '"';
  }

  static String texts(Collection<String> values) {
    return values.stream().map(Json::text).collect(Collectors.joining(",", "[", "]"));
  }
}
