package stripebridge.cli.output;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/// A table for people: columns as wide as their cells, two spaces apart, the last one open-ended.
public final class Table {
  private static final String GAP = "  ";

  private final List<List<String>> rows = new ArrayList<>();

  /// @param headings in capitals
  public Table(String... headings) {
    rows.add(List.of(headings));
  }

  /// Adds one row with a cell for each heading.
  public void row(String... cells) {
    if (cells.length != rows.getFirst().size()) {
      throw new IllegalArgumentException("a row needs a cell for each heading");
    }
    rows.add(List.of(cells));
  }

  /// Writes the whole table.
  public void print(PrintStream out) {
    int columns = rows.getFirst().size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns - 1; i++) {
        line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length())).append(GAP);
      }
      out.println(line.append(row.getLast()).toString().stripTrailing());
    }
  }
}
