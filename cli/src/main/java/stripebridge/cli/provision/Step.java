package stripebridge.cli.provision;

import org.jspecify.annotations.Nullable;
import stripebridge.core.topology.plan.Change;

/// One change of a plan, and whether it is possible.
///
/// @param obstacle why it is not, such as `not permitted, needs global read-write`; null when no
///   obstacle is known
record Step(Change change, @Nullable String obstacle) {
  boolean isWork() {
    return obstacle == null
        && switch (change) {
          case Change.Create _, Change.Update _, Change.Delete _ -> true;
          case Change.Keep _, Change.Extra _, Change.Foreign _ -> false;
        };
  }

  boolean isBlocked() {
    return obstacle != null;
  }

  /// Whether the topology needs a change here that this run will not make.
  boolean isLeft() {
    return isBlocked() || change instanceof Change.Foreign;
  }

  boolean interrupts() {
    return isWork() && change instanceof Change.Update update && update.interrupts();
  }
}
