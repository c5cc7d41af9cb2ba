package stripebridge.solace.admin;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/// A clock that only a pause moves.
final class FakeTime implements InstantSource, Sleeper {
  private Instant now = Instant.parse("2026-11-20T00:00:00Z");
  private final List<Duration> slept = new ArrayList<>();

  @Override
  public synchronized Instant instant() {
    return now;
  }

  @Override
  public synchronized void pause(Duration duration) {
    slept.add(duration);
    now = now.plus(duration);
  }

  synchronized List<Duration> slept() {
    return List.copyOf(slept);
  }
}
