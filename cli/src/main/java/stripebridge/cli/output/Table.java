package stripebridge.cli.output;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/// A table for people: each column as wide as its widest cell, two spaces apart. On a terminal that
/// is too narrow, it drops its least important columns and shortens the cells of the first one.
public final class Table {
  /// The width to use when the output is not a terminal: everything is printed in full.
  public static final int UNLIMITED = Integer.MAX_VALUE;

  private static final int GAP = 2;
  private static final int FIRST_MIN = 26;

  /// A column.
  ///
  /// @param rank the highest rank is dropped first; 0 always stays
  /// @param right whether cells are aligned to the right, as numbers are
  public record Column(String heading, int rank, boolean right) {}

  private record Row(UnaryOperator<String> paint, List<String> cells) {}

  private final List<Column> columns;
  private final char ellipsis;
  private final List<Row> rows = new ArrayList<>();

  /// A table that prints all columns in full, aligned to the left.
  ///
  /// @param headings in capitals
  public Table(String... headings) {
    this(
        Arrays.stream(headings).map(heading -> new Column(heading, 0, false)).toList(),
        /* unicode= */ false);
  }

  /// Starts a table without rows.
  ///
  /// @param unicode whether the terminal can show an ellipsis of one character
  public Table(List<Column> columns, boolean unicode) {
    this.columns = List.copyOf(columns);
    this.ellipsis = ellipsis(unicode);
  }

  /// What stands for the characters that were cut.
  public static char ellipsis(boolean unicode) {
    return unicode ? '…' : '~';
  }

  /// Adds a row with a cell for each column.
  public void row(String... cells) {
    row(UnaryOperator.identity(), List.of(cells));
  }

  /// Adds a row with a cell for each column.
  ///
  /// @param paint colors the first cell
  public void row(UnaryOperator<String> paint, List<String> cells) {
    if (cells.size() != columns.size()) {
      throw new IllegalArgumentException("a row needs a cell for each column");
    }
    rows.add(new Row(paint, cells));
  }

  /// Prints the whole table without color.
  public void print(PrintStream out) {
    lines(UNLIMITED, new Ink(false)).forEach(out::println);
  }

  /// The headings and the rows.
  public List<String> lines(int width, Ink ink) {
    int[] widths = new int[columns.size()];
    for (int at = 0; at < widths.length; at++) {
      int column = at;
      widths[at] =
          Math.max(
              DisplayWidth.of(columns.get(at).heading()),
              rows.stream()
                  .mapToInt(row -> DisplayWidth.of(row.cells().get(column)))
                  .max()
                  .orElse(0));
    }
    // Two fifths of the terminal are enough to tell names apart.
    widths[0] =
        Math.min(widths[0], width == UNLIMITED ? width : Math.max(FIRST_MIN, width / 5 * 2));
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
      String cell = row.cells().get(at);
      if (at == 0) {
        // Names of one kind begin alike, so the middle is cut.
        cell = DisplayWidth.cutMiddle(cell, widths[0], ellipsis);
      } else {
        line.append(" ".repeat(GAP));
      }
      String space = " ".repeat(Math.max(0, widths[at] - DisplayWidth.of(cell)));
      String painted = at == 0 ? row.paint().apply(cell) : cell;
      line.append(columns.get(at).right() ? space + painted : painted + space);
    }
    return line.toString().stripTrailing();
  }
}
