package stripebridge.acceptance.deploy.runner.control;

/// Where a pod is in its life, in Kubernetes' words.
public enum PodPhase {
  /// Its container has not started yet.
  PENDING,
  /// Its container runs, or is about to be started again.
  RUNNING,
  /// Its container has ended with 0 and will not be started again.
  SUCCEEDED,
  /// Its container has failed and will not be started again.
  FAILED;

  /// Whether its container has ended for good.
  public boolean isFinished() {
    return this == SUCCEEDED || this == FAILED;
  }
}
