package stripebridge.acceptance.deploy.runner;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// Where containers run.
interface Node {
  /// A process of a container: its own, or the one of a probe or hook. Variables, arguments and
  /// paths of the plan become what they are on this machine.
  ///
  /// @param address the pod's
  /// @param command as the container sees it
  ProcessBuilder process(PodPlan plan, PodFolder folder, String address, List<String> command)
      throws IOException;

  /// The container's own process, which gets the signals; empty before it runs.
  ///
  /// @param started by [#process]
  Optional<ProcessHandle> container(Process started);
}
