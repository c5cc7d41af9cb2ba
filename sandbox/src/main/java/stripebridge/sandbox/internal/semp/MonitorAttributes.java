package stripebridge.sandbox.internal.semp;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import stripebridge.sandbox.internal.model.SempVersion;

/// The names of the attributes that only the monitor API has, read once from `monitor.tsv`.
final class MonitorAttributes {

  private static final Map<String, Map<String, SempVersion>> TABLE = read();

  private MonitorAttributes() {}

  /// The names that an object has in a version of SEMP.
  ///
  /// @param sempName the object's name in SEMP's schema, such as `MsgVpnClient`
  static Set<String> of(String sempName, SempVersion version) {
    return TABLE.getOrDefault(sempName, Map.of()).entrySet().stream()
        .filter(entry -> entry.getValue().compareTo(version) <= 0)
        .map(Map.Entry::getKey)
        .collect(Collectors.toUnmodifiableSet());
  }

  private static Map<String, Map<String, SempVersion>> read() {
    HashMap<String, Map<String, SempVersion>> table = new HashMap<>();
    Map<String, SempVersion> section = new TreeMap<>();
    try (InputStream in = MonitorAttributes.class.getResourceAsStream("monitor.tsv")) {
      InputStream text = Objects.requireNonNull(in, "monitor.tsv is not on the class path");
      for (String line : new String(text.readAllBytes(), UTF_8).lines().toList()) {
        if (line.startsWith("[")) {
          section = new TreeMap<>();
          table.put(line.substring(1, line.length() - 1), section);
        } else if (!line.isBlank() && !line.startsWith("#")) {
          int tab = line.indexOf('\t');
          section.put(line.substring(0, tab), SempVersion.parse(line.substring(tab + 1)));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return table;
  }
}
