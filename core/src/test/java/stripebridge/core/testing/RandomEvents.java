package stripebridge.core.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/// Makes unusual events: any field missing, null or of another type, any order, any family,
/// expanded references, thin events, unknown fields. All are well-formed JSON without repeated
/// names, with an id and a type.
public final class RandomEvents extends RandomJson {
  private static final String[] TYPES = {
    "payment_intent.succeeded",
    "customer.subscription.updated",
    "invoice.payment_failed",
    "charge.failed",
    "charge.dispute.created",
    "customer.created",
    "checkout.session.completed",
    "payout.failed",
    "price.updated",
    "v2.core.account[configuration.customer].updated"
  };
  private static final String[] OBJECTS = {
    "payment_intent",
    "subscription",
    "invoice",
    "charge",
    "dispute",
    "customer",
    "checkout.session",
    "payout",
    "price",
    "v2.core.event"
  };
  private static final String[] REFERENCES = {
    "customer", "payment_method", "subscription", "charge", "default_source"
  };
  private static final String[] TEXTS = {
    "id",
    "currency",
    "status",
    "reason",
    "email",
    "name",
    "mode",
    "payment_status",
    "failure_message",
    "risk_level"
  };
  private static final String[] INTEGERS = {
    "amount", "current_period_start", "current_period_end", "trial_end", "amount_due",
    "amount_paid", "attempt_count", "next_payment_attempt", "risk_score", "evidence_due_by",
    "amount_total", "arrival_date"
  };
  private static final String[] OBJECT_FIELDS = {
    "metadata", "last_payment_error", "plan", "lines", "line_items"
  };

  /// Events that this generator decides.
  public RandomEvents(RandomGenerator random) {
    super(random);
  }

  /// One event.
  public byte[] body() {
    Map<String, String> event = new LinkedHashMap<>();
    event.put("id", written("evt_" + Long.toHexString(random.nextLong())));
    event.put("type", written(pick(TYPES)));
    put(event, "object", written(chance(0.7) ? "event" : "v2.core.event"));
    put(event, "account", chance(0.2) ? "\"\"" : written("acct_1"));
    put(event, "context", written("acct_2"));
    put(event, "api_version", written("2026-07-29.dahlia"));
    put(event, "created", chance(0.5) ? number() : written("2026-07-29T08:00:02.123Z"));
    put(event, "livemode", pick("true", "false"));
    put(event, "request", request());
    put(event, "reason", object(Map.of("request", request())));
    put(event, "related_object", object(Map.of("id", written("mtr_1"), "type", text())));
    put(event, "unknown", value(4));
    if (chance(0.95)) {
      event.put("data", chance(0.95) ? data() : value(2));
    }
    return (space() + object(event) + space()).getBytes(UTF_8);
  }

  private String request() {
    return chance(0.2)
        ? written("req_1")
        : object(Map.of("id", written("req_1"), "idempotency_key", value(1)));
  }

  private String data() {
    Map<String, String> data = new LinkedHashMap<>();
    if (chance(0.95)) {
      data.put("object", chance(0.95) ? dataObject() : value(2));
    }
    put(data, "previous_attributes", object(2));
    put(data, "unknown", value(2));
    return object(data);
  }

  private String dataObject() {
    Map<String, String> object = new LinkedHashMap<>();
    put(object, "object", written(pick(OBJECTS)));
    for (String name : REFERENCES) {
      put(object, name, reference());
    }
    for (String name : TEXTS) {
      put(object, name, chance(0.5) ? written(name + "_1") : text());
    }
    for (String name : INTEGERS) {
      put(object, name, number());
    }
    for (String name : OBJECT_FIELDS) {
      put(object, name, object(2));
    }
    put(object, "cancel_at_period_end", pick("true", "false"));
    put(object, "items", items());
    put(object, "outcome", some(Map.of("risk_level", text(), "risk_score", number())));
    put(object, "evidence_details", some(Map.of("due_by", number())));
    put(
        object,
        "parent",
        some(Map.of("subscription_details", some(Map.of("subscription", reference())))));
    return object(object);
  }

  private String items() {
    Map<String, String> item = new LinkedHashMap<>();
    put(item, "current_period_start", number());
    put(item, "current_period_end", number());
    put(item, "plan", object(1));
    String first = chance(0.9) ? object(item) : value(1);
    String data = chance(0.9) ? "[" + pick(first, first + "," + value(1), "") + "]" : value(1);
    return object(Map.of("data", data, "object", written("list")));
  }

  private String reference() {
    return chance(0.6)
        ? written("ref_" + random.nextInt(10))
        : some(Map.of("id", chance(0.8) ? written("ref_x") : value(1), "object", text()));
  }

  /// Sometimes a member is missing.
  private String some(Map<String, String> members) {
    return chance(0.9) ? object(members) : value(2);
  }

  private void put(Map<String, String> members, String name, String usual) {
    double which = random.nextDouble();
    if (which < 0.7) {
      members.put(name, usual);
    } else if (which < 0.8) {
      members.put(name, "null");
    } else if (which < 0.9) {
      members.put(name, value(2));
    }
  }
}
