package stripebridge.sandbox.internal.semp;

import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// A pattern in which `*` stands for any characters, as in `select` and `where`.
final class Glob {

  private final Pattern pattern;

  Glob(String text) {
    pattern =
        Pattern.compile(
            Arrays.stream(text.split("\\*", -1))
                .map(Pattern::quote)
                .collect(Collectors.joining(".*")),
            Pattern.DOTALL);
  }

  boolean matches(String text) {
    return pattern.matcher(text).matches();
  }
}
