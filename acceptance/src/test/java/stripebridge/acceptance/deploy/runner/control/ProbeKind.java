package stripebridge.acceptance.deploy.runner.control;

/// What a probe is for.
public enum ProbeKind {
  /// The others wait for it; its failure restarts the container.
  STARTUP,
  /// Its failure takes the pod out of its Services.
  READINESS,
  /// Its failure restarts the container.
  LIVENESS
}
