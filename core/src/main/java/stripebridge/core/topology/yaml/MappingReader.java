package stripebridge.core.topology.yaml;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import stripebridge.core.problem.Quoted;
import stripebridge.core.problem.Suggestion;
import stripebridge.core.topology.yaml.YamlNode.Form;
import stripebridge.core.topology.yaml.YamlNode.Position;

/// Reads mappings and lists of texts, and reports repeated, unknown or missing keys and items.
final class MappingReader {
  private final LocatedProblems problems;
  private final AttributeReader values;

  MappingReader(LocatedProblems problems, AttributeReader values) {
    this.problems = problems;
    this.values = values;
  }

  /// The entries of a mapping with arbitrary keys. Of a repeated key, the first counts. A section
  /// whose entries are all commented out is empty.
  List<YamlNode.Entry> entries(String name, @Nullable YamlNode node, String wants) {
    if (node == null || isNothing(node)) {
      return List.of();
    }
    if (!(node instanceof YamlNode.Mapping mapping)) {
      values.refuse(name, node, wants);
      return List.of();
    }
    Map<String, YamlNode.Entry> unique = new LinkedHashMap<>();
    for (YamlNode.Entry entry : mapping.entries()) {
      YamlNode.Entry first = unique.putIfAbsent(entry.key(), entry);
      if (first != null) {
        problems.add(
            entry.at(), Quoted.of(entry.key()) + " is already on line " + first.at().line());
      } else if (entry.key().contains("${")) {
        problems.add(entry.at(), "a key cannot come from the environment, only secrets can");
      }
    }
    return List.copyOf(unique.values());
  }

  /// The entries of a mapping with known keys, by key; unknown keys are reported and left out.
  Map<String, YamlNode.Entry> fixed(
      String name, YamlNode node, String wants, Collection<String> known) {
    Map<String, YamlNode.Entry> byKey = new LinkedHashMap<>();
    for (YamlNode.Entry entry : entries(name, node, wants)) {
      if (known.contains(entry.key())) {
        byKey.put(entry.key(), entry);
      } else {
        String hint =
            Suggestion.nearest(entry.key(), known).isPresent()
                ? Suggestion.phrase(entry.key(), known)
                : "; the known keys are " + String.join(", ", known);
        problems.add(entry.at(), "unknown key " + Quoted.of(entry.key()) + hint);
      }
    }
    return byKey;
  }

  /// The items of a list; empty when every item is commented out.
  List<YamlNode> items(String name, YamlNode node, String wants) {
    if (node instanceof YamlNode.Sequence(Position _, List<YamlNode> items)) {
      return items;
    }
    if (!isNothing(node)) {
      values.refuse(name, node, wants);
    }
    return List.of();
  }

  /// The texts of a list, each with its place; repeated texts are reported and left out.
  List<LocatedText> texts(String name, YamlNode node, String wants) {
    List<LocatedText> texts = new ArrayList<>();
    Set<String> seen = new LinkedHashSet<>();
    for (YamlNode item : items(name, node, "a list, each item " + wants)) {
      String text = text(name, item, wants);
      if (text == null) {
        continue;
      }
      if (seen.add(text)) {
        texts.add(new LocatedText(item.at(), text));
      } else {
        problems.add(item.at(), "'" + name + "' has " + Quoted.of(text) + " twice");
      }
    }
    return texts;
  }

  /// One text of a list. An empty item is mostly a `#P2P/…` that YAML reads as a comment.
  @Nullable String text(String name, YamlNode item, String wants) {
    if (isNothing(item)) {
      problems.add(
          item.at(), "'" + name + "' has an empty item; a text that begins with '#' needs quotes");
      return null;
    }
    return values.plainText(name, item, wants);
  }

  private static boolean isNothing(YamlNode node) {
    return node instanceof YamlNode.Scalar scalar && scalar.form() == Form.NOTHING;
  }

  /// A text and its place.
  record LocatedText(Position at, String text) {}
}
