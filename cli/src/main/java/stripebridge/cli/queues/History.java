package stripebridge.cli.queues;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The recent depths and rates of the watched queues, by name.
record History(Map<String, Track> tracks) {
  static final History NONE = new History(Map.of());

  /// More samples than the widest trend shows.
  static final int SAMPLES_MAX = 60;

  /// Stands for the depth when the broker did not answer.
  static final long GAP = -1;

  /// One queue.
  ///
  /// @param depths the latest last; [#GAP] for a missing answer
  /// @param last the latest answer
  /// @param rates since the answer before; null without one, or when the counters were cleared
  ///   meanwhile
  record Track(List<Long> depths, QueueRow last, @Nullable Rates rates) {}

  /// Messages per second that arrived, and that left: acknowledged, deleted, expired or moved.
  record Rates(double in, double out) {}

  Optional<Track> of(String queue) {
    return Optional.ofNullable(tracks.get(queue));
  }

  /// The history after one more reading.
  ///
  /// @param since the time since the reading before
  History after(Reading reading, Duration since) {
    Map<String, Track> after = new HashMap<>();
    for (QueueRow row : reading.rows()) {
      Track before = tracks.get(row.name());
      after.put(
          row.name(),
          new Track(
              with(before == null ? List.of() : before.depths(), row.status().depth()),
              row,
              before == null ? null : rates(before.last(), row, since)));
    }
    return new History(after);
  }

  /// The history after one more missing answer.
  History afterGap() {
    Map<String, Track> after = new HashMap<>();
    tracks.forEach((queue, track) ->
        after.put(queue, new Track(with(track.depths(), GAP), track.last(), null)));
    return new History(after);
  }

  private static List<Long> with(List<Long> depths, long depth) {
    List<Long> all = new ArrayList<>(depths);
    all.add(depth);
    return List.copyOf(all.subList(Math.max(0, all.size() - SAMPLES_MAX), all.size()));
  }

  private static @Nullable Rates rates(QueueRow before, QueueRow now, Duration since) {
    double seconds = since.toNanos() / 1e9;
    long in = now.status().counters().spooled() - before.status().counters().spooled();
    boolean counted = before.status().counted() && now.status().counted();
    if (!(seconds > 0) || in < 0 || !counted) {
      return null;
    }
    // The broker does not read depth and counter at the same instant.
    long out = Math.max(0, in - (now.status().depth() - before.status().depth()));
    return new Rates(in / seconds, out / seconds);
  }
}
