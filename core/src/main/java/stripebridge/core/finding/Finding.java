package stripebridge.core.finding;

import org.jspecify.annotations.Nullable;
import stripebridge.core.topology.model.FindingKind;

/// One thing that a topology gets wrong, or that is worth knowing about it.
///
/// @param sentence describes the case, with names and without a full stop
/// @param accepted the reason given under `accept:`; null when it is not accepted
public record Finding(FindingKind kind, String sentence, @Nullable String accepted) {
  public boolean isAccepted() {
    return accepted != null;
  }
}
