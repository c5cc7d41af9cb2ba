package stripebridge.service.inbox.redis;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/// How much of Redis's memory the ids of published events take, as far as that can be told before
/// any comes.
///
/// @param bytesMax what Redis may use at most, `maxmemory`; 0 where it has no limit
/// @param memory how long each id is remembered
public record IdCapacity(long bytesMax, Duration memory) {
  /// What Redis takes for one id, with its key, its expiry, and the ids of its object and account.
  public static final int BYTES_PER_ID = 300;

  // A tenth of the memory is Redis's own, and half is for events that wait.
  private static final double SHARE = 0.4;

  /// Whether there is a limit to compare with.
  public boolean isLimited() {
    return bytesMax > 0;
  }

  /// How many ids fit, if the events that wait are to have their room.
  public long idsMax() {
    return (long) (bytesMax * SHARE / BYTES_PER_ID);
  }

  /// How many events a second fill that room within the time that ids are remembered.
  public double eventsPerSecondMax() {
    return idsMax() / (double) Math.max(1, memory.toSeconds());
  }

  /// What one event a second takes in the long run.
  public long bytesPerEventPerSecond() {
    return Math.max(1, memory.toSeconds()) * BYTES_PER_ID;
  }

  /// What to do where there is room for less than one event a second.
  Optional<String> warning() {
    return isLimited() && eventsPerSecondMax() < 1
        ? Optional.of(
            String.format(
                Locale.ROOT,
                "the ids of published events fill Redis when more than %.2f events a second come:"
                    + " maxmemory is %d MiB, and an id takes %d bytes for the %d s of"
                    + " IDEMPOTENCY_TTL_SECONDS; raise maxmemory to %d MiB for each event a second",
                eventsPerSecondMax(),
                bytesMax >> 20,
                BYTES_PER_ID,
                memory.toSeconds(),
                (long) (bytesPerEventPerSecond() / SHARE) >> 20))
        : Optional.empty();
  }
}
