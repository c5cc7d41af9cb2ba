package stripebridge.service.inbox.redis;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import stripebridge.core.inbox.Claim;
import stripebridge.core.inbox.InboxEntry;
import stripebridge.core.inbox.ReceivedEvent;

/// The entries that this process has claimed in the shared inbox, and the topics whose held entries
/// it will drain.
///
/// A reply of Redis describes the moment of the request. By the time it arrives, another thread may
/// have settled the entry and claimed it again. So each claim has its own number, and a reply ends
/// only the claim that the request was about.
///
/// No clock, no I/O. Not thread-safe.
final class ClaimBook {
  /// One claim of an entry by this process.
  ///
  /// @param number of the claim; an entry that is claimed again gets a new one
  record LocalClaim(long sequence, long number, EventSummary event) {}

  /// What the inbox remembers of an event once it is published.
  ///
  /// @param receivedAt milliseconds since 1970
  record EventSummary(String id, String type, String objectId, String account, long receivedAt) {
    static EventSummary of(Claim claim) {
      return switch (claim) {
        case Claim.Intact(InboxEntry entry) -> of(entry.event());
        // It is never published.
        case Claim.Damaged(long _, String eventId, String _) ->
            new EventSummary(eventId, "", "", "", 0);
      };
    }

    private static EventSummary of(ReceivedEvent event) {
      return new EventSummary(
          event.id().text(),
          event.type().text(),
          event.objectId(),
          event.account(),
          event.receivedAt().toEpochMilli());
    }
  }

  private final Map<Long, LocalClaim> claims = new HashMap<>();

  /// The topics, each with the version at which an entry was last held behind it.
  private final Map<String, Long> topics = new HashMap<>();

  private long version;

  /// Records an entry that Redis gave to this process.
  void add(long sequence, EventSummary event) {
    claims.put(sequence, new LocalClaim(sequence, ++version, event));
  }

  /// Absent when this process does not have the entry, or no longer.
  @Nullable LocalClaim find(long sequence) {
    return claims.get(sequence);
  }

  /// Ends a claim: the entry is settled, or another process has it.
  void remove(LocalClaim claim) {
    claims.remove(claim.sequence(), claim);
  }

  List<LocalClaim> claims() {
    return List.copyOf(claims.values());
  }

  /// Read before a request to Redis, for [#removeTopic] after it.
  long version() {
    return version;
  }

  /// An entry is held behind the topic, or is about to be.
  void addTopic(String topic) {
    topics.put(topic, ++version);
  }

  /// Redis replied that nothing was held behind the topic.
  ///
  /// @param before the version before the request; a later [#addTopic] keeps the topic
  void removeTopic(String topic, long before) {
    if (topics.getOrDefault(topic, Long.MAX_VALUE) <= before) {
      topics.remove(topic);
    }
  }

  List<String> topics() {
    return List.copyOf(topics.keySet());
  }
}
