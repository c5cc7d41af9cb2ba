package stripebridge.cli.validate.evidence;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The name and labels of one sample of a metrics page.
///
/// @param labels sorted by name
public record Series(String name, SortedMap<String, String> labels) {
  public Series {
    labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
  }

  static Series of(String name, Map<String, String> labels) {
    return new Series(name, new TreeMap<>(labels));
  }

  @Nullable String label(String label) {
    return labels.get(label);
  }

  /// As Prometheus writes it, but without escapes.
  @Override
  public String toString() {
    return labels.isEmpty()
        ? name
        : labels.entrySet().stream()
            .map(label -> label.getKey() + "=\"" + label.getValue() + '"')
            .collect(Collectors.joining(",", name + "{", "}"));
  }
}
