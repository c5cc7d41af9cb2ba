package stripebridge.cli.queues;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import stripebridge.cli.output.DisplayWidth;
import stripebridge.cli.output.Ink;
import stripebridge.cli.output.Table;
import stripebridge.cli.output.Wrapped;
import stripebridge.core.problem.Quoted;

/// Lays out the queues for a screen, in no more lines than it has.
///
/// @param zone for the time of day
record WatchFrame(Ink ink, int width, int height, boolean unicode, ZoneId zone) {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");
  private static final int BROKER_LINES_MAX = 3;

  /// The screen's lines from the top.
  List<String> lines(WatchState state, Instant now) {
    QueueText text = new QueueText(ink, width, unicode);
    List<String> lines = new ArrayList<>(head(state, now));
    Reading reading = state.reading();
    Reading.Detail detail = reading.detail();
    if (reading.rows().isEmpty()) {
      lines.add("No matching queue.");
    } else if (detail != null) {
      lines.addAll(text.detail(reading.rows().getFirst(), detail, now, state.history()));
    } else {
      lines.addAll(table(text, state, now, height - lines.size()));
    }
    return lines.size() <= height ? lines : cut(lines);
  }

  private List<String> cut(List<String> lines) {
    List<String> cut = new ArrayList<>(lines.subList(0, Math.max(0, height - 1)));
    cut.add("… %d more lines".formatted(lines.size() - cut.size()));
    return cut;
  }

  private List<String> head(WatchState state, Instant now) {
    Reading reading = state.reading();
    String left =
        "%s: %s, %s"
            .formatted(
                Quoted.escaped(state.vpn(), Integer.MAX_VALUE),
                HumanNumbers.count(reading.rows().size(), "queue"),
                HumanNumbers.count(reading.messages(), "message"));
    String right =
        "%s, every %s, q quits"
            .formatted(TIME.format(reading.at().atZone(zone)), interval(state.interval()));
    int space = width - DisplayWidth.of(left) - DisplayWidth.of(right);
    List<String> head = new ArrayList<>();
    head.add(
        space >= 2
            ? ink.bold(left) + " ".repeat(space) + ink.faint(right)
            : ink.bold(DisplayWidth.cut(left, width, Table.ellipsis(unicode))));
    WatchState.Outage outage = state.outage();
    if (outage == null) {
      head.add("");
    } else {
      String since = HumanNumbers.age(Duration.between(outage.since(), now));
      List<String> said =
          Wrapped.lines("", "  ", "No answer for " + since + ": " + outage.why(), width);
      said.stream().limit(BROKER_LINES_MAX).map(ink::red).forEach(head::add);
    }
    return head;
  }

  private static String interval(Duration interval) {
    return interval.toMillisPart() == 0 ? interval.toSeconds() + "s" : interval.toMillis() + "ms";
  }

  /// As much of the table as fits, rows with problems first, then as many explanations of marks as
  /// fit.
  private List<String> table(QueueText text, WatchState state, Instant now, int room) {
    List<QueueRow> rows = state.reading().rows();
    List<List<String>> explanations = text.explanations(rows);
    int below = explanations.stream().mapToInt(List::size).sum();
    int reserved = Math.min(below == 0 ? 0 : below + 1, room / 3);
    int rowsMax = Math.max(1, room - 1 - reserved);
    List<QueueRow> shown = rows.size() <= rowsMax ? rows : problemsFirst(rows, rowsMax - 1);
    List<String> lines = new ArrayList<>(text.table(shown, now, state.history()));
    if (shown.size() < rows.size()) {
      lines.add(
          "  … %s; --name shows fewer"
              .formatted(HumanNumbers.count(rows.size() - shown.size(), "more queue")));
    }
    explain(lines, explanations, room);
    return lines;
  }

  private static List<QueueRow> problemsFirst(List<QueueRow> rows, int count) {
    Set<QueueRow> chosen =
        new HashSet<>(
            rows.stream()
                .sorted(Comparator.comparing((QueueRow row) -> row.problems().isEmpty()))
                .limit(count)
                .toList());
    return rows.stream().filter(chosen::contains).toList();
  }

  private static void explain(List<String> lines, List<List<String>> explanations, int room) {
    int left = explanations.size();
    for (List<String> one : explanations) {
      boolean first = left == explanations.size();
      // The line with the number of further marks needs room too, if there are more marks.
      int needed = (first ? 1 : 0) + one.size() + (left > 1 ? 1 : 0);
      if (lines.size() + needed > room) {
        break;
      }
      if (first) {
        lines.add("");
      }
      lines.addAll(one);
      left--;
    }
    if (left > 0 && lines.size() < room) {
      lines.add("! … " + HumanNumbers.count(left, "more mark"));
    }
  }
}
