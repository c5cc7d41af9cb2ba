package stripebridge.stripe.event;

import com.google.gson.JsonObject;
import java.util.SplittableRandom;
import java.util.UUID;

/// Makes events of every type as Stripe would send them. The same seed makes the same bytes when
/// the same events are requested in the same order with the same times.
///
/// Not thread-safe.
public final class TestEvents {
  private static final int ID_LENGTH = 24;

  private final long seed;
  private long made;

  public TestEvents(long seed) {
    this.seed = seed;
  }

  /// Makes one event.
  public TestEvent make(EventSpec spec) {
    made++;
    String token = Story.token(seed, "event " + made, ID_LENGTH);
    String account =
        spec.account() == null ? "acct_" + Story.token(seed, "own", 16) : spec.account();
    Story story =
        new Story(
            seed,
            spec.story(),
            spec.created().getEpochSecond(),
            spec.livemode(),
            account,
            spec.customer());
    JsonObject object = story.fill(Templates.object(spec.type())).getAsJsonObject();
    JsonObject data = new JsonObject();
    data.add("object", object);
    JsonObject previous = Templates.previousAttributes(spec.type());
    if (previous != null) {
      data.add("previous_attributes", story.fill(previous));
    }
    if (OlderShape.isOf(spec.apiVersion())) {
      OlderShape.apply(object);
    }
    return TestEvent.of(event(spec, token, data));
  }

  private static JsonObject event(EventSpec spec, String token, JsonObject data) {
    SplittableRandom random = new SplittableRandom(token.hashCode());
    JsonObject request = new JsonObject();
    request.addProperty("id", "req_" + token.substring(0, 14));
    request.addProperty(
        "idempotency_key", new UUID(random.nextLong(), random.nextLong()).toString());
    JsonObject event = new JsonObject();
    event.addProperty("id", spec.id() == null ? "evt_" + token : spec.id());
    event.addProperty("object", "event");
    if (spec.account() != null) {
      event.addProperty("account", spec.account());
    }
    event.addProperty("api_version", spec.apiVersion());
    event.addProperty("created", spec.created().getEpochSecond());
    event.add("data", data);
    event.addProperty("livemode", spec.livemode());
    event.addProperty("pending_webhooks", 1);
    event.add("request", request);
    event.addProperty("type", spec.type());
    return event;
  }
}
