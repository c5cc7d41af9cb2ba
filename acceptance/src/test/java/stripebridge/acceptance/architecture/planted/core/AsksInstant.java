package stripebridge.acceptance.architecture.planted.core;

import java.time.Instant;

class AsksInstant {
  Instant now() {
    return Instant.now();
  }
}
