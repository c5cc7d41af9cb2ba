package stripebridge.acceptance.deploy.runner.control;

/// What a controller wants done next.
public sealed interface Action {
  /// Make a pod of a revision of the template.
  ///
  /// @param ordinal its number in a StatefulSet, 0 elsewhere
  record Create(int ordinal, String revision) implements Action {}

  /// Begin the deletion of a pod.
  record Delete(String pod) implements Action {}
}
