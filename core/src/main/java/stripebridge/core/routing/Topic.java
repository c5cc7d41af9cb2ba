package stripebridge.core.routing;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// A topic that a message can be published to: `stripe/webhook/v1/{category}/{suffix}/{account}`.
///
/// Always legal on a broker: at most 250 bytes of UTF-8 (Solace's limit), no empty level, no
/// wildcard, no control character.
///
/// @param withoutAccount all levels except the last
/// @param account the last level
public record Topic(String withoutAccount, String account) {
  /// The beginning of every topic of the bridge.
  public static final String ROOT = "stripe/webhook/v1";

  /// The account level for events whose account is unknown or not a legal level.
  public static final String UNKNOWN_ACCOUNT = "unknown";

  private static final int BYTES_MAX = 250;

  /// @throws IllegalArgumentException when the topic would not be legal; see [#of]
  public Topic {
    if (!isLegal(withoutAccount, account)) {
      throw new IllegalArgumentException(
          "not a legal topic: '" + withoutAccount + "' with account '" + account + "'");
    }
  }

  /// The topic with these levels; empty when it would not be legal.
  static Optional<Topic> of(String withoutAccount, String account) {
    return isLegal(withoutAccount, account)
        ? Optional.of(new Topic(withoutAccount, account))
        : Optional.empty();
  }

  /// The topic for events that no route matches, or whose own topic would not be legal.
  public static Topic unroutable(String account) {
    String withoutAccount = ROOT + "/error/unroutable";
    return of(withoutAccount, account).orElseGet(() -> new Topic(withoutAccount, UNKNOWN_ACCOUNT));
  }

  /// The whole topic.
  public String name() {
    return withoutAccount + "/" + account;
  }

  /// Whether a text is a legal topic level.
  static boolean isLegalLevel(String level) {
    if (level.isEmpty()) {
      return false;
    }
    boolean isAscii = true;
    for (int i = 0; i < level.length(); i++) {
      char c = level.charAt(i);
      if (c == '/' || c == '*' || c == '>' || Character.isISOControl(c)) {
        return false;
      }
      isAscii &= c < 0x80;
    }
    // A lone surrogate has no UTF-8 form. An encoder costs more than the rest of the check.
    return isAscii || StandardCharsets.UTF_8.newEncoder().canEncode(level);
  }

  private static boolean isLegal(String withoutAccount, String account) {
    for (String level : withoutAccount.split("/", -1)) {
      if (!isLegalLevel(level)) {
        return false;
      }
    }
    return isLegalLevel(account)
        && (withoutAccount + "/" + account).getBytes(StandardCharsets.UTF_8).length <= BYTES_MAX;
  }

  @Override
  public String toString() {
    return name();
  }
}
