package stripebridge.acceptance.script;

/// An expectation of a script failed. The message starts with `file:line`.
final class ScriptFailure extends AssertionError {
  ScriptFailure(String message) {
    super(message);
  }
}
