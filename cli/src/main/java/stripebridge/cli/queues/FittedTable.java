package stripebridge.cli.queues;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import stripebridge.cli.output.Ink;

/// A table that leaves out its lesser columns, and shortens the names in its first one, until it is
/// as narrow as the terminal.
final class FittedTable {
  /// The width of what is no terminal: everything is shown, whole.
  static final int UNLIMITED = Integer.MAX_VALUE;

  private static final int GAP = 2;
  private static final int NAME_MIN = 26;

  /// @param rank what is left out first has the highest; 0 always stays
  /// @param right whether it holds numbers
  record Column(String heading, int rank, boolean right) {}

  private record Row(UnaryOperator<String> paint, List<String> cells) {}

  private final List<Column> columns;
  private final char ellipsis;
  private final List<Row> rows = new ArrayList<>();

  /// @param unicode whether an ellipsis of one character can be shown
  FittedTable(List<Column> columns, boolean unicode) {
    this.columns = List.copyOf(columns);
    this.ellipsis = unicode ? '…' : '~';
  }

  /// Adds a row.
  ///
  /// @param paint how to color its first cell
  void row(UnaryOperator<String> paint, List<String> cells) {
    if (cells.size() != columns.size()) {
      throw new IllegalArgumentException("a row needs a cell for each column");
    }
    rows.add(new Row(paint, cells));
  }

  /// The heading and the rows.
  List<String> lines(int width, Ink ink) {
    int[] widths = new int[columns.size()];
    for (int at = 0; at < widths.length; at++) {
      int column = at;
      widths[at] =
          Math.max(
              columns.get(at).heading().length(),
              rows.stream().mapToInt(row -> row.cells().get(column).length()).max().orElse(0));
    }
    // Two fifths of the terminal are enough to tell names by.
    widths[0] = Math.min(widths[0], width == UNLIMITED ? width : Math.max(NAME_MIN, width / 5 * 2));
    List<Integer> shown = fitting(widths, width);
    List<String> lines = new ArrayList<>();
    List<String> headings = columns.stream().map(Column::heading).toList();
    lines.add(ink.bold(line(new Row(UnaryOperator.identity(), headings), shown, widths)));
    rows.forEach(row -> lines.add(line(row, shown, widths)));
    return lines;
  }

  private List<Integer> fitting(int[] widths, int width) {
    List<Integer> byRank =
        IntStream.range(0, widths.length)
            .boxed()
            .sorted(Comparator.comparingInt(at -> columns.get(at).rank()))
            .toList();
    List<Integer> shown = new ArrayList<>();
    long total = -GAP;
    for (int at : byRank) {
      long with = total + GAP + widths[at];
      if (with > width && columns.get(at).rank() > 0) {
        break;
      }
      total = with;
      shown.add(at);
    }
    return shown.stream().sorted().toList();
  }

  private String line(Row row, List<Integer> shown, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int at : shown) {
      String cell = at == 0 ? shortened(row.cells().get(0), widths[0]) : row.cells().get(at);
      String space = " ".repeat(Math.max(0, widths[at] - cell.length()));
      boolean last = at == shown.getLast();
      String painted = at == 0 ? row.paint().apply(cell) : cell;
      line.append(at == 0 ? "" : " ".repeat(GAP));
      if (columns.get(at).right()) {
        line.append(space).append(painted);
      } else {
        line.append(painted).append(last ? "" : space);
      }
    }
    return line.toString().stripTrailing();
  }

  /// Names of one kind begin alike, so the middle goes.
  private String shortened(String name, int width) {
    if (name.length() <= width) {
      return name;
    }
    int tail = (width - 1) / 2;
    return name.substring(0, width - 1 - tail) + ellipsis + name.substring(name.length() - tail);
  }
}
