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

/// How the text of a setting is parsed, and how that text may be shown.
///
/// @param allowed describes a legal text, as it follows `must be`: `a whole number from 1 to 10`
/// @param form describes it to programs that check a text before it reaches the parser
/// @param isSecret whether the text must never be shown unmasked
/// @param shown makes the text safe for a message or a listing
/// @param parser parses a text that is neither blank nor too long
public record ValueType<T>(
    String allowed,
    Form form,
    boolean isSecret,
    UnaryOperator<String> shown,
    Function<String, Parsed<T>> parser) {

  static final ValueType<Integer> PORT = wholeNumber("a port", 0, Url.PORT_MAX);

  static final ValueType<Boolean> BOOLEAN =
      oneOf(
          "true or false",
          Map.of(
              "true", true, "yes", true, "on", true, "1", true, //
              "false", false, "no", false, "off", false, "0", false));

  static final ValueType<String> HOST =
      plain("a host name or an address, without scheme or port", Url::host);

  static final ValueType<String> PATH = text("a path", "[^\\p{Cntrl}]{1,4096}");

  static final ValueType<String> ACCOUNT =
      text("1 to 64 letters, digits, '_' and '-'", "[A-Za-z0-9_-]{1,64}");

  /// A secret that a person may have chosen: any text without control characters.
  static final ValueType<Secret> PASSWORD =
      secretWithout(Character::isISOControl, "text without line breaks");

  /// A secret that a machine made.
  static final ValueType<Secret> TOKEN =
      secretWithout(
          c -> Character.isISOControl(c) || Character.isWhitespace(c),
          "text without spaces or line breaks");

  private static final Pattern SIGNS = Pattern.compile("[0-9]{1,15}(\\.[0-9]{1,3})?");

  /// A type whose legal texts only the parser knows.
  ValueType(
      String allowed,
      boolean isSecret,
      UnaryOperator<String> shown,
      Function<String, Parsed<T>> parser) {
    this(allowed, new Form.Text(), isSecret, shown, parser);
  }

  /// A type whose text may be shown, and which refuses a text for one reason only.
  static <T> ValueType<T> plain(String allowed, Function<String, Optional<T>> parser) {
    return plain(allowed, new Form.Text(), parser);
  }

  /// The same, with a form.
  static <T> ValueType<T> plain(String allowed, Form form, Function<String, Optional<T>> parser) {
    return new ValueType<>(
        allowed,
        form,
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
        new Form.Numeric(BigDecimal.valueOf(min), BigDecimal.valueOf(max), true),
        text ->
            number(text)
                .filter(number -> isBetween(number, min, max) && isWhole(number))
                .map(BigDecimal::intValueExact));
  }

  /// Seconds, with up to three decimals.
  static ValueType<Duration> seconds(String min, String max) {
    return plain(
        "a number of seconds from " + min + " to " + max,
        new Form.Numeric(new BigDecimal(min), new BigDecimal(max), false),
        text ->
            number(text)
                .filter(number -> isBetween(number, new BigDecimal(min), new BigDecimal(max)))
                .map(number -> Duration.ofMillis(number.movePointRight(3).longValueExact())));
  }

  static ValueType<Duration> milliseconds(long max) {
    return plain(
        "a whole number of milliseconds from 0 to " + max,
        new Form.Numeric(BigDecimal.ZERO, BigDecimal.valueOf(max), true),
        text ->
            number(text)
                .filter(number -> isBetween(number, 0, max) && isWhole(number))
                .map(number -> Duration.ofMillis(number.longValueExact())));
  }

  /// A text that matches the whole pattern.
  static ValueType<String> text(String allowed, String pattern) {
    Pattern legal = Pattern.compile(pattern);
    return plain(
        allowed, text -> Optional.of(text).filter(value -> legal.matcher(value).matches()));
  }

  /// One of the names of an enum, in any case, or one of the names that other tools use.
  static <E extends Enum<E>> ValueType<E> oneOf(List<E> values, Map<String, E> otherNames) {
    Map<String, E> byName = new LinkedHashMap<>();
    values.forEach(value -> byName.put(value.name().toLowerCase(Locale.ROOT), value));
    String allowed = String.join(", ", byName.keySet());
    byName.putAll(otherNames);
    return oneOf("one of " + allowed, byName);
  }

  private static <T> ValueType<T> oneOf(String allowed, Map<String, T> values) {
    return plain(
        allowed,
        new Form.Choice(List.copyOf(values.keySet())),
        text -> Optional.ofNullable(values.get(text.toLowerCase(Locale.ROOT))));
  }

  /// The base URL of an HTTP API. A slash at its end is removed.
  ///
  /// @param root a pattern for the end of the path that is optional; it is removed
  static ValueType<URI> apiBase(String root, String example) {
    Function<String, Parsed<URI>> parser =
        text -> {
          Optional<Url> url =
              Url.of(text).filter(parts -> List.of("http", "https").contains(parts.scheme()));
          if (url.isPresent() && !url.get().userInfo().isEmpty()) {
            return Parsed.refused(
                "must not contain a username or password: they have settings" + " of their own");
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

  /// What a legal text looks like, as far as a program without the parser can know.
  public sealed interface Form {
    /// Any text.
    record Text() implements Form {}

    /// One of these names, in any case.
    ///
    /// @param names in lower case, without order
    record Choice(List<String> names) implements Form {}

    /// A number in decimal digits.
    ///
    /// @param min the least, inclusive
    /// @param max the greatest, inclusive
    /// @param isWhole whether it has no decimals; otherwise up to three
    record Numeric(BigDecimal min, BigDecimal max, boolean isWhole) implements Form {}
  }

  /// The outcome of parsing a setting's text.
  public sealed interface Parsed<T> {
    /// The text is legal.
    record Value<T>(T value) implements Parsed<T> {}

    /// The text is not legal.
    ///
    /// @param reasons each continues a sentence that begins with the setting's name: `must be …`.
    ///   Safe to print: they contain no part of a secret
    record Refused<T>(List<String> reasons) implements Parsed<T> {}

    /// A refusal for one reason.
    static <T> Parsed<T> refused(String reason) {
      return new Refused<>(List.of(reason));
    }
  }
}
