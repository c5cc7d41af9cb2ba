package stripebridge.service.http;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Decides which connection is evicted when the maximum is open: first one that has its last
/// answer, then the connection that has been idle, sending its body or not reading for longest. A
/// good client sends at once and reads at once. A connection whose answer is being prepared is
/// never evicted.
///
/// No clock, lock or I/O: each set keeps the order in which connections entered it.
///
/// @param <C> a connection, compared by identity
final class ConnectionTable<C> {
  /// The phase of a connection.
  enum Phase {
    /// It has its last answer and still sends.
    LINGERING,
    /// It has sent no complete head since it opened or since its last answer.
    WAITING,
    /// It sends a body.
    SENDING,
    /// Its request is being answered.
    ANSWERED,
    /// Its answer is written, but it may not be reading.
    WRITING
  }

  private final int connectionsMax;
  private final Set<C> lingering = new LinkedHashSet<>();
  // Idle, sending and reading connections share one order. If all idle ones were evicted before all
  // sending ones, slow bodies would keep their slots and each new webhook would evict the one
  // before it.
  private final Set<C> yielding = new LinkedHashSet<>();
  private final Set<C> answered = new LinkedHashSet<>();
  // Told to go, and not gone yet.
  private final Set<C> leaving = new LinkedHashSet<>();

  ConnectionTable(int connectionsMax) {
    this.connectionsMax = connectionsMax;
  }

  /// The decision about a new connection.
  ///
  /// @param isLetIn whether there is room for it
  /// @param leaves the connection that is evicted for it
  record Entry<C>(boolean isLetIn, Optional<C> leaves) {}

  /// Asks to admit a new connection. It counts as idle then.
  Entry<C> enter(C connection) {
    Optional<C> leaves = Optional.empty();
    if (size() >= connectionsMax) {
      leaves = yieldOne();
      if (leaves.isEmpty()) {
        return new Entry<>(false, leaves);
      }
    }
    yielding.add(connection);
    return new Entry<>(true, leaves);
  }

  /// Evicts one connection, whatever the limit is.
  ///
  /// @return the evicted one; absent when all are being answered
  Optional<C> yieldOne() {
    Optional<C> longest = Stream.of(lingering, yielding).flatMap(Set::stream).findFirst();
    longest.ifPresent(connection -> {
      remove(connection);
      leaving.add(connection);
    });
    return longest;
  }

  /// Moves a connection to another phase.
  ///
  /// @return false when it was told to go
  boolean moves(C connection, Phase phase) {
    if (leaving.contains(connection)) {
      return false;
    }
    remove(connection);
    set(phase).add(connection);
    return true;
  }

  /// Removes a closed connection.
  void leave(C connection) {
    remove(connection);
    leaving.remove(connection);
  }

  private void remove(C connection) {
    for (Phase phase : Phase.values()) {
      set(phase).remove(connection);
    }
  }

  /// The number of connections, without those that are leaving. No more are admitted meanwhile than
  /// have left.
  int size() {
    return lingering.size() + yielding.size() + answered.size();
  }

  private Set<C> set(Phase phase) {
    return switch (phase) {
      case LINGERING -> lingering;
      case WAITING, SENDING, WRITING -> yielding;
      case ANSWERED -> answered;
    };
  }
}
