package stripebridge.cli;

/// How a command ended, for scripts. The help topic and the reference page are made of this list.
public enum ExitCode {
  OK(0, "done"),
  BUG(1, "a bug of ours; the message asks you to report it"),
  USAGE(2, "wrong usage or configuration; nothing was done"),
  DIFFERENCES(3, "differences found, or only partly done"),
  UNAVAILABLE(4, "something it needs is unavailable; try again"),
  REFUSED(5, "credentials or permissions were refused"),
  INTERRUPTED(130, "interrupted");

  private final int value;
  private final String meaning;

  ExitCode(int value, String meaning) {
    this.value = value;
    this.meaning = meaning;
  }

  /// The number a shell sees.
  public int value() {
    return value;
  }

  /// One clause for help pages.
  public String meaning() {
    return meaning;
  }
}
