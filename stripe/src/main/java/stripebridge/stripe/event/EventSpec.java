package stripebridge.stripe.event;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What an event to be made shall say. Begin with [#of] and change what matters.
///
/// @param type one of [EventTypes#all]
/// @param id the event's id; absent for one from the seed
/// @param account the connected account it is about; absent for an event of one's own account
/// @param apiVersion before 2025-03-31 some fields are where they used to be
/// @param created when it happened, to the second
/// @param story which of the seed's stories it is part of: the objects of one story agree with each
///   other, those of two have nothing in common
public record EventSpec(
    String type,
    @Nullable String id,
    @Nullable String account,
    String apiVersion,
    Instant created,
    boolean livemode,
    int story) {
  /// The API version that the templates are written in.
  public static final String API_VERSION = "2026-07-29.dahlia";

  /// @throws IllegalArgumentException for an unknown type; ask [EventTypes#isKnown] first
  public EventSpec {
    if (!EventTypes.isKnown(type)) {
      throw new IllegalArgumentException("no type of Stripe's: " + type);
    }
  }

  /// An event of one's own account in test mode, of the first story.
  public static EventSpec of(String type, Instant created) {
    return new EventSpec(type, null, null, API_VERSION, created, false, 0);
  }

  public EventSpec withId(String id) {
    return new EventSpec(type, id, account, apiVersion, created, livemode, story);
  }

  public EventSpec withAccount(String account) {
    return new EventSpec(type, id, account, apiVersion, created, livemode, story);
  }

  public EventSpec withApiVersion(String apiVersion) {
    return new EventSpec(type, id, account, apiVersion, created, livemode, story);
  }

  public EventSpec withLivemode(boolean livemode) {
    return new EventSpec(type, id, account, apiVersion, created, livemode, story);
  }

  public EventSpec inStory(int story) {
    return new EventSpec(type, id, account, apiVersion, created, livemode, story);
  }
}
