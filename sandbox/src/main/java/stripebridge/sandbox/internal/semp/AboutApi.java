package stripebridge.sandbox.internal.semp;

import java.util.List;
import java.util.Map;

/// `/about`, which every API has: the SEMP version and the current user.
final class AboutApi {

  // Not one of Solace's platforms, so that a client sees that this is a sandbox.
  private static final String PLATFORM = "Sandbox";

  private final SempSchema shape;

  AboutApi(SempSchema shape) {
    this.shape = shape;
  }

  /// Answers a GET.
  ///
  /// @param what the path below `about`
  SempResponse answer(Request request, String what) {
    if (!request.method().equals("GET")) {
      throw request.notSupported();
    }
    return switch (what) {
      case "" -> answer(request, "about", List.of("api", "user"), Map.of());
      case "api" ->
          answer(
              request,
              "about/api",
              List.of(),
              Map.of("platform", PLATFORM, "sempVersion", shape.version().toString()));
      case "user" ->
          answer(
              request,
              "about/user",
              List.of(),
              Map.of(
                  "username", request.user().name(),
                  "globalAccessLevel", accessLevel(request.user())));
      default -> throw Resource.invalid(request.segments());
    };
  }

  private static String accessLevel(SempUser user) {
    if (!user.isGlobal()) {
      return "none";
    }
    return user.mayWrite() ? "admin" : "read-only";
  }

  private static SempResponse answer(
      Request request, String path, List<String> below, Map<String, Object> data) {
    Map<String, Object> links = Links.of(request.base() + "/" + path, below);
    return Pages.single(request, new Row(List.of(), data, Map.of(), links), data.keySet());
  }
}
