package stripebridge.core.topology;

/// Where an event goes whose type no route names.
public enum UnlistedEvents {
  /// To the one topic for what cannot be routed.
  UNROUTABLE("unroutable"),
  /// To a topic made of its own type.
  BY_TYPE("by-type");

  private final String word;

  UnlistedEvents(String word) {
    this.word = word;
  }

  /// How it is written in the file.
  public String word() {
    return word;
  }
}
