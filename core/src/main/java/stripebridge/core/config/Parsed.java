package stripebridge.core.config;

import java.util.List;

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
