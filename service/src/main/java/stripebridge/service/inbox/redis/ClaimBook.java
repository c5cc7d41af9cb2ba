package stripebridge.service.inbox.redis;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What this process has claimed in the shared inbox, and the topics that it sees to.
///
/// An answer of Redis tells of the moment at which it was asked. By the time it is heard, what it
/// is about may have been settled and claimed anew by another thread. So each claim has a number of
/// its own, and an answer ends the claim that was asked about and no later one.
///
/// No clock, no I/O. Not thread-safe.
final class ClaimBook {
  /// One claim of an entry.
  ///
  /// @param number of the claim; an entry that is claimed again has another
  record Mine(long sequence, long number, Claimed event) {}

  private final Map<Long, Mine> claims = new HashMap<>();

  /// The topics, with the number that was the last when something was held behind them.
  private final Map<String, Long> topics = new HashMap<>();

  private long last;

  /// Redis has given it.
  void given(long sequence, Claimed event) {
    claims.put(sequence, new Mine(sequence, ++last, event));
  }

  /// Absent when this process does not have it, or not any more.
  @Nullable Mine find(long sequence) {
    return claims.get(sequence);
  }

  /// It is settled, or another has it.
  void ended(Mine mine) {
    claims.remove(mine.sequence(), mine);
  }

  List<Mine> claims() {
    return List.copyOf(claims.values());
  }

  /// Stands for this moment; for [#letGo].
  long moment() {
    return last;
  }

  /// Something is held behind the topic, or is about to be.
  void held(String topic) {
    topics.put(topic, ++last);
  }

  /// Redis said that nothing was held behind the topic.
  ///
  /// @param asked when; what was held after it counts
  void letGo(String topic, long asked) {
    if (topics.getOrDefault(topic, Long.MAX_VALUE) <= asked) {
      topics.remove(topic);
    }
  }

  List<String> topics() {
    return List.copyOf(topics.keySet());
  }
}
