package stripebridge.service.http;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Decides who gives way when as many connections are open as may be. Those that have been without
/// a request for longest go first, since whoever has something to say says it at once; who is being
/// answered never goes.
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
    ANSWERED
  }

  private final int connectionsMax;
  // In the order in which they give way.
  private final List<Set<C>> yielding =
      List.of(new LinkedHashSet<>(), new LinkedHashSet<>(), new LinkedHashSet<>());
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
      leaves = longest();
      if (leaves.isEmpty()) {
        return new Entry<>(false, leaves);
      }
      leaves.ifPresent(this::isToldToGo);
    }
    set(Phase.WAITING).add(connection);
    return new Entry<>(true, leaves);
  }

  private Optional<C> longest() {
    return yielding.stream().flatMap(Set::stream).findFirst();
  }

  private void isToldToGo(C connection) {
    remove(connection);
    leaving.add(connection);
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
    yielding.forEach(set -> set.remove(connection));
    answered.remove(connection);
  }

  /// How many there are. Who is leaving does not count: it takes a moment, and no more are let in
  /// meanwhile than have gone.
  int size() {
    return yielding.stream().mapToInt(Set::size).sum() + answered.size();
  }

  private Set<C> set(Phase phase) {
    return phase == Phase.ANSWERED ? answered : yielding.get(phase.ordinal());
  }
}
