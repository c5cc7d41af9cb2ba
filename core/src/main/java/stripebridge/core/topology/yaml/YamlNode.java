package stripebridge.core.topology.yaml;

import java.util.Comparator;
import java.util.List;

/// One node of a YAML document, with its place.
sealed interface YamlNode {
  Position at();

  /// Keys and values in the order of the file; keys may repeat.
  record Mapping(Position at, List<Entry> entries) implements YamlNode {}

  record Sequence(Position at, List<YamlNode> items) implements YamlNode {}

  /// A single value; `text` is the text as written, without quotes.
  record Scalar(Position at, Form form, String text) implements YamlNode {}

  /// A node that is already reported as a problem and should be skipped.
  record Unreadable(Position at) implements YamlNode {}

  /// One key of a mapping.
  record Entry(Position at, String key, YamlNode value) {}

  /// The YAML type of an unquoted value; a quoted value is TEXT.
  enum Form {
    TEXT,
    WHOLE,
    DECIMAL,
    BOOLEAN,
    NOTHING
  }

  /// A place in a text file: line and column as an editor counts them, both from 1.
  record Position(int line, int column) implements Comparable<Position> {
    static final Position START = new Position(1, 1);

    private static final Comparator<Position> ORDER =
        Comparator.comparingInt(Position::line).thenComparingInt(Position::column);

    @Override
    public int compareTo(Position other) {
      return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
      return line + ":" + column;
    }
  }
}
