package stripebridge.core.config;

import java.util.regex.Pattern;
import stripebridge.core.problem.Quoted;

/// The text of a setting as a message or a listing may have it.
final class DisplayText {
  // A listing shows what is in effect, so it shows more than a message.
  private static final int LISTED_CHARS_MAX = 500;

  // A key of Stripe's in the wrong variable is still a key.
  private static final Pattern STRIPE_KEY = Pattern.compile("(?:sk|rk)_(?:live|test|org)|whsec_");

  private static final Pattern URL_CREDENTIALS =
      Pattern.compile("^([A-Za-z0-9+.-]*://)?.*@", Pattern.DOTALL);

  private DisplayText() {}

  /// For a message: quoted, and cut when long.
  static String quoted(String text) {
    return hidesKey(text) ? Secret.MASK : Quoted.of(text);
  }

  /// For a listing.
  static String listed(String text) {
    return hidesKey(text) ? Secret.MASK : Quoted.escaped(text, LISTED_CHARS_MAX);
  }

  /// A URL, or what was meant to be one: all before the last `@` but the scheme may be a password.
  static String withoutCredentials(String url) {
    return URL_CREDENTIALS.matcher(url).replaceFirst("$1" + Secret.MASK + "@");
  }

  private static boolean hidesKey(String text) {
    return STRIPE_KEY.matcher(text).find();
  }
}
