package stripebridge.cli.queues;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import stripebridge.cli.output.Ink;
import stripebridge.cli.output.Table;
import stripebridge.cli.output.Wrapped;
import stripebridge.core.broker.QueueFlow;
import stripebridge.core.broker.QueueStatus;
import stripebridge.core.problem.Quoted;

/// Formats queues for people.
///
/// @param width of the terminal, or [Table#UNLIMITED]
/// @param unicode whether the terminal can show block characters
record QueueText(Ink ink, int width, boolean unicode) {
  private static final List<Table.Column> COLUMNS =
      List.of(
          new Table.Column("  QUEUE", 0, false),
          new Table.Column("MSGS", 0, true),
          new Table.Column("SPOOLED", 4, true),
          new Table.Column("CONSUMERS", 1, true),
          new Table.Column("UNACKED", 2, true),
          new Table.Column("OLDEST", 3, true),
          new Table.Column("STATE", 5, false),
          new Table.Column("REDELIVERED", 8, true),
          new Table.Column("TO DMQ", 6, true),
          new Table.Column("DISCARDED", 7, true),
          new Table.Column("DMQ", 9, false));
  private static final List<Table.Column> MOVEMENT =
      List.of(
          new Table.Column("IN/S", 0, true),
          new Table.Column("OUT/S", 0, true),
          new Table.Column("TREND", 0, false));
  // The width of the trend: on 80 columns, the consumers fit beside it.
  private static final int TREND_NARROW = 10;
  private static final int TREND_WIDE = 24;
  private static final int WIDE_FROM = 110;

  /// The table of all rows.
  ///
  /// @param history for the columns of rates and trend; null leaves them out
  List<String> table(List<QueueRow> rows, Instant now, @Nullable History history) {
    List<Table.Column> columns = new ArrayList<>(COLUMNS);
    if (history != null) {
      columns.addAll(2, MOVEMENT);
    }
    Table table = new Table(columns, unicode);
    for (QueueRow row : rows) {
      List<String> cells = new ArrayList<>(cells(row, now));
      if (history != null) {
        cells.addAll(2, movement(row, history));
      }
      table.row(paint(row), cells);
    }
    return table.lines(width, ink);
  }

  private static List<String> cells(QueueRow row, Instant now) {
    QueueStatus queue = row.status();
    return List.of(
        (row.problems().isEmpty() ? "  " : "! ") + plain(row.name()),
        depth(queue),
        HumanNumbers.bytes(queue.spooledBytes()),
        HumanNumbers.count(queue.boundFlows()),
        HumanNumbers.count(queue.unacknowledged()),
        oldest(row, now),
        state(queue),
        HumanNumbers.count(queue.counters().redelivered()),
        HumanNumbers.count(queue.counters().movedToDmq()),
        HumanNumbers.count(row.discarded()),
        queue.deadMsgQueue().isEmpty() ? "-" : plain(queue.deadMsgQueue()));
  }

  private List<String> movement(QueueRow row, History history) {
    History.Rates rates = history.of(row.name()).map(History.Track::rates).orElse(null);
    int trend = width < WIDE_FROM ? TREND_NARROW : TREND_WIDE;
    return List.of(
        rates == null ? "-" : HumanNumbers.rate(rates.in()),
        rates == null ? "-" : HumanNumbers.rate(rates.out()),
        history
            .of(row.name())
            .map(track -> Sparkline.of(track.depths(), trend, unicode))
            // Full width from the start, so that the columns beside it do not move.
            .map(line -> " ".repeat(trend - line.length()) + line)
            .orElse(""));
  }

  private UnaryOperator<String> paint(QueueRow row) {
    return row.problems().isEmpty()
        ? UnaryOperator.identity()
        : row.isGrave() ? ink::red : ink::yellow;
  }

  /// Explains the marks, a paragraph for each marked row.
  List<List<String>> explanations(List<QueueRow> rows) {
    List<List<String>> all = new ArrayList<>();
    for (QueueRow row : rows) {
      if (!row.problems().isEmpty()) {
        String clauses =
            String.join("; ", row.problems().stream().map(QueueProblem::clause).toList());
        all.add(paragraph("! ", plain(row.name()) + " " + clauses, paint(row)));
      }
    }
    if (rows.stream().anyMatch(row -> !row.status().counted())) {
      all.add(
          paragraph(
              "+ ",
              "the broker does not count its messages; there are at least this many",
              ink::yellow));
    }
    return all;
  }

  private List<String> paragraph(String mark, String text, UnaryOperator<String> paint) {
    List<String> lines = new ArrayList<>(Wrapped.lines(mark, "  ", text, width));
    lines.set(0, paint.apply(mark.strip()) + lines.getFirst().substring(mark.length() - 1));
    return lines;
  }

  /// One queue in detail.
  ///
  /// @param history null unless watching
  List<String> detail(QueueRow row, Reading.Detail detail, Instant now, @Nullable History history) {
    List<String> lines = new ArrayList<>();
    lines.add(ink.bold(plain(row.name())));
    facts(row, detail, now).forEach(fact -> lines.add("  %-16s%s".formatted(fact.name, fact.text)));
    if (history != null) {
      List<String> movement = movement(row, history);
      lines.add("  %-16s%s in, %s out".formatted("per second", movement.get(0), movement.get(1)));
      lines.add("  %-16s%s".formatted("trend", movement.get(2).strip()));
    }
    lines.add("");
    if (detail.flows().isEmpty()) {
      lines.add("No consumer is bound.");
    } else {
      lines.addAll(flows(detail.flows(), now));
    }
    lines.add("");
    if (detail.subscriptions().isEmpty()) {
      lines.add("No subscription.");
    } else {
      lines.add(ink.bold("SUBSCRIPTION"));
      detail.subscriptions().forEach(topic -> lines.add(plain(topic)));
    }
    List<List<String>> explanations = explanations(List.of(row));
    if (!explanations.isEmpty()) {
      lines.add("");
      explanations.forEach(lines::addAll);
    }
    return lines;
  }

  private record Fact(String name, String text) {}

  private static List<Fact> facts(QueueRow row, Reading.Detail detail, Instant now) {
    QueueStatus queue = row.status();
    List<Fact> facts = new ArrayList<>();
    String oldest = queue.depth() == 0 ? "" : ", the oldest " + oldest(row, now);
    facts.add(new Fact("messages", depth(queue) + oldest));
    facts.add(new Fact("unacknowledged", HumanNumbers.count(queue.unacknowledged())));
    facts.add(new Fact("spooled", HumanNumbers.bytes(queue.spooledBytes()) + quota(queue)));
    facts.add(new Fact("ingress", queue.ingressEnabled() ? "on" : "shut"));
    facts.add(new Fact("egress", queue.egressEnabled() ? "on" : "shut"));
    facts.add(
        new Fact("DMQ", queue.deadMsgQueue().isEmpty() ? "none" : plain(queue.deadMsgQueue())));
    if (!detail.feeders().isEmpty()) {
      facts.add(
          new Fact(
              "is the DMQ of",
              detail.feeders().size() == 1
                  ? plain(detail.feeders().getFirst())
                  : HumanNumbers.count(detail.feeders().size(), "queue")));
    }
    QueueStatus.Counters counters = queue.counters();
    facts.add(new Fact("came in", HumanNumbers.count(counters.spooled())));
    facts.add(new Fact("redelivered", HumanNumbers.count(counters.redelivered())));
    facts.add(new Fact("moved to DMQ", HumanNumbers.count(counters.movedToDmq())));
    facts.add(new Fact("lost to DMQ", HumanNumbers.count(counters.lostToDmq())));
    facts.add(new Fact("discarded", HumanNumbers.count(row.discarded())));
    facts.add(new Fact("deleted", HumanNumbers.count(counters.deleted())));
    return facts;
  }

  private static String quota(QueueStatus queue) {
    long quota = queue.maxSpoolMegabytes() * QueueProblem.MEGABYTE;
    return quota == 0
        ? ", keeps only the last message"
        : " of %s (%d %%)"
            .formatted(
                HumanNumbers.bytes(quota), QueueProblem.percent(queue.spooledBytes(), quota));
  }

  private List<String> flows(List<QueueFlow> flows, Instant now) {
    Table table =
        new Table(
            List.of(
                new Table.Column("CONSUMER", 0, false),
                new Table.Column("ACTIVE", 1, false),
                new Table.Column("UNACKED", 2, true),
                new Table.Column("WINDOW", 3, true),
                new Table.Column("BOUND FOR", 4, true)),
            unicode);
    for (QueueFlow flow : flows) {
      table.row(
          UnaryOperator.identity(),
          List.of(
              plain(flow.clientName()),
              switch (flow.activity()) {
                case "active-consumer" -> "yes";
                case "active-browser" -> "browses";
                case "inactive" -> "waits";
                default -> plain(flow.activity());
              },
              HumanNumbers.count(flow.unacknowledged()),
              HumanNumbers.count(flow.windowSize()),
              HumanNumbers.age(Duration.between(flow.boundSince(), now))));
    }
    return table.lines(width, ink);
  }

  private static String depth(QueueStatus queue) {
    return HumanNumbers.count(queue.depth()) + (queue.counted() ? "" : "+");
  }

  private static String oldest(QueueRow row, Instant now) {
    if (row.status().depth() == 0) {
      return "-";
    }
    return row.oldest() == null ? "?" : HumanNumbers.age(Duration.between(row.oldest(), now));
  }

  private static String state(QueueStatus queue) {
    if (queue.ingressEnabled()) {
      return queue.egressEnabled() ? "open" : "out shut";
    }
    return queue.egressEnabled() ? "in shut" : "shut";
  }

  /// A name can contain characters that move the cursor.
  private static String plain(String name) {
    return Quoted.escaped(name, Integer.MAX_VALUE);
  }
}
