package stripebridge.cli.validate;

/// How it is found out whether a message is on a queue of the topology.
sealed interface QueueEvidence {
  String queue();

  /// It is browsed: our messages are seen, and removed.
  ///
  /// @param spooled messages that had come into it before; -1 where nobody could be asked
  record Browsed(String queue, FlowReader reader, long spooled) implements QueueEvidence {}

  /// By the broker's counters and the queue's subscriptions.
  ///
  /// @param why it is not browsed, such as `2 consumers bound`
  /// @param spooled messages that had come into it before
  record Counted(String queue, String why, long spooled) implements QueueEvidence {}

  /// Not at all.
  record None(String queue, String why) implements QueueEvidence {}
}
