package stripebridge.stripe.event;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;

/// Moves fields of objects to where API versions before 2025-03-31 (basil) had them:
/// https://docs.stripe.com/changelog/basil
final class OlderShape {
  private static final String BASIL = "2025-03-31";

  private OlderShape() {}

  /// Whether an API version is older than the move. Versions begin with their date.
  static boolean isOf(String apiVersion) {
    return apiVersion.compareTo(BASIL) < 0;
  }

  /// Moves the fields of an object back.
  static void apply(JsonObject object) {
    switch (object.get("object").getAsString()) {
      case "subscription" -> subscription(object);
      case "invoice" -> invoice(object);
      default -> {
        // The other objects have no moved field that matters here.
      }
    }
  }

  /// The subscription itself had the period, and the plan of its only item.
  private static void subscription(JsonObject subscription) {
    JsonObject item =
        subscription.getAsJsonObject("items").getAsJsonArray("data").get(0).getAsJsonObject();
    for (String name : new String[] {"current_period_end", "current_period_start"}) {
      subscription.add(name, item.remove(name));
    }
    subscription.add("plan", item.get("plan").deepCopy());
    subscription.add("quantity", item.get("quantity"));
  }

  /// The invoice and its lines named the subscription, each line with its price.
  private static void invoice(JsonObject invoice) {
    JsonObject parent = invoice.remove("parent").getAsJsonObject();
    JsonElement subscription = parent.getAsJsonObject("subscription_details").get("subscription");
    invoice.add("subscription", subscription);
    invoice.addProperty("paid", invoice.get("status").getAsString().equals("paid"));
    invoice.add("tax", JsonNull.INSTANCE);
    for (JsonElement element : invoice.getAsJsonObject("lines").getAsJsonArray("data")) {
      JsonObject line = element.getAsJsonObject();
      line.remove("pricing");
      JsonObject details =
          line.remove("parent").getAsJsonObject().getAsJsonObject("subscription_item_details");
      line.add("subscription", subscription);
      line.add("subscription_item", details.get("subscription_item"));
      line.addProperty("type", "subscription");
    }
  }
}
