package stripebridge.sandbox.internal.semp;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import stripebridge.sandbox.internal.model.RefusedException;
import stripebridge.sandbox.internal.model.SempCode;

/// Where the next page of a collection begins: after a named object, so that objects created or
/// deleted between two pages neither repeat nor hide others. Opaque to clients.
///
/// @param collection the path of the collection it was made for
record Cursor(String collection, String after) {

  String encoded() {
    String text = collection + '\n' + after;
    return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
  }

  static Cursor parse(String encoded, String collection) {
    try {
      String text = new String(Base64.getUrlDecoder().decode(encoded), UTF_8);
      if (text.startsWith(collection + '\n')) {
        return new Cursor(collection, text.substring(collection.length() + 1));
      }
    } catch (IllegalArgumentException _) {
      // Refused below, like any other foreign cursor.
    }
    throw new RefusedException(
        SempCode.INVALID_PARAMETER,
        "query parameter 'cursor' does not come from this collection: '%s'".formatted(encoded));
  }
}
