package stripebridge.stripe.event;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The properties of a test event. Start with [#of] and change what matters.
///
/// @param type one of [EventTypes#all]
/// @param id the event's id; absent to derive it from the seed
/// @param account the connected account of the event; absent for the own account
/// @param apiVersion versions before 2025-03-31 have some fields elsewhere
/// @param created when it happened, to the second
/// @param story which of the seed's stories the event belongs to: objects of one story agree with
///   each other, those of different stories have nothing in common
/// @param customer the id of the customer of the story; absent for one of its own
public record EventSpec(
    String type,
    @Nullable String id,
    @Nullable String account,
    String apiVersion,
    Instant created,
    boolean livemode,
    int story,
    @Nullable String customer) {
  /// The API version of the templates.
  public static final String API_VERSION = "2026-07-29.dahlia";

  /// @throws IllegalArgumentException for an unknown type; check [EventTypes#isKnown] first
  public EventSpec {
    if (!EventTypes.isKnown(type)) {
      throw new IllegalArgumentException("unknown event type: " + type);
    }
  }

  /// An event of the own account in test mode, in the first story.
  public static EventSpec of(String type, Instant created) {
    return new EventSpec(type, null, null, API_VERSION, created, false, 0, null);
  }

  public EventSpec withId(String id) {
    return new EventSpec(type, id, account, apiVersion, created, livemode, story, customer);
  }

  public EventSpec withAccount(String account) {
    return new EventSpec(type, id, account, apiVersion, created, livemode, story, customer);
  }

  public EventSpec withApiVersion(String apiVersion) {
    return new EventSpec(type, id, account, apiVersion, created, livemode, story, customer);
  }

  public EventSpec withLivemode(boolean livemode) {
    return new EventSpec(type, id, account, apiVersion, created, livemode, story, customer);
  }

  public EventSpec inStory(int story) {
    return new EventSpec(type, id, account, apiVersion, created, livemode, story, customer);
  }

  public EventSpec withCustomer(String customer) {
    return new EventSpec(type, id, account, apiVersion, created, livemode, story, customer);
  }
}
