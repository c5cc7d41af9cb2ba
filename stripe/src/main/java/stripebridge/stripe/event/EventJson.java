package stripebridge.stripe.event;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.Strictness;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// JSON as a tree in which numbers keep their digits and members their order.
final class EventJson {
  // As Stripe writes its webhooks: two spaces a level, one after a colon.
  private static final Gson GSON =
      new GsonBuilder()
          .setStrictness(Strictness.STRICT)
          .serializeNulls()
          .disableHtmlEscaping()
          .setPrettyPrinting()
          .create();

  private EventJson() {}

  /// An object.
  ///
  /// @throws JsonParseException when the text is no JSON object
  static JsonObject read(String text) {
    JsonElement value = value(text);
    if (value instanceof JsonObject object) {
      return object;
    }
    throw new JsonParseException("not a JSON object");
  }

  /// Any value; nothing when the text is empty.
  ///
  /// @throws JsonParseException when the text is no JSON
  static @Nullable JsonElement value(String text) {
    return GSON.fromJson(text, JsonElement.class);
  }

  static byte[] bytes(JsonObject event) {
    return GSON.toJson(event).getBytes(StandardCharsets.UTF_8);
  }
}
