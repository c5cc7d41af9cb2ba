package stripebridge.cli.provision;

import java.util.Locale;
import stripebridge.core.topology.model.Resource;

/// What became of one thing on the broker.
///
/// @param problem what went wrong, empty when nothing did
record Outcome(Resource resource, Status status, String problem) {
  static Outcome of(Resource resource, Status status) {
    return new Outcome(resource, status, "");
  }

  /// How it ended.
  enum Status {
    CREATED,
    UPDATED,
    DELETED,
    /// It was as wanted.
    EXISTING,
    /// It is not wanted, and stays.
    EXTRA,
    /// The user may not, or others have to.
    LEFT,
    /// Its turn did not come.
    NOT_DONE,
    FAILED;

    String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /// Whether the broker is another one than before.
    boolean isChange() {
      return this == CREATED || this == UPDATED || this == DELETED;
    }

    /// Whether something that was needed is missing.
    boolean isOpen() {
      return this == LEFT || this == NOT_DONE || this == FAILED;
    }
  }
}
