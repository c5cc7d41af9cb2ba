package stripebridge.core.config;

/// A text that never shows itself: it prints as `***`.
public final class Secret {
  private final String text;

  public Secret(String text) {
    this.text = text;
  }

  /// The text itself, for the one place that needs it.
  public String reveal() {
    return text;
  }

  @Override
  public String toString() {
    return "***";
  }
}
