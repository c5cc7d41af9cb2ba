package stripebridge.acceptance.deploy.chart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The chart's `values.yaml`, with the comment above each value.
record ChartValues(List<Entry> entries) {
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final Pattern LINE = Pattern.compile("( *)(?:#(?: (.*))?|([A-Za-z]+):.*)");

  ChartValues {
    entries = List.copyOf(entries);
  }

  /// One value.
  ///
  /// @param path such as `config.redis.enabled`
  /// @param description the comment; empty if the value has no comment
  /// @param standard the default
  record Entry(String path, String description, JsonNode standard) {}

  static ChartValues read() {
    try {
      String text = Files.readString(Chart.FOLDER.resolve("values.yaml"));
      return parse(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A key with commented keys below it is a group of values, and any other key is a value.
  static ChartValues parse(String text) throws IOException {
    Map<String, String> comments = comments(text);
    List<Entry> entries = new ArrayList<>();
    collect("", YAML.readTree(text), comments, entries);
    return new ChartValues(entries);
  }

  private static void collect(
      String prefix, JsonNode node, Map<String, String> comments, List<Entry> entries) {
    node.properties()
        .forEach(property -> {
          String path = prefix + property.getKey();
          boolean isGroup =
              comments.entrySet().stream()
                  .anyMatch(comment ->
                      comment.getKey().startsWith(path + ".") && !comment.getValue().isEmpty());
          if (isGroup) {
            collect(path + ".", property.getValue(), comments, entries);
          } else {
            entries.add(new Entry(path, comments.getOrDefault(path, ""), property.getValue()));
          }
        });
  }

  /// The comment above each key, by the key's path.
  private static Map<String, String> comments(String text) {
    Map<String, String> comments = new LinkedHashMap<>();
    List<String> keys = new ArrayList<>();
    StringBuilder comment = new StringBuilder();
    for (String line : text.lines().toList()) {
      Matcher matcher = LINE.matcher(line);
      if (!matcher.matches()) {
        comment.setLength(0);
      } else if (matcher.group(3) == null) {
        String words = matcher.group(2) == null ? "" : matcher.group(2);
        comment.append(comment.isEmpty() ? "" : " ").append(words);
      } else {
        int depth = matcher.group(1).length() / 2;
        while (keys.size() > depth) {
          keys.removeLast();
        }
        keys.add(matcher.group(3));
        comments.put(String.join(".", keys), comment.toString());
        comment.setLength(0);
      }
    }
    return comments;
  }

  /// The table of `docs/helm.md`.
  String table() {
    StringBuilder table = new StringBuilder("| value | default | |\n| --- | --- | --- |\n");
    for (Entry entry : entries) {
      String standard = entry.standard().isTextual() ? entry.standard().textValue() : json(entry);
      table
          .append("| `")
          .append(entry.path())
          .append("` | ")
          .append(standard.isEmpty() ? "" : "`" + standard + "`")
          .append(" | ")
          .append(entry.description())
          .append(" |\n");
    }
    return table.toString();
  }

  private static String json(Entry entry) {
    try {
      return new ObjectMapper().writeValueAsString(entry.standard());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
