package stripebridge.cli.provision;

import org.jspecify.annotations.Nullable;
import stripebridge.core.topology.plan.Change;

/// One change of a plan, and whether it can be made.
///
/// @param obstacle why it cannot, such as `not permitted, needs global read-write`; null when
///   nothing is known to be in its way
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

  /// Whether the topology needs something here that nobody will make now.
  boolean isLeft() {
    return isBlocked() || change instanceof Change.Foreign;
  }

  boolean interrupts() {
    return isWork() && change instanceof Change.Update update && update.interrupts();
  }
}
