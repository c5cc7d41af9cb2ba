package stripebridge.service.inbox;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import stripebridge.core.inbox.EntryState;

/// The word that SQLite and Redis store for the state of an entry.
public final class StateText {
  private StateText() {}

  public static String of(EntryState state) {
    return switch (state) {
      case WAITING -> "waiting";
      case PUBLISHED -> "published";
      case PARKED -> "parked";
      case DISCARDED -> "discarded";
    };
  }

  /// Absent for any other word, which only damage leaves behind.
  public static Optional<EntryState> parse(@Nullable String word) {
    return Arrays.stream(EntryState.values()).filter(state -> of(state).equals(word)).findFirst();
  }
}
