package stripebridge.relay;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What is sent and unanswered, by the sequence of its entry, and what a lost producer left to be
/// sent once more. Not thread-safe.
final class InFlight {
  private final Map<Long, Lane> inFlight = new HashMap<>();
  private final TreeMap<Long, Lane> again = new TreeMap<>();

  /// Messages sent by the producer there is and unanswered.
  int inFlight() {
    return inFlight.size();
  }

  /// Messages that the next producer sends before all others.
  int again() {
    return again.size();
  }

  void sent(long sequence, Lane lane) {
    inFlight.put(sequence, lane);
  }

  @Nullable Lane inFlight(long sequence) {
    return inFlight.get(sequence);
  }

  /// The producer there is has answered.
  @Nullable Lane answered(long sequence) {
    return inFlight.remove(sequence);
  }

  /// A producer that is lost had it acknowledged, as it turns out.
  @Nullable Lane notAgain(long sequence) {
    return again.remove(sequence);
  }

  /// The first to send once more, in the order of sequence.
  @Nullable Lane nextAgain() {
    Map.Entry<Long, Lane> first = again.pollFirstEntry();
    return first == null ? null : first.getValue();
  }

  void sendAgain(long sequence, Lane lane) {
    again.put(sequence, lane);
  }

  /// Takes all that is in flight, in the order of sequence.
  List<Lane> takeInFlight() {
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
