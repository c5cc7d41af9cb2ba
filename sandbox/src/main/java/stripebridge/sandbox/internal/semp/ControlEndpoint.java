package stripebridge.sandbox.internal.semp;

import com.sun.net.httpserver.Headers;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import stripebridge.sandbox.internal.model.RefusedException;

/// `/sandbox/faults` and `/sandbox/recorded`, for this machine only.
///
/// There is no password, so only programs on this machine may use it. The connection must come from
/// loopback; the Host header must name loopback, since a web page can point its own host name here;
/// and a body must be declared as JSON, which a web page cannot do without permission.
final class ControlEndpoint {

  static final String BASE = "/sandbox/";

  private static final Set<String> LOOPBACK_NAMES = Set.of("localhost", "127.0.0.1", "[::1]");

  private final SandboxControl control;

  ControlEndpoint(SandboxControl control) {
    this.control = control;
  }

  /// A status with a JSON body.
  record Reply(int status, Object body) {

    static Reply refused(int status, String why) {
      return new Reply(status, Map.of("error", why));
    }
  }

  Reply answer(String method, String path, @Nullable String query, Headers headers, byte[] body) {
    String host =
        Optional.ofNullable(headers.getFirst("Host")).orElse("").replaceAll(":[0-9]+$", "");
    if (!LOOPBACK_NAMES.contains(host.toLowerCase(Locale.ROOT))) {
      return Reply.refused(
          403, "the host is '%s': only %s may control the sandbox".formatted(host, LOOPBACK_NAMES));
    }
    try {
      return switch (path.substring(BASE.length())) {
        case "faults" -> faults(method, headers, body);
        case "recorded" -> recorded(method, Query.pairs(query));
        default ->
            Reply.refused(404, "there is nothing at %s; see /sandbox/faults".formatted(path));
      };
    } catch (IllegalArgumentException e) {
      return Reply.refused(400, String.valueOf(e.getMessage()));
    } catch (RefusedException e) {
      return Reply.refused(400, e.description());
    }
  }

  /// Refuses a client that is not on this machine; empty when it may control the sandbox.
  static Optional<Reply> refusal(InetAddress remote) {
    return remote.isLoopbackAddress()
        ? Optional.empty()
        : Optional.of(
            Reply.refused(
                403,
                "the request comes from %s: only this machine may control the sandbox"
                    .formatted(remote.getHostAddress())));
  }

  private Reply faults(String method, Headers headers, byte[] body) {
    switch (method) {
      case "GET" -> {}
      case "DELETE" -> control.clearFaults();
      case "POST" -> {
        String type = Optional.ofNullable(headers.getFirst("Content-Type")).orElse("");
        if (!type.toLowerCase(Locale.ROOT).startsWith("application/json")) {
          return Reply.refused(
              415, "the content type is '%s': a fault is application/json".formatted(type));
        }
        return new Reply(200, control.inject(Json.read(body)));
      }
      default -> {
        return Reply.refused(405, "method " + method + " is not allowed; use GET, POST or DELETE");
      }
    }
    return new Reply(200, Map.of("faults", control.faults()));
  }

  private Reply recorded(String method, Map<String, String> query) {
    String queue = query.get("queue");
    if (!method.equals("GET")
        || queue == null
        || !Set.of("queue", "vpn").containsAll(query.keySet())) {
      return Reply.refused(
          400, "recorded messages are read by GET /sandbox/recorded?queue=NAME[&vpn=NAME]");
    }
    List<Map<String, Object>> messages =
        control.recorded(query.getOrDefault("vpn", "default"), queue);
    return new Reply(200, Map.of("messages", messages));
  }
}
