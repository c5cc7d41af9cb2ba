package stripebridge.core.routing;

/// What becomes of event types that no route takes.
public enum Unlisted {
  /// They go to `…/error/unroutable`, where only the audit queue listens.
  UNROUTABLE,
  /// They go to a topic of their own name, as if each had a route.
  BY_TYPE
}
