package stripebridge.service.http;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Decides who gives way when as many connections are open as may be. Who has its last answer goes
/// first, then whoever has been silent, sending its body or not reading its answer for longest:
/// whoever has something to say says it at once, and reads what it is told. Whose answer is being
/// made never goes.
///
/// No clock, no lock and no I/O: sets are in the order in which connections came to them.
///
/// @param <C> a connection, by its identity
final class ConnectionTable<C> {
  /// What a connection is doing.
  enum Phase {
    /// It has its last answer, and still sends.
    LINGERING,
    /// It has sent no whole head since it was opened, or since its last answer.
    WAITING,
    /// It sends a body.
    SENDING,
    /// It is being answered.
    ANSWERED,
    /// Its answer is written, and it may not be reading.
    WRITING
  }

  private final int connectionsMax;
  private final Set<C> lingering = new LinkedHashSet<>();
  // Who waits, who sends a body and who reads its answer, in one order: were all that wait to go
  // before those that send, slow bodies would keep their places, and each webhook would end the one
  // that came before it.
  private final Set<C> yielding = new LinkedHashSet<>();
  private final Set<C> answered = new LinkedHashSet<>();
  // Told to go, and not gone yet.
  private final Set<C> leaving = new LinkedHashSet<>();

  ConnectionTable(int connectionsMax) {
    this.connectionsMax = connectionsMax;
  }

  /// What becomes of a new connection.
  ///
  /// @param isLetIn whether there is room for it
  /// @param leaves who has to go for it
  record Entry<C>(boolean isLetIn, Optional<C> leaves) {}

  /// A connection wants in. It is waiting then.
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

  /// One has to go, whatever the limit is.
  ///
  /// @return which; absent when all are being answered
  Optional<C> yieldOne() {
    Optional<C> longest = Stream.of(lingering, yielding).flatMap(Set::stream).findFirst();
    longest.ifPresent(connection -> {
      remove(connection);
      leaving.add(connection);
    });
    return longest;
  }

  /// A connection does something else from now on.
  ///
  /// @return whether it may; who was told to go may not
  boolean moves(C connection, Phase phase) {
    if (leaving.contains(connection)) {
      return false;
    }
    remove(connection);
    set(phase).add(connection);
    return true;
  }

  /// A connection is gone.
  void leave(C connection) {
    remove(connection);
    leaving.remove(connection);
  }

  private void remove(C connection) {
    for (Phase phase : Phase.values()) {
      set(phase).remove(connection);
    }
  }

  /// How many there are. Who is leaving does not count: it takes a moment, and no more are let in
  /// meanwhile than have gone.
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
