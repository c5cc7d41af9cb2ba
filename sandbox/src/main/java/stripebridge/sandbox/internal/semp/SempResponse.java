package stripebridge.sandbox.internal.semp;

import java.util.LinkedHashMap;
import java.util.Map;
import stripebridge.sandbox.internal.model.SempCode;

/// A response to a client: the status, and SEMP's envelope as the body.
record SempResponse(int status, Map<String, Object> body) {

  /// An object, or a page made by [Pages].
  static SempResponse of(Request request, Map<String, Object> content) {
    return of(request, content, Map.of());
  }

  static SempResponse of(
      Request request, Map<String, Object> content, Map<String, Object> moreMeta) {
    Map<String, Object> meta = meta(request.method(), request.origin() + request.path(), 200);
    meta.putAll(moreMeta);
    LinkedHashMap<String, Object> body = new LinkedHashMap<>(content);
    body.put("meta", meta);
    return new SempResponse(200, body);
  }

  /// The response to a deletion or an action.
  static SempResponse done(Request request) {
    return of(request, Map.of());
  }

  static SempResponse refused(
      int status, String method, String uri, SempCode code, String description) {
    Map<String, Object> meta = meta(method, uri, status);
    meta.put(
        "error",
        Map.of(
            "code", code.number(),
            "status", code.name(),
            "description", "%s: %s".formatted(method, description)));
    return new SempResponse(status, Map.of("meta", meta));
  }

  private static Map<String, Object> meta(String method, String uri, int status) {
    LinkedHashMap<String, Object> meta = new LinkedHashMap<>();
    meta.put("request", Map.of("method", method, "uri", uri));
    meta.put("responseCode", status);
    return meta;
  }
}
