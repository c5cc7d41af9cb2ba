package stripebridge.service.http;

import java.time.Duration;
import java.util.List;

/// The bodies that are being read or stored, and their memory. Thread-safe: a lock of its own
/// guards the budget; a body that is dropped is told without it.
final class Bodies {
  private final BodyBudget<Place> budget;

  /// @param bytesMax of all bodies together
  Bodies(long bytesMax) {
    budget = new BodyBudget<>(bytesMax);
  }

  /// One body's share.
  final class Place implements AutoCloseable {
    private final Connection connection;
    private boolean hasGivenWay;

    private Place(Connection connection) {
      this.connection = connection;
    }

    /// Whether it may grow to this size. Others may be dropped for it.
    boolean grow(int bytes) {
      List<Place> giveWay;
      boolean isGiven;
      synchronized (budget) {
        if (hasGivenWay) {
          return false;
        }
        BodyBudget.Room<Place> room = budget.grow(this, bytes, Duration.ofNanos(System.nanoTime()));
        isGiven = room.isGiven();
        giveWay = room.giveWay();
        giveWay.forEach(place -> place.hasGivenWay = true);
      }
      giveWay.forEach(place -> place.connection.end(Connection.End.NO_ROOM_FOR_BODY));
      return isGiven;
    }

    /// The body is complete.
    ///
    /// @return false when it was dropped before
    boolean isWhole() {
      synchronized (budget) {
        return budget.isWhole(this);
      }
    }

    @Override
    public void close() {
      synchronized (budget) {
        budget.release(this);
      }
    }
  }

  Place place(Connection connection) {
    return new Place(connection);
  }
}
