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
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_.,:/@%+=-]+");

  /// Lines of at most 80 columns, as far as names allow.
  List<String> lines() {
    List<String> lines =
        new ArrayList<>(Wrapped.lines("", "  ", shown == 0 ? nothing() : something()));
    long remaining = remaining();
    boolean goesOn = request.follow() || stopped;
    if (shown > 0 && !goesOn && !request.acknowledged()) {
      if (remaining != 0 && shown == request.count()) {
        lines.add("more:  " + command(false, remaining < 0 ? shown * 10 : looked + remaining));
      }
      lines.add("take:  " + command(true, shown));
    } else if (!goesOn && shown == request.count() && remaining != 0) {
      lines.add("next:  " + command(true, remaining < 0 ? shown : remaining));
    }
    return lines;
  }

  private String something() {
    String done = request.acknowledged() ? " taken" : " shown";
    String text = count(shown) + done;
    if (!request.filter().isEmpty()) {
      text += ", of " + count(looked) + " looked at";
    }
    if (request.follow() || stopped) {
      return text;
    }
    long remaining = remaining();
    if (remaining > 0) {
      return text
          + (request.acknowledged()
              ? "; %,d %s in the queue".formatted(remaining, remaining == 1 ? "remains" : "remain")
              : "; the queue holds %,d more".formatted(remaining));
    }
    if (remaining == 0) {
      return text + (request.acknowledged() ? "; the queue is empty" : "; the queue holds no more");
    }
    return shown == request.count()
        ? text + "; there may be more"
        : text + (request.acknowledged() ? "; no more came" : "; the queue holds no more");
  }

  private String nothing() {
    String queue = Quoted.of(request.queue());
    if (looked > 0) {
      return "none of " + count(looked) + " in " + queue + " matches";
    }
    if (request.follow() || stopped) {
      return "no message came";
    }
    long depth = status.map(QueueStatus::depth).orElse(-1L);
    if (depth == 0 || (depth < 0 && looksOnly())) {
      return "queue " + queue + " is empty";
    }
    if (depth < 0) {
      return "no message came from " + queue + ": it is empty, or its messages are with others";
    }
    return "no message came from %s: it holds %s, which others have or are before us to get"
        .formatted(queue, count(depth));
  }

  /// Whether what came was all there was to come.
  private boolean looksOnly() {
    return !request.acknowledged() || !request.filter().isEmpty();
  }

  /// How many are left in the queue that were not seen, or not taken; -1 when that is not known.
  private long remaining() {
    if (status.isEmpty() || !status.get().counted()) {
      return -1;
    }
    long gone = request.acknowledged() ? shown : looked;
    return Math.max(0, status.get().depth() - gone);
  }

  private static String count(long messages) {
    return "%,d message%s".formatted(messages, messages == 1 ? "" : "s");
  }

  private String command(boolean acknowledged, long count) {
    StringBuilder command = new StringBuilder("stripebridge consume --queue ");
    command.append(word(request.queue()));
    command.append(acknowledged ? " --ack" : "");
    request.filter().forEach(term -> command.append(" --filter ").append(word(term)));
    command.append(count == (acknowledged ? 1 : 10) ? "" : " --count " + count);
    return command.toString();
  }

  /// As a shell takes it.
  private static String word(String text) {
    return PLAIN.matcher(text).matches() ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
