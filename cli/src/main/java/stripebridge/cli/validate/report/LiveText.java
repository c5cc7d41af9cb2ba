package stripebridge.cli.validate.report;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import stripebridge.cli.output.Ink;
import stripebridge.cli.output.Table;
import stripebridge.cli.output.Wrapped;

/// Prints a validation for a person while it runs: a line per check, 80 columns wide.
public final class LiveText {
  private static final String INDENT = "    ";
  // A blank at which lines do not break.
  private static final char GLUE = '\0';

  // More would hide the other checks.
  private static final int SEEN_MAX = 8;

  private final PrintStream out;
  private final Ink ink;

  private @Nullable Stage shown;
  private String lastHint = "";

  public LiveText(PrintStream out, Ink ink) {
    this.out = out;
    this.ink = ink;
  }

  public void print(String what) {
    Wrapped.lines("", "", what).forEach(out::println);
    out.flush();
  }

  /// Prints a finished check.
  void check(Check check) {
    heading(check.stage());
    switch (check.result()) {
      case Check.Passed(String seen, List<String> notes) -> {
        line(ink::green, "✓", check.name() + seen(check.stage(), seen));
        notes.forEach(note -> more(ink::yellow, "note:", note));
      }
      case Check.Failed(List<String> seen, String next) -> {
        line(ink::red, "✗", check.name());
        seen.stream().limit(SEEN_MAX).forEach(one -> more(ink::red, "seen:", one));
        if (seen.size() > SEEN_MAX) {
          more(ink::red, "seen:", "and " + (seen.size() - SEEN_MAX) + " more; --report lists all");
        }
        // One hint often fits several failures; a repetition adds nothing.
        if (!next.equals(lastHint)) {
          more(ink::cyan, "next:", next);
        }
        lastHint = next;
      }
      case Check.Skipped(String reason) ->
          line(ink::yellow, "-", check.name() + ": not checked, " + reason);
    }
    out.flush();
  }

  /// A latency is set apart, and is not broken across lines.
  private static String seen(Stage stage, String seen) {
    if (seen.isEmpty()) {
      return "";
    }
    if (stage != Stage.EVENTS) {
      return ": " + seen;
    }
    int time = seen.lastIndexOf("  ");
    return time < 0
        ? " " + seen
        : " " + seen.substring(0, time) + " " + GLUE + seen.substring(time + 2).replace(' ', GLUE);
  }

  private void heading(Stage stage) {
    if (shown != stage) {
      out.println();
      out.println(ink.bold(stage.title()));
      shown = stage;
    }
  }

  private void line(UnaryOperator<String> color, String sign, String text) {
    List<String> lines = Wrapped.lines(sign + " ", INDENT, text);
    out.println(color.apply(sign) + lines.getFirst().substring(sign.length()).replace(GLUE, ' '));
    lines.stream().skip(1).forEach(line -> out.println(line.replace(GLUE, ' ')));
  }

  private void more(UnaryOperator<String> color, String label, String text) {
    List<String> lines =
        Wrapped.lines(INDENT + label + " ", INDENT + " ".repeat(label.length() + 1), text);
    out.println(INDENT + color.apply(label) + lines.getFirst().substring(9));
    lines.stream().skip(1).forEach(out::println);
  }

  /// Prints the table of counters.
  public void counters(List<CounterLine> lines) {
    if (lines.isEmpty()) {
      return;
    }
    heading(Stage.COUNTERS);
    Table table = new Table("METRIC", "BEFORE", "AFTER", "EXPECTED", "VERDICT");
    for (CounterLine line : lines) {
      table.row(
          line.metric(),
          Long.toString(line.before()),
          Long.toString(line.after()),
          line.expectedText(),
          line.verdict().word());
    }
    table.print(out);
    out.flush();
  }

  /// Prints latencies and totals.
  public void end(Report report) {
    out.println();
    report
        .latency()
        .ifPresent(latency ->
            out.println(
                "Latency from webhook to queue: avg %s, p50 %s, p95 %s, max %s"
                    .formatted(
                        Latency.text(latency.average()),
                        Latency.text(latency.p50()),
                        Latency.text(latency.p95()),
                        Latency.text(latency.max()))));
    String totals =
        "%d passed, %d failed, %d not checked, in %s s"
            .formatted(
                report.count(Check.Passed.class),
                report.count(Check.Failed.class),
                report.count(Check.Skipped.class),
                String.format(Locale.ROOT, "%.1f", report.took().toMillis() / 1_000.0));
    out.println(report.isPassed() ? ink.green(totals) : ink.red(totals));
    out.flush();
  }
}
