package stripebridge.stripe.event;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.Strictness;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Reads and writes JSON trees; numbers keep their digits and members their order.
final class EventJson {
  // As Stripe writes its webhooks: two spaces per level, one after a colon.
  private static final Gson GSON =
      new GsonBuilder()
          .setStrictness(Strictness.STRICT)
          .serializeNulls()
          .disableHtmlEscaping()
          .setPrettyPrinting()
          .create();

  private EventJson() {}

  /// Reads an object.
  ///
  /// @throws JsonParseException when the text is not a JSON object
  static JsonObject read(String text) {
    JsonElement value = value(text);
    if (value instanceof JsonObject object) {
      return object;
    }
    throw new JsonParseException("not a JSON object");
  }

  /// Reads any value; null when the text is empty.
  ///
  /// @throws JsonParseException when the text is not JSON
  static @Nullable JsonElement value(String text) {
    return GSON.fromJson(text, JsonElement.class);
  }

  static byte[] bytes(JsonObject event) {
    return GSON.toJson(event).getBytes(StandardCharsets.UTF_8);
  }
}
