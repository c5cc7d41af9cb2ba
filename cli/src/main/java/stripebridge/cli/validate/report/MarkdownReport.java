package stripebridge.cli.validate.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes a report as Markdown: a table per stage, and the counters.
final class MarkdownReport {
  private final StringBuilder text = new StringBuilder();

  private MarkdownReport() {}

  static void write(Report report, OutputStream out) throws IOException {
    MarkdownReport markdown = new MarkdownReport();
    markdown.write(report);
    out.write(markdown.text.toString().getBytes(UTF_8));
  }

  private void write(Report report) {
    line("# Validation " + (report.isPassed() ? "passed" : "failed"));
    line("");
    line(
        "%s, run `%s`, %s: %d passed, %d failed, %d not checked."
            .formatted(
                escaped(report.target()),
                report.run(),
                report.startedAt(),
                report.count(Check.Passed.class),
                report.count(Check.Failed.class),
                report.count(Check.Skipped.class)));
    @Nullable Stage shown = null;
    for (Check check : report.checks()) {
      if (check.stage() != shown) {
        shown = check.stage();
        line("");
        line("## " + shown.title());
        line("");
        line("| | check | seen |");
        line("| --- | --- | --- |");
      }
      check(check);
    }
    counters(report.counters());
    report
        .latency()
        .ifPresent(latency -> {
          line("");
          line(
              "Latency from webhook to queue: avg %s, p50 %s, p95 %s, max %s."
                  .formatted(
                      Latency.text(latency.average()),
                      Latency.text(latency.p50()),
                      Latency.text(latency.p95()),
                      Latency.text(latency.max())));
        });
  }

  private void check(Check check) {
    switch (check.result()) {
      case Check.Passed(String seen, List<String> notes) ->
          row(
              "✓",
              check.name(),
              notes.isEmpty() ? escaped(seen) : escaped(seen) + "<br>" + joined("note: ", notes));
      case Check.Failed(List<String> seen, String next) ->
          row("✗", check.name(), joined("", seen) + "<br>next: " + escaped(next));
      case Check.Skipped(String reason) ->
          row("-", check.name(), "not checked, " + escaped(reason));
    }
  }

  private static String joined(String before, List<String> clauses) {
    return String.join("<br>", clauses.stream().map(clause -> before + escaped(clause)).toList());
  }

  private void counters(List<CounterLine> lines) {
    if (lines.isEmpty()) {
      return;
    }
    line("");
    line("| metric | before | after | expected | verdict |");
    line("| --- | ---: | ---: | ---: | --- |");
    for (CounterLine each : lines) {
      line(
          "| `%s` | %d | %d | %s | %s |"
              .formatted(
                  each.metric().replace("|", "\\|"),
                  each.before(),
                  each.after(),
                  each.expectedText(),
                  each.verdict().word()));
    }
  }

  private void row(String sign, String name, String seen) {
    line("| " + sign + " | " + escaped(name) + " | " + seen + " |");
  }

  /// Text from a bridge or a broker must neither end the cell nor act as markup.
  private static String escaped(String text) {
    return text.replace("\\", "\\\\")
        .replace("|", "\\|")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("*", "\\*")
        .replace("_", "\\_")
        .replace("`", "\\`")
        .replace("\r", " ")
        .replace("\n", " ");
  }

  private void line(String line) {
    text.append(line).append('\n');
  }
}
