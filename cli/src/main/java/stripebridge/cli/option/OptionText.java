package stripebridge.cli.option;

/// Descriptions of the options that several commands have, so that an option reads the same
/// everywhere. One without a full stop is completed with the command's own default, as in
/// `OptionText.TIMEOUT + "; 2s by default."`
public final class OptionText {
  public static final String COUNT = "Take or send this many";
  public static final String DRY_RUN = "Show what would be done, and change nothing.";
  public static final String FILTER =
      "Only messages with a matching property or envelope field. Repeat it to require several.";
  public static final String FORCE = "Go on even while other clients consume the queue.";
  public static final String OLDER_THAN =
      "Only messages whose event reached the bridge longer ago, such as 30m, 12h or 7d. A message"
          + " that does not say when is left.";
  public static final String QUEUE = "Work on the messages of this queue.";
  public static final String RATE = "Send at most this many a second";
  public static final String REDACT =
      "Show only what is known to be harmless: ids, types, states, amounts, times.";
  public static final String TIMEOUT =
      "Wait at most this long for each message or answer, such as 500ms, 10s or 2m";
  public static final String TO = "Write to this file";
  public static final String TOPOLOGY = "Use this topology";
  public static final String YES = "Do not ask for confirmation.";

  private OptionText() {}
}
