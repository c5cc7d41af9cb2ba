package stripebridge.service.telemetry;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A range of an `Accept` header (RFC 9110, 12.5.1), such as `text/plain;version=0.0.4;q=0.5`.
///
/// @param type in lower case, or `*`
/// @param subtype in lower case, or `*`
/// @param parameters without the weight; names in lower case
/// @param weight in thousandths: 0 refuses, 1000 is the most
record MediaRange(String type, String subtype, Map<String, String> parameters, int weight) {
  private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]++";
  private static final Pattern TYPE = Pattern.compile("(" + TOKEN + ")/(" + TOKEN + ")");
  private static final Pattern PARAMETER =
      Pattern.compile("(" + TOKEN + ")=(?:(" + TOKEN + ")|\"(.*)\")", Pattern.DOTALL);
  private static final Pattern ESCAPE = Pattern.compile("\\\\(.)", Pattern.DOTALL);
  private static final Pattern WEIGHT = Pattern.compile("0(?:\\.\\d{0,3})?|1(?:\\.0{0,3})?");

  MediaRange {
    parameters = Map.copyOf(parameters);
  }

  /// The ranges of a header, in its order. A part that is not a media range is left out, so that
  /// the others still count.
  static List<MediaRange> parse(String header) {
    List<MediaRange> ranges = new ArrayList<>();
    for (String part : split(header, ',')) {
      MediaRange range = one(split(part, ';'));
      if (range != null) {
        ranges.add(range);
      }
    }
    return ranges;
  }

  // A regular expression would need a time or a stack that grows with what anybody may send.
  private static List<String> split(String text, char separator) {
    List<String> parts = new ArrayList<>();
    boolean isQuoted = false;
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"') {
        isQuoted = !isQuoted;
      } else if (c == '\\' && isQuoted) {
        i++;
      } else if (c == separator && !isQuoted) {
        parts.add(text.substring(start, i).strip());
        start = i + 1;
      }
    }
    parts.add(text.substring(start).strip());
    return parts;
  }

  private static @Nullable MediaRange one(List<String> parts) {
    Matcher name = TYPE.matcher(parts.getFirst().toLowerCase(Locale.ROOT));
    if (!name.matches() || (name.group(1).equals("*") && !name.group(2).equals("*"))) {
      return null;
    }
    Map<String, String> parameters = new HashMap<>();
    for (String part : parts.subList(1, parts.size())) {
      Matcher parameter = PARAMETER.matcher(part);
      if (parameter.matches()) {
        parameters.put(parameter.group(1).toLowerCase(Locale.ROOT), value(parameter));
      } else if (!part.isEmpty()) {
        return null;
      }
    }
    String weight = parameters.getOrDefault("q", "1");
    parameters.remove("q");
    return WEIGHT.matcher(weight).matches()
        ? new MediaRange(
            name.group(1),
            name.group(2),
            parameters,
            (int) Math.round(Double.parseDouble(weight) * 1_000))
        : null;
  }

  private static String value(Matcher parameter) {
    String token = parameter.group(2);
    return token != null ? token : ESCAPE.matcher(parameter.group(3)).replaceAll("$1");
  }

  /// How closely this describes a type: of several ranges, the closest counts.
  int specificity() {
    if (type.equals("*")) {
      return 0;
    }
    return subtype.equals("*") ? 1 : 2 + parameters.size();
  }
}
