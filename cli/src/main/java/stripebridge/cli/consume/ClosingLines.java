package stripebridge.cli.consume;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import stripebridge.cli.output.Counted;
import stripebridge.cli.output.Wrapped;
import stripebridge.core.broker.QueueStatus;
import stripebridge.core.problem.Quoted;

/// The lines at the end of a run: how many messages were printed, how many remain, and the commands
/// that show or take those.
///
/// @param status of the queue before the first message; empty without SEMP
/// @param seen how many messages arrived
/// @param shown how many of them were printed, and taken with `--ack`
/// @param stopped whether a stop was requested
record ClosingLines(
    ConsumeRequest request, Optional<QueueStatus> status, long seen, long shown, boolean stopped) {
  // The next count is this many times the last one when the depth is unknown.
  private static final long MORE = 10;
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_.,:/@%+=-]+");

  /// The lines, of at most 80 columns unless names are longer.
  List<String> lines() {
    List<String> lines = new ArrayList<>(Wrapped.lines("", "  ", shown == 0 ? nothing() : done()));
    if (shown == 0 || isOpenEnded()) {
      return lines;
    }
    if (shown == request.count() && left() != 0) {
      long next = left() < 0 ? shown : left();
      lines.add(
          request.acknowledged()
              ? "next:  " + command(true, next)
              : "more:  " + command(false, left() < 0 ? shown * MORE : seen + next));
    }
    if (!request.acknowledged()) {
      lines.add("take:  " + command(true, shown));
    }
    return lines;
  }

  /// What was done, and what remains.
  private String done() {
    String what = isOpenEnded() ? "" : left() < 0 ? unknown() : known(left());
    return Counted.of(shown, "message")
        + (request.acknowledged() ? " taken" : " shown")
        + (isFiltered() ? " of %,d looked at".formatted(seen) : "")
        + what;
  }

  private String known(long left) {
    if (isFiltered()) {
      return left == 0 ? "" : "; the queue holds %,d more".formatted(left);
    }
    if (request.acknowledged()) {
      return left == 0
          ? "; the queue is empty"
          : "; %,d %s in the queue".formatted(left, left == 1 ? "remains" : "remain");
    }
    return left == 0 ? "; the queue holds no more" : "; the queue holds %,d more".formatted(left);
  }

  private String unknown() {
    if (shown == request.count()) {
      return "; there may be more";
    }
    return isFiltered() ? "" : isBrowsing() ? "; the queue holds no more" : "; no more came";
  }

  private String nothing() {
    String queue = Quoted.of(request.queue());
    if (seen > 0) {
      return "none of " + Counted.of(seen, "message") + " in " + queue + " matches";
    }
    if (isOpenEnded()) {
      return "no message came";
    }
    long depth = status.map(QueueStatus::depth).orElse(-1L);
    if (depth == 0 || (depth < 0 && isBrowsing())) {
      return "queue " + queue + " is empty";
    }
    if (depth < 0) {
      return "no message came from "
          + queue
          + ": it is empty, or other consumers have its messages";
    }
    return "no message came from %s: other consumers have its %s, or are served first"
        .formatted(queue, Counted.of(depth, "message"));
  }

  /// Whether the run has no end of its own, so that nothing is known about what remains.
  private boolean isOpenEnded() {
    return request.follow() || stopped;
  }

  private boolean isFiltered() {
    return !request.filter().isEmpty();
  }

  /// Whether the queue was browsed. All its messages then arrive, even if others consume.
  private boolean isBrowsing() {
    return !request.acknowledged() || isFiltered();
  }

  /// How many messages the queue holds beyond those seen; -1 when unknown.
  private long left() {
    return status
        .filter(QueueStatus::counted)
        .map(queue -> Math.max(0, queue.depth() - seen))
        .orElse(-1L);
  }

  private String command(boolean acknowledged, long count) {
    StringBuilder command = new StringBuilder("stripebridge consume --queue ");
    command.append(word(request.queue()));
    command.append(acknowledged ? " --ack" : "");
    request.filter().forEach(term -> command.append(" --filter ").append(word(term)));
    command.append(" --count ").append(count);
    return command.toString();
  }

  /// Quoted for a shell.
  private static String word(String text) {
    return PLAIN.matcher(text).matches() ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
