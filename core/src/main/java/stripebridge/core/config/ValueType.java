package stripebridge.core.config;

import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import stripebridge.core.config.ValueType.Parsed;


/// How the text of a setting becomes a value, and how that text may be shown.
///
/// @param allowed what a legal text is, as it follows `must be`: `a whole number from 1 to 10`
/// @param isSecret whether the text must never be shown as it is
/// @param shown the text as a message or a listing may have it
/// @param parser the value of a text that is neither blank nor longer than a setting may be
public record ValueType<T>(
    String allowed,
    boolean isSecret,
    UnaryOperator<String> shown,
    Function<String, Parsed<T>> parser) {

  static final ValueType<Integer> PORT = wholeNumber("a port", 0, Url.PORT_MAX);

  static final ValueType<Boolean> TRUTH =
      oneOf(
          "true or false",
          Map.of(
              "true", true, "yes", true, "on", true, "1", true, //
              "false", false, "no", false, "off", false, "0", false));

  static final ValueType<String> HOST =
      plain("a host name or an address, without scheme and port", Url::host);

  static final ValueType<String> PATH = text("a path", "[^\\p{Cntrl}]{1,4096}");

  static final ValueType<String> ACCOUNT =
      text("1 to 64 letters, digits, '_' and '-'", "[A-Za-z0-9_-]{1,64}");

  /// A secret that a person may have chosen: anything but control characters.
  static final ValueType<Secret> PASSWORD =
      secretWithout(Character::isISOControl, "text without line breaks");

  /// A secret that a machine made.
  static final ValueType<Secret> TOKEN =
      secretWithout(
          c -> Character.isISOControl(c) || Character.isWhitespace(c),
          "text without spaces and line breaks");

  private static final Pattern SIGNS = Pattern.compile("[0-9]{1,15}(\\.[0-9]{1,3})?");

  /// A type whose text may be shown, with one way to be wrong.
  static <T> ValueType<T> plain(String allowed, Function<String, Optional<T>> parser) {
    return new ValueType<>(
        allowed,
        false,
        DisplayText::listed,
        text ->
            parser
                .apply(text)
                .<Parsed<T>>map(Parsed.Value::new)
                .orElseGet(() ->
                    Parsed.refused("must be " + allowed + ", not " + DisplayText.quoted(text))));
  }

  /// A type whose text is shown as `***`.
  static <T> ValueType<T> secret(String allowed, Function<String, Parsed<T>> parser) {
    return new ValueType<>(allowed, true, _ -> Secret.MASK, parser);
  }

  static ValueType<Integer> wholeNumber(int min, int max) {
    return wholeNumber("a whole number", min, max);
  }

  private static ValueType<Integer> wholeNumber(String noun, int min, int max) {
    return plain(
        noun + " from " + min + " to " + max,
        text ->
            number(text)
                .filter(number -> isBetween(number, min, max) && isWhole(number))
                .map(BigDecimal::intValueExact));
  }

  /// Seconds, with up to three digits after the point.
  static ValueType<Duration> seconds(String min, String max) {
    return plain(
        "a number of seconds from " + min + " to " + max,
        text ->
            number(text)
                .filter(number -> isBetween(number, new BigDecimal(min), new BigDecimal(max)))
                .map(number -> Duration.ofMillis(number.movePointRight(3).longValueExact())));
  }

  static ValueType<Duration> milliseconds(long max) {
    return plain(
        "a whole number of milliseconds from 0 to " + max,
        text ->
            number(text)
                .filter(number -> isBetween(number, 0, max) && isWhole(number))
                .map(number -> Duration.ofMillis(number.longValueExact())));
  }

  /// A text that matches a pattern as a whole.
  static ValueType<String> text(String allowed, String pattern) {
    Pattern legal = Pattern.compile(pattern);
    return plain(
        allowed, text -> Optional.of(text).filter(value -> legal.matcher(value).matches()));
  }

  /// One of the names of an enum in any case, and of the names that other tools have for them.
  static <E extends Enum<E>> ValueType<E> oneOf(List<E> values, Map<String, E> otherNames) {
    Map<String, E> byName = new LinkedHashMap<>();
    values.forEach(value -> byName.put(value.name().toLowerCase(Locale.ROOT), value));
    String allowed = String.join(", ", byName.keySet());
    byName.putAll(otherNames);
    return oneOf("one of " + allowed, byName);
  }

  private static <T> ValueType<T> oneOf(String allowed, Map<String, T> values) {
    return plain(
        allowed, text -> Optional.ofNullable(values.get(text.toLowerCase(Locale.ROOT))));
  }

  /// The address of an HTTP API, without a slash at its end.
  ///
  /// @param root a pattern for the part of the path that may be left out, and is cut off
  static ValueType<URI> apiBase(String root, String example) {
    Function<String, Parsed<URI>> parser =
        text -> {
          Optional<Url> url =
              Url.of(text).filter(parts -> List.of("http", "https").contains(parts.scheme()));
          if (url.isPresent() && !url.get().userInfo().isEmpty()) {
            return Parsed.refused("must not carry a user or password: they have variables");
          }
          return url.<Parsed<URI>>map(parts -> new Parsed.Value<>(base(parts, root)))
              .orElseGet(() ->
                  Parsed.refused(
                      "must be an http:// or https:// URL like "
                          + example
                          + ", not "
                          + DisplayText.quoted(DisplayText.withoutCredentials(text))));
        };
    return new ValueType<>(
        "an http:// or https:// URL",
        false,
        text -> DisplayText.listed(DisplayText.withoutCredentials(text)),
        parser);
  }

  private static URI base(Url url, String root) {
    String path = url.path().replaceFirst("(" + root + ")?/*$", "");
    return URI.create(url.scheme() + "://" + url.authority() + path);
  }

  private static ValueType<Secret> secretWithout(IntPredicate forbidden, String allowed) {
    return secret(
        allowed,
        text ->
            text.chars().anyMatch(forbidden)
                ? Parsed.refused("must be " + allowed)
                : new Parsed.Value<>(new Secret(text)));
  }

  private static Optional<BigDecimal> number(String text) {
    return SIGNS.matcher(text).matches() ? Optional.of(new BigDecimal(text)) : Optional.empty();
  }

  private static boolean isWhole(BigDecimal number) {
    return number.scale() == 0;
  }

  private static boolean isBetween(BigDecimal number, long min, long max) {
    return isBetween(number, BigDecimal.valueOf(min), BigDecimal.valueOf(max));
  }

  private static boolean isBetween(BigDecimal number, BigDecimal min, BigDecimal max) {
    return number.compareTo(min) >= 0 && number.compareTo(max) <= 0;
  }

  Parsed<T> parse(String text) {
    return parser.apply(text);
  }

  /// What became of the text of a setting.
  public sealed interface Parsed<T> {
    /// The text is legal.
    record Value<T>(T value) implements Parsed<T> {}

    /// The text cannot be used.
    ///
    /// @param reasons each completes the sentence that begins with the setting's name: `must be …`;
    ///   fit to be printed, never with anything of a secret
    record Refused<T>(List<String> reasons) implements Parsed<T> {}

    /// A refusal for one reason.
    static <T> Parsed<T> refused(String reason) {
      return new Refused<>(List.of(reason));
    }
  }
}
