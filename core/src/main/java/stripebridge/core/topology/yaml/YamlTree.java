package stripebridge.core.topology.yaml;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import stripebridge.core.problem.Quoted;
import stripebridge.core.topology.yaml.YamlNode.Form;
import stripebridge.core.topology.yaml.YamlNode.Position;

/// Reads YAML text into nodes with places.
///
/// It accepts mappings, lists and single values. Anchors, aliases, tags and multiple documents are
/// problems: in a file that provisions a broker, every value must be visible in its place.
final class YamlTree {
  /// A topology with a thousand queues has about 300 KB.
  private static final int CHARS_MAX = 1 << 20;

  /// Twice what the deepest legal topology has.
  private static final int DEPTH_MAX = 12;

  private static final YAMLFactory FACTORY = new YAMLFactory();

  private final YAMLParser parser;
  private final LocatedProblems problems;

  private YamlTree(YAMLParser parser, LocatedProblems problems) {
    this.parser = parser;
    this.problems = problems;
  }

  /// The document's root node.
  ///
  /// @throws stripebridge.core.problem.ProblemsException when the text is not YAML: nothing after
  ///   the first syntax error can be understood
  static YamlNode read(String yaml, LocatedProblems problems) {
    if (yaml.length() > CHARS_MAX) {
      throw problems.fatal(
          Position.START,
          "the file has " + yaml.length() + " characters; at most " + CHARS_MAX + " are read");
    }
    YamlSyntax.checkCharacters(yaml, problems);
    try (YAMLParser parser = FACTORY.createParser(yaml)) {
      YamlTree tree = new YamlTree(parser, problems);
      JsonToken first = parser.nextToken();
      if (first == null) {
        throw problems.fatal(Position.START, "the file has no keys; begin with 'version: 1'");
      }
      YamlNode root = tree.node(first, 1);
      if (parser.nextToken() != null) {
        problems.add(tree.here(), "a second document begins here; one file holds one topology");
      }
      return root;
    } catch (JsonProcessingException e) {
      throw YamlSyntax.failure(e, problems);
    } catch (IOException e) {
      throw new UncheckedIOException("a string cannot fail to be read", e);
    }
  }

  private YamlNode node(JsonToken token, int depth) throws IOException {
    Position at = here();
    if (depth > DEPTH_MAX) {
      throw problems.fatal(at, "nested more than " + DEPTH_MAX + " levels deep");
    }
    if (parser.isCurrentAlias()) {
      problems.add(
          at,
          "anchors and aliases are not supported; put shared queue attributes under"
              + " 'queueDefaults'");
      return new YamlNode.Unreadable(at);
    }
    boolean tagged = parser.getTypeId() != null;
    if (tagged) {
      problems.add(at, "tags such as '!!str' are not supported; write the value itself");
    }
    YamlNode node =
        switch (token) {
          case START_OBJECT -> mapping(at, depth);
          case START_ARRAY -> sequence(at, depth);
          default -> scalar(at, token);
        };
    return tagged ? new YamlNode.Unreadable(at) : node;
  }

  private YamlNode mapping(Position at, int depth) throws IOException {
    List<YamlNode.Entry> entries = new ArrayList<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      Position keyAt = here();
      String key = parser.currentName();
      checkText(keyAt, key);
      YamlNode value = node(parser.nextToken(), depth + 1);
      if (key.equals("<<") && value instanceof YamlNode.Unreadable) {
        continue; // Merges an alias, which is already reported.
      }
      entries.add(new YamlNode.Entry(keyAt, key, value));
    }
    return new YamlNode.Mapping(at, List.copyOf(entries));
  }

  private YamlNode sequence(Position at, int depth) throws IOException {
    List<YamlNode> items = new ArrayList<>();
    for (JsonToken t = parser.nextToken(); t != JsonToken.END_ARRAY; t = parser.nextToken()) {
      items.add(node(t, depth + 1));
    }
    return new YamlNode.Sequence(at, List.copyOf(items));
  }

  private YamlNode scalar(Position at, JsonToken token) throws IOException {
    Form form =
        switch (token) {
          case VALUE_NUMBER_INT -> Form.WHOLE;
          case VALUE_NUMBER_FLOAT -> Form.DECIMAL;
          case VALUE_TRUE, VALUE_FALSE -> Form.BOOLEAN;
          case VALUE_NULL -> Form.NOTHING;
          default -> Form.TEXT;
        };
    String text = parser.getText();
    return checkText(at, text) ? new YamlNode.Scalar(at, form, text) : new YamlNode.Unreadable(at);
  }

  /// Escapes in quotes can spell a lone surrogate, which cannot be sent to a broker.
  private boolean checkText(Position at, String text) {
    if (StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      return true;
    }
    problems.add(at, Quoted.of(text) + " has an unpaired surrogate; it is not valid Unicode");
    return false;
  }

  private Position here() {
    JsonLocation location = parser.currentTokenLocation();
    return new Position(location.getLineNr(), location.getColumnNr());
  }
}
