package stripebridge.acceptance.architecture.planted.core;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;

/// What core may do, so that the borders are known not to be too narrow either.
record IsPure(URI address, Instant first) {
  Duration[] since(Instant now, int[] numbers) {
    System.arraycopy(numbers, 0, numbers, 0, 0);
    return new Duration[] {Duration.between(first, now)};
  }
}
