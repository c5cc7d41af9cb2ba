package stripebridge.cli.provision;

import java.util.Locale;
import stripebridge.core.topology.model.Resource;

/// The outcome of one step for one object on the broker.
///
/// @param problem what went wrong; empty on success
record Outcome(Resource resource, Status status, String problem) {
  static Outcome of(Resource resource, Status status) {
    return new Outcome(resource, status, "");
  }

  /// How the step ended.
  enum Status {
    CREATED,
    UPDATED,
    DELETED,
    /// The object was already as wanted.
    EXISTING,
    /// The object is not in the topology, and stays.
    EXTRA,
    /// The user lacks the permission, or others own the object.
    LEFT,
    /// The step was not started.
    NOT_DONE,
    FAILED;

    String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /// Whether the broker was changed.
    boolean isChange() {
      return this == CREATED || this == UPDATED || this == DELETED;
    }

    /// Whether a needed change was not made.
    boolean isOpen() {
      return this == LEFT || this == NOT_DONE || this == FAILED;
    }
  }
}
