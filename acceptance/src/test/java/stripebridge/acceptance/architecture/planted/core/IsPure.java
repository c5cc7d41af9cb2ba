package stripebridge.acceptance.architecture.planted.core;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;

/// Uses only what core may use, to show that the boundaries are not too narrow.
record IsPure(URI address, Instant first) {
  Duration[] since(Instant now, int[] numbers) {
    System.arraycopy(numbers, 0, numbers, 0, 0);
    return new Duration[] {Duration.between(first, now)};
  }
}
