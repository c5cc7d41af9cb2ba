package stripebridge.cli.messages;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import stripebridge.cli.CommandFailure;
import stripebridge.cli.queues.Glob;
import stripebridge.core.broker.QueueMessage;

/// Selects messages by terms such as `event_type=invoice.*`, all of which must hold.
///
/// Names are those of [MessageFacts]. A message without a fact of that name does not match.
public final class MessageFilter implements Predicate<QueueMessage> {
  private final List<Term> terms = new ArrayList<>();

  private record Term(String name, Predicate<String> isWanted) {}

  private MessageFilter() {}

  /// Parses the terms.
  ///
  /// @param terms each `NAME=GLOB`, where `*` is any text and `?` one character
  /// @throws CommandFailure when a term has another form
  public static MessageFilter of(List<String> terms) {
    MessageFilter filter = new MessageFilter();
    for (String term : terms) {
      int equals = term.indexOf('=');
      if (equals < 1) {
        throw CommandFailure.usage(
            "cannot filter by '" + term + "': it is not NAME=PATTERN",
            "for example: --filter 'event_type=invoice.*'");
      }
      filter.terms.add(
          new Term(term.substring(0, equals).strip(), Glob.of(term.substring(equals + 1))));
    }
    return filter;
  }

  /// Whether every message matches.
  public boolean isEmpty() {
    return terms.isEmpty();
  }

  @Override
  public boolean test(QueueMessage message) {
    return terms.stream()
        .allMatch(
            term -> MessageFacts.of(message, term.name()).filter(term.isWanted()).isPresent());
  }
}
