package stripebridge.acceptance.script;

/// A script expected what it did not see. The message starts with `file:line`.
final class ScriptFailure extends AssertionError {
  ScriptFailure(String message) {
    super(message);
  }
}
