package stripebridge.acceptance.deploy.runner;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import stripebridge.acceptance.deploy.runner.control.PodLife;
import stripebridge.acceptance.deploy.runner.control.Probe;
import stripebridge.acceptance.deploy.runner.control.ProbeKind;

/// A pod with one container, with everything that its manifest and its image say about the process,
/// and all references resolved. Commands, variables and paths are as the container sees them.
///
/// @param name of the pod, which is its host name too
/// @param image what the manifest calls the image
/// @param command the program and all its arguments
/// @param environment all variables but those of the node
/// @param ports the named ones
/// @param hook run before the container is stopped
/// @param grace from the begin of the stop to SIGKILL
/// @param readyMin how long it must have been ready to be available
public record PodPlan(
    String name,
    Map<String, String> labels,
    String image,
    List<String> command,
    Map<String, String> environment,
    String workdir,
    List<Mount> mounts,
    Map<String, Integer> ports,
    Map<ProbeKind, Probing> probes,
    Optional<Check> hook,
    Duration grace,
    PodLife.RestartPolicy policy,
    Duration readyMin) {

  /// A probe: what is asked, and when.
  public record Probing(Check check, Probe.Timing timing) {}
}
