package stripebridge.acceptance.deploy.runner;

import java.util.List;

/// How a container is asked, or told, something: the action of a probe or a hook.
public sealed interface Check {
  /// A GET to the pod; any status from 200 to 399 is good.
  ///
  /// @param path with its query
  record HttpGet(String path, int port) implements Check {}

  /// A connection to the pod.
  record Tcp(int port) implements Check {}

  /// A command in the container; 0 is good.
  record Exec(List<String> command) implements Check {}
}
