package stripebridge.core.config;

import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

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

  Parsed<T> parse(String text) {
    return parser.apply(text);
  }
}
