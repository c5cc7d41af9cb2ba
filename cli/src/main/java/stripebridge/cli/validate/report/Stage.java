package stripebridge.cli.validate.report;

/// The stages of a validation, in their order.
public enum Stage {
  SERVICE("Service"),
  TOPOLOGY("Topology"),
  EVENTS("Events"),
  DUPLICATES("Duplicates"),
  REFUSALS("Refusals"),
  DEAD_MESSAGES("Dead messages"),
  COUNTERS("Counters");

  private final String title;

  Stage(String title) {
    this.title = title;
  }

  /// The heading of its checks.
  String title() {
    return title;
  }
}
