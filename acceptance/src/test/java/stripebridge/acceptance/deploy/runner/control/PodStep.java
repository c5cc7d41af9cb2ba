package stripebridge.acceptance.deploy.runner.control;

/// What the kubelet does next for a pod.
public sealed interface PodStep {
  /// Start the container.
  record Start() implements PodStep {}

  /// Ask a probe, and report with [PodLife#answered].
  ///
  /// @param start which start of the container is asked, from 1 on
  record Ask(ProbeKind kind, int start) implements PodStep {}

  /// Run the preStop hook, and report with [PodLife#hookEnded].
  record RunHook() implements PodStep {}

  /// Send the container SIGTERM.
  record Terminate() implements PodStep {}

  /// Send the container SIGKILL: it has not ended within its grace period.
  record Kill() implements PodStep {}
}
