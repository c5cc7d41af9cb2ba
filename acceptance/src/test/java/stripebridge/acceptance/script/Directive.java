package stripebridge.acceptance.script;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// The first word of a script's line. `acceptance/README.md` says what each does.
enum Directive {
  AWAIT,
  BROKER,
  CLOCK,
  CMP,
  CP,
  ENV,
  EXEC,
  EXISTS,
  EXIT,
  MKDIR,
  SKIP,
  STDERR,
  STDIN,
  STDOUT,
  STOP,
  WAIT;

  static Optional<Directive> of(String word) {
    return Arrays.stream(values()).filter(directive -> directive.word().equals(word)).findFirst();
  }

  /// As scripts write it.
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
