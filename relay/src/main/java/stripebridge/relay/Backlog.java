package stripebridge.relay;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import stripebridge.core.inbox.HeldBehind;
import stripebridge.relay.ComposedMessage.Publishable;

/// The entries of one topic, or of one lane, that are held in the inbox. They come back in sequence
/// order. Not thread-safe.
///
/// The inbox is asked for some of them, and answers later. Meanwhile, an entry that it should have
/// returned may not be stored as held yet. So entries of an answer that are not lower than all such
/// entries are held again, as is the whole answer when the topic was held since the question.
final class Backlog {
  final TopicLanes topic;

  /// The lane whose entries these are; null when they are the topic's.
  final @Nullable Lane lane;

  /// As the inbox stores it.
  final String behind;

  /// Whether entries of the lane may also be held behind the topic, from before a restart. Until
  /// the topic is free, the lane's entries are only collected here.
  boolean isCollecting;

  /// How many marks as held are not stored yet, by sequence. An entry can have two: the inbox may
  /// return it again after it has stored the first, and before it says so.
  private final TreeMap<Long, Integer> unstored = new TreeMap<>();

  /// Newer entries, kept in the heap because the inbox has nearly none left.
  private final Deque<Publishable> newer = new ArrayDeque<>();

  private boolean isUsed;
  private boolean isEnding;
  private boolean isAsking;
  private boolean isExhausted;

  /// The topic was held after the inbox was asked.
  private boolean isAnswerOutdated;

  /// An answer is in order below this sequence.
  private long answerBelow;

  private boolean wereAllStored;

  Backlog(TopicLanes topic, @Nullable Lane lane, HeldBehind behind) {
    this.topic = topic;
    this.lane = lane;
    this.behind = behind.text();
  }

  /// Whether an entry may be in it, so that later entries must go behind it.
  boolean isUsed() {
    return isUsed;
  }

  /// Whether newer entries need not be stored as held: the inbox has few others left.
  boolean isEnding() {
    return isEnding;
  }

  /// Entries are held in the inbox, from before this process.
  void found() {
    isUsed = true;
  }

  /// An entry is marked as held.
  void add(long sequence) {
    isUsed = true;
    unstored.merge(sequence, 1, Integer::sum);
  }

  /// The inbox has stored a mark.
  void stored(long sequence) {
    unstored.computeIfPresent(sequence, (_, marks) -> marks == 1 ? null : marks - 1);
    isExhausted = false;
  }

  boolean hasUnstored() {
    return !unstored.isEmpty();
  }

  void addNewer(Publishable entry) {
    newer.add(entry);
  }

  int newer() {
    return newer.size();
  }

  /// Removes the newer entries. Entries that come after them are stored as held again.
  Collection<Publishable> takeNewer() {
    List<Publishable> taken = List.copyOf(newer);
    newer.clear();
    isEnding = false;
    return taken;
  }

  // ---- Questions and answers

  /// Whether the inbox may have an entry to return.
  boolean isToBeAsked() {
    return isUsed && !isAsking && !isExhausted && !isCollecting;
  }

  void ask() {
    isAsking = true;
  }

  /// The inbox is being asked.
  void asked() {
    isAnswerOutdated = false;
    wereAllStored = unstored.isEmpty();
    answerBelow = wereAllStored ? Long.MAX_VALUE : unstored.firstKey();
    isExhausted = true;
  }

  /// The topic is held: an answer that is on its way is not in order.
  void outdateAnswer() {
    isAnswerOutdated = true;
  }

  /// Whether an entry of the answer is not overtaking another one.
  boolean isInOrder(long sequence) {
    return !isAnswerOutdated && sequence < answerBelow;
  }

  void askingFailed() {
    isAsking = false;
    isExhausted = false;
  }

  /// The answer is complete.
  ///
  /// @param heldAgain how many of its entries were put back
  /// @param isAll whether the inbox had no more
  void answered(int returned, int heldAgain, boolean isAll) {
    isAsking = false;
    if (returned > heldAgain) {
      isExhausted = false;
    }
    if (isAnswerOutdated) {
      return;
    }
    isEnding |= isAll;
    if (returned == 0 && wereAllStored && unstored.isEmpty()) {
      isUsed = false;
    }
  }

  /// The topic is no longer held, so the inbox may be asked.
  void resumed() {
    isExhausted = false;
  }

  /// Whether this can be forgotten.
  boolean isIdle() {
    return !isUsed && !isAsking && newer.isEmpty();
  }
}
