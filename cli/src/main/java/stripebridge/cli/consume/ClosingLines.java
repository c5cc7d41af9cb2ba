package stripebridge.cli.consume;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import stripebridge.cli.output.Wrapped;
import stripebridge.core.broker.QueueStatus;
import stripebridge.core.problem.Quoted;

/// What is said at the end: how many messages there were, how many remain, and what shows or takes
/// those.
///
/// @param status of the queue before the first message; absent where SEMP was not asked
/// @param looked how many messages came
/// @param shown how many of them were printed, and taken if that was wanted
/// @param stopped whether somebody stopped it
record ClosingLines(
    ConsumeRequest request,
    Optional<QueueStatus> status,
    long looked,
    long shown,
    boolean stopped) {
  // Where nobody knows how many there are.
  private static final long MORE = 10;
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_.,:/@%+=-]+");

  /// Lines of at most 80 columns, as far as names allow.
  List<String> lines() {
    List<String> lines = new ArrayList<>(Wrapped.lines("", "  ", shown == 0 ? nothing() : done()));
    if (shown == 0 || goesOn()) {
      return lines;
    }
    if (shown == request.count() && left() != 0) {
      long next = left() < 0 ? shown : left();
      lines.add(
          request.acknowledged()
              ? "next:  " + command(true, next)
              : "more:  " + command(false, left() < 0 ? shown * MORE : looked + next));
    }
    if (!request.acknowledged()) {
      lines.add("take:  " + command(true, shown));
    }
    return lines;
  }

  /// What was done, and what is left.
  private String done() {
    String what = goesOn() ? "" : left() < 0 ? unknown() : known(left());
    return count(shown)
        + (request.acknowledged() ? " taken" : " shown")
        + (isFiltered() ? " of %,d looked at".formatted(looked) : "")
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
    return isFiltered() ? "" : looksOnly() ? "; the queue holds no more" : "; no more came";
  }

  private String nothing() {
    String queue = Quoted.of(request.queue());
    if (looked > 0) {
      return "none of " + count(looked) + " in " + queue + " matches";
    }
    if (goesOn()) {
      return "no message came";
    }
    long depth = status.map(QueueStatus::depth).orElse(-1L);
    if (depth == 0 || (depth < 0 && looksOnly())) {
      return "queue " + queue + " is empty";
    }
    if (depth < 0) {
      return "no message came from " + queue + ": it is empty, or its messages are with others";
    }
    return "no message came from %s: its %s %s with other consumers, or for others first"
        .formatted(queue, count(depth), depth == 1 ? "is" : "are");
  }

  /// Whether there is no end of its own.
  private boolean goesOn() {
    return request.follow() || stopped;
  }

  private boolean isFiltered() {
    return !request.filter().isEmpty();
  }

  /// Whether what came was all there was to come.
  private boolean looksOnly() {
    return !request.acknowledged() || isFiltered();
  }

  /// How many are left in the queue of which nothing was seen; -1 when that is not known.
  private long left() {
    return status
        .filter(QueueStatus::counted)
        .map(queue -> Math.max(0, queue.depth() - looked))
        .orElse(-1L);
  }

  private static String count(long messages) {
    return "%,d message%s".formatted(messages, messages == 1 ? "" : "s");
  }

  private String command(boolean acknowledged, long count) {
    StringBuilder command = new StringBuilder("stripebridge consume --queue ");
    command.append(word(request.queue()));
    command.append(acknowledged ? " --ack" : "");
    request.filter().forEach(term -> command.append(" --filter ").append(word(term)));
    command.append(" --count ").append(count);
    return command.toString();
  }

  /// As a shell takes it.
  private static String word(String text) {
    return PLAIN.matcher(text).matches() ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
