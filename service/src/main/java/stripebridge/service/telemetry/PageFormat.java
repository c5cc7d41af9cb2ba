package stripebridge.service.telemetry;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/// A format of the metrics page.
enum PageFormat {
  /// Prometheus's own text format.
  TEXT("text", "plain", "0.0.4"),
  OPEN_METRICS("application", "openmetrics-text", "1.0.0");

  private final String type;
  private final String subtype;
  private final String version;

  PageFormat(String type, String subtype, String version) {
    this.type = type;
    this.subtype = subtype;
    this.version = version;
  }

  /// The range that decides about a format.
  ///
  /// @param index the range's place in the header
  private record Wish(int weight, int specificity, int index) {
    private static final Wish NONE = new Wish(0, -1, Integer.MAX_VALUE);

    boolean isStrongerThan(Wish other) {
      if (weight != other.weight) {
        return weight > other.weight;
      }
      if (specificity != other.specificity) {
        return specificity > other.specificity;
      }
      return index < other.index;
    }
  }

  /// The format that the client prefers. Of two formats with the same weight, the client gets the
  /// format that it describes more closely, then the format that it names first, then text. A
  /// client that accepts neither gets the text format: a page is of more use than a refusal.
  ///
  /// @param accept the values of the `Accept` headers, joined by commas; empty for none
  static PageFormat requested(String accept) {
    List<MediaRange> ranges = MediaRange.parse(accept);
    Wish openMetrics = OPEN_METRICS.wish(ranges);
    return openMetrics.weight > 0 && openMetrics.isStrongerThan(TEXT.wish(ranges))
        ? OPEN_METRICS
        : TEXT;
  }

  private Wish wish(List<MediaRange> ranges) {
    Wish closest = Wish.NONE;
    for (int i = 0; i < ranges.size(); i++) {
      MediaRange range = ranges.get(i);
      if (isIn(range) && range.specificity() > closest.specificity) {
        closest = new Wish(range.weight(), range.specificity(), i);
      }
    }
    return closest;
  }

  private boolean isIn(MediaRange range) {
    return (range.type().equals("*") || range.type().equals(type))
        && (range.subtype().equals("*") || range.subtype().equals(subtype))
        && range.parameters().entrySet().stream().allMatch(this::has);
  }

  private boolean has(Map.Entry<String, String> parameter) {
    return switch (parameter.getKey()) {
      case "version" -> parameter.getValue().equals(version);
      case "charset" -> parameter.getValue().toLowerCase(Locale.ROOT).equals("utf-8");
      // Prometheus 3 says how names that are not plain must be escaped. Ours are plain.
      case "escaping" -> true;
      default -> false;
    };
  }
}
