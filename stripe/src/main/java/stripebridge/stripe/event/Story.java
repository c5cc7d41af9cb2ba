package stripebridge.stripe.event;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Fills templates with the values of one story: a customer subscribes by Checkout, the first
/// attempt to pay is declined, the second succeeds, is disputed, and so on. The value of a
/// placeholder depends only on the seed, the story's number and, for times, the event's time.
///
/// `${id:cus}` is an id with that prefix, `${id:ch#first}` another of the same prefix,
/// `${token:card}` other random text, `${now-60}` a minute before the event. A placeholder that is
/// the whole string is replaced by a value of its own type.
final class Story {
  private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([^}]+)}");
  private static final Pattern TIME = Pattern.compile("now([+-]\\d+)?");
  private static final String ALPHABET =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final int TOKEN_LENGTH = 24;
  // These kinds of ids are shorter than all others.
  private static final int SHORT_TOKEN_LENGTH = 14;
  private static final Set<String> SHORT = Set.of("cus", "prod", "si", "fee", "co");

  private static final List<String> NAMES =
      List.of(
          "Blue Kettle Bakery",
          "North Pier Cycles",
          "Old Lantern Books",
          "Quiet Field Studio",
          "Red Gate Nursery",
          "Slow Tide Coffee",
          "Tall Ladder Tools",
          "Wide Sky Kites");
  private static final List<String> PRODUCTS =
      List.of("Bread club", "Workshop pass", "Reading box", "Seed parcel", "Studio seat");

  private final long seed;
  private final long now;
  private final Map<String, JsonPrimitive> values = new HashMap<>();

  /// @param now the event's time, in seconds since 1970
  /// @param account the account of the story's objects
  /// @param customer the id of its customer; null for one of its own
  Story(
      long seed,
      int number,
      long now,
      boolean livemode,
      String account,
      @Nullable String customer) {
    this.seed = mixed(seed, Integer.toString(number));
    this.now = now;
    RandomGenerator random = new SplittableRandom(this.seed);
    String name = NAMES.get(random.nextInt(NAMES.size()));
    long amount = 100L * random.nextInt(9, 250);
    String order = "order-" + random.nextInt(10_000, 100_000);
    values.put("account", new JsonPrimitive(account));
    values.put("livemode", new JsonPrimitive(livemode));
    values.put("name", new JsonPrimitive(name));
    values.put("email", new JsonPrimitive(email(name)));
    values.put("product", new JsonPrimitive(PRODUCTS.get(random.nextInt(PRODUCTS.size()))));
    values.put("amount", new JsonPrimitive(amount));
    values.put("amount_text", new JsonPrimitive(Long.toString(amount)));
    values.put("order", new JsonPrimitive(order));
    values.put("prefix", new JsonPrimitive(text("prefix", 8).toUpperCase(Locale.ROOT)));
    if (customer != null) {
      values.put("id:cus", new JsonPrimitive(customer));
    }
  }

  /// Letters and digits derived from the seed and a name.
  static String token(long seed, String name, int length) {
    RandomGenerator random = new SplittableRandom(mixed(seed, name));
    StringBuilder token = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      token.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return token.toString();
  }

  /// A copy of the template with its placeholders filled in.
  JsonElement fill(JsonElement template) {
    return switch (template) {
      case JsonObject object -> {
        JsonObject filled = new JsonObject();
        object.entrySet().forEach(member -> filled.add(member.getKey(), fill(member.getValue())));
        yield filled;
      }
      case JsonArray array -> {
        JsonArray filled = new JsonArray(array.size());
        array.forEach(element -> filled.add(fill(element)));
        yield filled;
      }
      // Most texts have no placeholder, and a load test makes thousands of events a second.
      case JsonPrimitive value when value.isString() && value.getAsString().contains("${") ->
          fill(value.getAsString());
      default -> template;
    };
  }

  private JsonPrimitive fill(String text) {
    Matcher placeholder = PLACEHOLDER.matcher(text);
    if (placeholder.matches()) {
      return value(placeholder.group(1));
    }
    return new JsonPrimitive(
        placeholder
            .reset()
            .replaceAll(found -> Matcher.quoteReplacement(value(found.group(1)).getAsString())));
  }

  private JsonPrimitive value(String name) {
    JsonPrimitive value = values.get(name);
    if (value != null) {
      return value;
    }
    Matcher time = TIME.matcher(name);
    if (time.matches()) {
      return new JsonPrimitive(now + (time.group(1) == null ? 0 : Long.parseLong(time.group(1))));
    }
    String rest = name.substring(name.indexOf(':') + 1);
    if (name.startsWith("id:")) {
      int hash = rest.indexOf('#');
      String prefix = hash < 0 ? rest : rest.substring(0, hash);
      int length = SHORT.contains(prefix) ? SHORT_TOKEN_LENGTH : TOKEN_LENGTH;
      return new JsonPrimitive(prefix + "_" + text(name, length));
    }
    if (name.startsWith("token:")) {
      return new JsonPrimitive(text(name, TOKEN_LENGTH));
    }
    throw new IllegalStateException("a template names the unknown value '" + name + "'");
  }

  private String text(String name, int length) {
    return token(seed, name, length);
  }

  private static String email(String name) {
    return "accounts@" + name.toLowerCase(Locale.ROOT).replace(' ', '-') + ".example";
  }

  /// FNV-1a over a name, started with a seed; the generator mixes it further.
  private static long mixed(long seed, String name) {
    long hash = 0xcbf29ce484222325L ^ (seed * 0x9e3779b97f4a7c15L);
    for (int i = 0; i < name.length(); i++) {
      hash = (hash ^ name.charAt(i)) * 0x100000001b3L;
    }
    return hash;
  }
}
