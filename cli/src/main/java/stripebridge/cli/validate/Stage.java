package stripebridge.cli.validate;

/// The parts of a validation, in their order.
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

  /// A heading.
  String title() {
    return title;
  }
}
