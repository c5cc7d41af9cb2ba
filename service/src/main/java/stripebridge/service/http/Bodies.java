package stripebridge.service.http;

import java.time.Duration;
import java.util.List;

/// The bodies that are being read or stored, and what they hold. Thread-safe: a lock of its own
/// guards the budget, and whoever gives way is told without it.
final class Bodies {
  private final BodyBudget<Place> budget;

  /// @param bytesMax of all bodies
  Bodies(long bytesMax) {
    budget = new BodyBudget<>(bytesMax);
  }

  /// One body's.
  final class Place implements AutoCloseable {
    private final Connection connection;
    private boolean hasGivenWay;

    private Place(Connection connection) {
      this.connection = connection;
    }

    /// Whether it may hold so much in all. Others may have to give way for it.
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

    /// All of it has come.
    ///
    /// @return whether it has not given way before
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
