package stripebridge.service.inbox.redis;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/// Estimates, before the first event, how many ids of published events fit into Redis's memory.
///
/// @param bytesMax Redis's `maxmemory`; 0 for no limit
/// @param memory how long each id is remembered
public record IdCapacity(long bytesMax, Duration memory) {
  /// What one id takes, with its key, its expiry, and the ids of its object and account.
  public static final int BYTES_PER_ID = 300;

  // Redis itself takes a tenth of the memory, and half is for waiting events.
  private static final double SHARE = 0.4;

  /// Whether Redis has a memory limit.
  public boolean isLimited() {
    return bytesMax > 0;
  }

  /// How many ids fit beside the waiting events.
  public long idsMax() {
    return (long) (bytesMax * SHARE / BYTES_PER_ID);
  }

  /// The highest rate of events whose ids fit.
  public double eventsPerSecondMax() {
    return idsMax() / (double) Math.max(1, memory.toSeconds());
  }

  /// The memory that a rate of one event a second takes in the long run.
  public long bytesPerEventPerSecond() {
    return Math.max(1, memory.toSeconds()) * BYTES_PER_ID;
  }

  /// Present when less than one event a second fits.
  Optional<String> warning() {
    return isLimited() && eventsPerSecondMax() < 1
        ? Optional.of(
            String.format(
                Locale.ROOT,
                "the ids of published events fill Redis above %.2f events a second:"
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
