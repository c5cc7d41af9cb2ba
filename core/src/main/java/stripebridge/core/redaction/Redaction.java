package stripebridge.core.redaction;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import stripebridge.core.json.Json;

/// Masks what an event says of people: names, e-mail and postal addresses, telephone numbers, and
/// the details of cards and bank accounts, wherever in the document they are. What is masked keeps
/// its name, so that it can be seen that there was something.
///
/// It goes by the names of Stripe's fields. `metadata` is the merchant's own and is masked too.
public final class Redaction {
  /// What stands for a value.
  public static final String MASK = "***";

  /// Fields that are personal themselves, and all that end so, such as `receipt_email`.
  private static final Set<String> ENDINGS =
      Set.of(
          "email",
          "name",
          "phone",
          "address",
          "ip",
          "ip_address",
          "iban",
          "last4",
          "exp_month",
          "exp_year",
          "fingerprint");

  /// How the fields of a flat address begin: `address_line1`.
  private static final String FLAT_ADDRESS = "address_";

  /// Fields below which all is personal.
  private static final Set<String> WHOLE =
      Set.of(
          "address",
          "bank_account",
          "billing_details",
          "card",
          "customer_address",
          "customer_details",
          "customer_shipping",
          "individual",
          "metadata",
          "owner",
          "payment_method_details",
          "sepa_debit",
          "shipping",
          "shipping_address",
          "shipping_details",
          "us_bank_account");

  private Redaction() {}

  /// Copies a document, masked.
  ///
  /// @throws IOException when the document is no JSON; part of it may be copied then
  public static void copy(byte[] document, JsonGenerator to) throws IOException {
    try (JsonParser from = Json.lenientParser(Json.withoutByteOrderMark(document))) {
      int maskedFrom = Integer.MAX_VALUE;
      int depth = 0;
      while (from.nextToken() != null) {
        JsonToken token = from.currentToken();
        if (token.isStructEnd()) {
          depth--;
          if (depth < maskedFrom) {
            maskedFrom = Integer.MAX_VALUE;
          }
        }
        boolean isMasked = depth >= maskedFrom;
        if (token.isScalarValue() && (isMasked || isPersonal(from.currentName()))) {
          mask(token, from, to);
        } else {
          to.copyCurrentEventExact(from);
        }
        if (token.isStructStart()) {
          depth++;
          String name = from.getParsingContext().getParent().getCurrentName();
          if (!isMasked && name != null && WHOLE.contains(name.toLowerCase(Locale.ROOT))) {
            maskedFrom = depth;
          }
        }
      }
    }
  }

  private static void mask(JsonToken token, JsonParser from, JsonGenerator to) throws IOException {
    // That there is nothing is no secret, and neither is a switch.
    if (token == JsonToken.VALUE_NULL || token.isBoolean()) {
      to.copyCurrentEventExact(from);
    } else {
      to.writeString(MASK);
    }
  }

  /// Whether a text of that name says something of a person, wherever it is.
  public static boolean isPersonal(@Nullable String field) {
    if (field == null) {
      return false;
    }
    String name = field.toLowerCase(Locale.ROOT);
    return name.startsWith(FLAT_ADDRESS)
        || ENDINGS.stream().anyMatch(end -> name.equals(end) || name.endsWith("_" + end));
  }
}
