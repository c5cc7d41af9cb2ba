package stripebridge.cli;

/// Tells scripts how a command ended. The reference page lists these codes.
public enum ExitCode {
  OK(0, "done"),
  BUG(1, "a bug in stripebridge; please report it"),
  USAGE(2, "wrong usage or configuration; nothing was done"),
  DIFFERENCES(3, "differences found, or only partly done"),
  UNAVAILABLE(4, "something the command needs is unavailable; try again"),
  REFUSED(5, "credentials or permissions were refused"),
  INTERRUPTED(130, "interrupted");

  private final int value;
  private final String meaning;

  ExitCode(int value, String meaning) {
    this.value = value;
    this.meaning = meaning;
  }

  /// The status that the shell sees.
  public int value() {
    return value;
  }

  /// The meaning as one clause, for the reference page.
  public String meaning() {
    return meaning;
  }
}
