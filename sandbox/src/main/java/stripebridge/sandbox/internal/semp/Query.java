package stripebridge.sandbox.internal.semp;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import stripebridge.sandbox.internal.model.RefusedException;
import stripebridge.sandbox.internal.model.SempCode;

/// The query parameters of a request.
record Query(Map<String, String> parameters) {

  private static final int COUNT_DEFAULT = 10;
  private static final int COUNT_MAX = 100;
  private static final Set<String> KNOWN =
      Set.of("select", "where", "count", "cursor", "forceFullPage", "opaquePassword");

  static Query parse(@Nullable String raw) {
    Map<String, String> parameters = pairs(raw);
    for (String name : parameters.keySet()) {
      if (!KNOWN.contains(name)) {
        throw refuse(name, "is unknown");
      }
    }
    if (parameters.containsKey("opaquePassword")) {
      throw new RefusedException(
          SempCode.NOT_SUPPORTED, "query parameter 'opaquePassword' is not supported here");
    }
    return new Query(parameters);
  }

  /// The parameters of a query by name, known or not.
  static Map<String, String> pairs(@Nullable String raw) {
    LinkedHashMap<String, String> pairs = new LinkedHashMap<>();
    if (raw != null && !raw.isEmpty()) {
      for (String pair : raw.split("&", -1)) {
        int equals = pair.indexOf('=');
        String name = PercentEncoding.decodeQuery(equals < 0 ? pair : pair.substring(0, equals));
        String value = equals < 0 ? "" : PercentEncoding.decodeQuery(pair.substring(equals + 1));
        if (pairs.put(name, value) != null) {
          throw refuse(name, "is given twice");
        }
      }
    }
    return pairs;
  }

  Select select() {
    return find("select").map(Select::parse).orElse(Select.ALL);
  }

  Where where() {
    return find("where").map(Where::parse).orElse(Where.ALL);
  }

  /// The maximum number of objects on a page. A number above the limit is refused and not cut: a
  /// client that would ask a real broker for too much learns it here.
  int count() {
    Optional<String> text = find("count");
    if (text.isEmpty()) {
      return COUNT_DEFAULT;
    }
    try {
      int count = Integer.parseInt(text.get());
      if (count >= 1 && count <= COUNT_MAX) {
        return count;
      }
    } catch (NumberFormatException _) {
      // Refused below, with the given text.
    }
    throw refuse("count", "is not in 1.." + COUNT_MAX + ": " + text.get());
  }

  Optional<String> cursor() {
    return find("cursor");
  }

  boolean forceFullPage() {
    return find("forceFullPage").filter("true"::equals).isPresent();
  }

  /// These parameters with another cursor, as the query of a URI.
  String withCursor(String cursor) {
    LinkedHashMap<String, String> next = new LinkedHashMap<>(parameters);
    next.put("cursor", cursor);
    StringBuilder query = new StringBuilder();
    next.forEach((name, value) ->
        query
            .append(query.isEmpty() ? "" : "&")
            .append(name)
            .append('=')
            .append(PercentEncoding.encode(value)));
    return query.toString();
  }

  private Optional<String> find(String name) {
    return Optional.ofNullable(parameters.get(name));
  }

  private static RefusedException refuse(String name, String why) {
    return new RefusedException(
        SempCode.INVALID_PARAMETER, "query parameter '%s' %s".formatted(name, why));
  }
}
