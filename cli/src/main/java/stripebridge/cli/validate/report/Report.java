package stripebridge.cli.validate.report;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The outcome of a whole validation.
///
/// @param run its name: event ids begin with `evt_e2e_<run>_`
/// @param target what was validated, for a person
/// @param counters by metric, with labels summed up
/// @param series every counter that changed or should have changed, by metric and labels
/// @param events the event of each type
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
  /// @param topic the expected topic
  /// @param queues the expected queues
  /// @param latency from the webhook to the first queue; absent if it arrived on none
  public record Event(
      String id, String type, String topic, List<String> queues, Optional<Duration> latency) {
    public Event {
      queues = List.copyOf(queues);
    }
  }

  /// Whether no check failed.
  public boolean isPassed() {
    return count(Check.Failed.class) == 0;
  }

  long count(Class<? extends Check.Result> kind) {
    return checks.stream().filter(check -> kind.isInstance(check.result())).count();
  }

  /// The latency of the events that arrived.
  Optional<Latency> latency() {
    return Latency.of(events.stream().flatMap(event -> event.latency().stream()).toList());
  }
}
