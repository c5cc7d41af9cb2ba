package stripebridge.relay;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Messages in flight, by the sequence of their entry, and messages that a lost producer left to be
/// sent again. Not thread-safe.
final class InFlight {
  private final Map<Long, Lane> inFlight = new HashMap<>();
  private final TreeMap<Long, Lane> resends = new TreeMap<>();

  /// Messages that the current producer has sent and the broker has not answered.
  int size() {
    return inFlight.size();
  }

  /// Messages to send again before all others.
  int resends() {
    return resends.size();
  }

  void sent(long sequence, Lane lane) {
    inFlight.put(sequence, lane);
  }

  @Nullable Lane laneOf(long sequence) {
    return inFlight.get(sequence);
  }

  /// The broker has answered the current producer.
  @Nullable Lane answered(long sequence) {
    return inFlight.remove(sequence);
  }

  /// A late acknowledgement of a lost producer arrived, so it need not be sent again.
  @Nullable Lane cancelResend(long sequence) {
    return resends.remove(sequence);
  }

  /// The next lane whose message is sent again, in sequence.
  @Nullable Lane nextResend() {
    Map.Entry<Long, Lane> first = resends.pollFirstEntry();
    return first == null ? null : first.getValue();
  }

  void resend(long sequence, Lane lane) {
    resends.put(sequence, lane);
  }

  /// Removes the lanes of a topic whose messages were to be sent again, in sequence.
  List<Lane> takeResends(TopicLanes topic) {
    List<Lane> taken = resends.values().stream().filter(lane -> lane.topic.equals(topic)).toList();
    resends.values().removeIf(lane -> lane.topic.equals(topic));
    return taken;
  }

  /// Removes everything in flight, in sequence.
  List<Lane> takeAll() {
    List<Lane> taken =
        new ArrayList<>(
            inFlight.entrySet().stream()
                .sorted(Comparator.comparing(Map.Entry::getKey))
                .map(Map.Entry::getValue)
                .toList());
    inFlight.clear();
    return taken;
  }
}
