package stripebridge.acceptance.deploy.runner.control;

import java.time.Instant;

/// What a controller sees of one of its pods.
///
/// @param ordinal its number in a StatefulSet, 0 elsewhere
/// @param revision which template it was made of
/// @param isAvailable whether it has been ready for `minReadySeconds`
/// @param isTerminating whether its deletion has begun
/// @param restarts how often its container was started again
/// @param since when its phase began
public record PodView(
    String name,
    int ordinal,
    String revision,
    PodPhase phase,
    boolean isAvailable,
    boolean isTerminating,
    int restarts,
    Instant since) {
  /// Whether it counts as one of its controller's replicas.
  boolean isActive() {
    return !isTerminating && !phase.isFinished();
  }
}
