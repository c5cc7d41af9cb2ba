package stripebridge.core.config;

import java.util.regex.Pattern;
import stripebridge.core.problem.Quoted;

/// Makes the text of a setting safe to print in a message or a listing.
final class DisplayText {
  // A listing shows the value in effect, so it allows more than a message does.
  private static final int LISTED_CHARS_MAX = 500;

  // A Stripe key in the wrong variable is still a secret.
  private static final Pattern STRIPE_KEY = Pattern.compile("(?:sk|rk)_(?:live|test|org)|whsec_");

  private static final Pattern URL_CREDENTIALS =
      Pattern.compile("^([A-Za-z0-9+.-]*://)?.*@", Pattern.DOTALL);

  private DisplayText() {}

  /// For a message: quoted, and truncated when long.
  static String quoted(String text) {
    return hidesKey(text) ? Secret.MASK : Quoted.of(text);
  }

  /// For a listing.
  static String listed(String text) {
    return hidesKey(text) ? Secret.MASK : Quoted.escaped(text, LISTED_CHARS_MAX);
  }

  /// Masks everything between the scheme and the last `@`, which may be a password. The text need
  /// not be a valid URL.
  static String withoutCredentials(String url) {
    return URL_CREDENTIALS.matcher(url).replaceFirst("$1" + Secret.MASK + "@");
  }

  private static boolean hidesKey(String text) {
    return STRIPE_KEY.matcher(text).find();
  }
}
