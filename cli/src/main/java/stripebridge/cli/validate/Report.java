package stripebridge.cli.validate;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A whole validation.
///
/// @param run names it: its events' ids begin with `evt_e2e_<run>_`
/// @param target what was validated, for a person
/// @param counters by metric, labels summed
/// @param series every counter that moved or had to, by metric and labels
/// @param events what became of each event that was posted for its type
public record Report(
    String run,
    String target,
    Instant startedAt,
    Duration took,
    List<Check> checks,
    List<CounterLine> counters,
    List<CounterLine> series,
    List<Event> events) {
  public Report {
    checks = List.copyOf(checks);
    counters = List.copyOf(counters);
    series = List.copyOf(series);
    events = List.copyOf(events);
  }

  /// One event of a type.
  ///
  /// @param topic where it has to be published to
  /// @param queues where it has to be
  /// @param latency from the webhook to the first queue; absent when it was seen on none
  public record Event(
      String id, String type, String topic, List<String> queues, Optional<Duration> latency) {
    public Event {
      queues = List.copyOf(queues);
    }
  }

  /// Whether nothing failed.
  public boolean isPassed() {
    return count(Check.Failed.class) == 0;
  }

  long count(Class<? extends Check.Result> kind) {
    return checks.stream().filter(check -> kind.isInstance(check.result())).count();
  }

  /// Of the events that arrived.
  Optional<Latency> latency() {
    return Latency.of(events.stream().flatMap(event -> event.latency().stream()).toList());
  }
}
