package stripebridge.stripe.event;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;

/// Where objects keep some of their fields in API versions before 2025-03-31 (basil), which moved
/// them: https://docs.stripe.com/changelog/basil
final class OlderShape {
  private static final String BASIL = "2025-03-31";

  private OlderShape() {}

  /// Whether an API version is before the move. Versions begin with their date.
  static boolean isOf(String apiVersion) {
    return apiVersion.compareTo(BASIL) < 0;
  }

  /// Moves the fields of an object back.
  static void apply(JsonObject object) {
    switch (object.get("object").getAsString()) {
      case "subscription" -> subscription(object);
      case "invoice" -> invoice(object);
      default -> {
        // Nothing that matters here has moved in the others.
      }
    }
  }

  /// The period was the subscription's own, and so was the plan of its only item.
  private static void subscription(JsonObject subscription) {
    JsonObject item =
        subscription.getAsJsonObject("items").getAsJsonArray("data").get(0).getAsJsonObject();
    for (String name : new String[] {"current_period_end", "current_period_start"}) {
      subscription.add(name, item.remove(name));
    }
    subscription.add("plan", item.get("plan").deepCopy());
    subscription.add("quantity", item.get("quantity"));
  }

  /// The subscription was named by the invoice and by its lines, each with its price.
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
