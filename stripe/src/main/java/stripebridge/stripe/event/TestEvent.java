package stripebridge.stripe.event;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonPrimitive;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// A test event: the body of a webhook. Immutable.
public final class TestEvent {
  private final JsonObject json;
  private final byte[] body;

  /// @param body the bytes to send; the same content as `json`
  private TestEvent(JsonObject json, byte[] body) {
    this.json = json;
    this.body = body;
  }

  static TestEvent of(JsonObject json) {
    return new TestEvent(json, EventJson.bytes(json));
  }

  /// The event of a body, which stays byte for byte until a field is changed.
  ///
  /// @throws IllegalArgumentException when the body is not a JSON object in UTF-8
  public static TestEvent of(byte[] body) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
      return new TestEvent(EventJson.read(text), body.clone());
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("it is not UTF-8", e);
    } catch (JsonParseException e) {
      throw new IllegalArgumentException("it is not a JSON object", e);
    }
  }

  /// The event's id; empty when it has none.
  public String id() {
    return text("id");
  }

  /// The event's type; empty when it has none.
  public String type() {
    return text("type");
  }

  /// Whether `livemode` is true: real money.
  public boolean isLive() {
    return json.get("livemode") instanceof JsonPrimitive value && value.getAsBoolean();
  }

  /// Whether its object is this customer, or belongs to it.
  public boolean isOfCustomer(String id) {
    return json.get("data") instanceof JsonObject data
        && data.get("object") instanceof JsonObject object
        && (isText(object.get("customer"), id) || isText(object.get("id"), id));
  }

  private static boolean isText(@Nullable JsonElement value, String text) {
    return value instanceof JsonPrimitive found && found.getAsString().equals(text);
  }

  /// A copy of the body.
  public byte[] body() {
    return body.clone();
  }

  /// The same with one field changed.
  ///
  /// @throws IllegalArgumentException names the step of the path that does not exist
  public TestEvent with(FieldChange change) {
    JsonObject changed = json.deepCopy();
    change.apply(changed);
    return of(changed);
  }

  /// The same with another text, or null, in a top-level field.
  public TestEvent with(String field, @Nullable String text) {
    JsonObject changed = json.deepCopy();
    changed.addProperty(field, text);
    return of(changed);
  }

  private String text(String name) {
    JsonElement value = json.get(name);
    return value instanceof JsonPrimitive text && text.isString() ? text.getAsString() : "";
  }

  @Override
  public String toString() {
    return type() + " " + id();
  }
}
