package stripebridge.core.topology.model;

/// What may stand before a subscription's topic and changes nothing of what a queue attracts.
public final class SubscriptionPrefix {
  /// Keeps a subscription from other brokers of a mesh.
  private static final String NO_EXPORT = "#noexport/";

  private SubscriptionPrefix() {}

  /// The subscription as it is on its own broker.
  public static String without(String subscription) {
    return subscription.startsWith(NO_EXPORT)
        ? subscription.substring(NO_EXPORT.length())
        : subscription;
  }
}
