package stripebridge.sandbox.internal.semp;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import stripebridge.sandbox.internal.model.RefusedException;
import stripebridge.sandbox.internal.model.SempCode;

/// An authenticated request.
///
/// @param origin scheme, host and port as the client named them
/// @param path the whole path, not decoded
/// @param segments the path segments below the API's base, not decoded
/// @param body reads the body as a JSON object, or refuses it
record Request(
    Api api,
    String method,
    String origin,
    String path,
    List<String> segments,
    Query query,
    Supplier<Map<String, Object>> body,
    SempUser user) {

  /// The API's base URI, for links.
  String base() {
    return origin + api.base();
  }

  Map<String, Object> json() {
    return body.get();
  }

  RefusedException notSupported() {
    return new RefusedException(
        SempCode.NOT_SUPPORTED, "%s is not supported by %s".formatted(method, path));
  }

  RefusedException unauthorized(String why) {
    return new RefusedException(
        SempCode.UNAUTHORIZED,
        "user '%s' may not %s %s: %s".formatted(user.name(), method, path, why));
  }
}
