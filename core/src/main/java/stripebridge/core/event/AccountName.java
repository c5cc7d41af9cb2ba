package stripebridge.core.event;

import org.jspecify.annotations.Nullable;

/// The account that an event names, in every form that Stripe has used:
///
/// - `account`, of a connected account's event
/// - `user_id`, its predecessor until 2017-05-25 (https://docs.stripe.com/changelog/2017-05-25)
/// - `context`, of a v2 thin event and of an organization's v1 event, which has no other field for
///   it: an account, or a path of ids separated by slashes (https://docs.stripe.com/context)
final class AccountName {
  private static final String PREFIX = "acct_";

  private AccountName() {}

  /// Picks the account from these fields.
  ///
  /// @return null when the event names no account
  static @Nullable String of(
      @Nullable String account, @Nullable String userId, @Nullable String context) {
    if (account != null) {
      return account;
    }
    if (userId != null && userId.startsWith(PREFIX)) {
      return userId;
    }
    return context == null ? null : lastOf(context);
  }

  /// The last account of the path; the ids before it only lead there. A path without an account is
  /// about its last id.
  private static @Nullable String lastOf(String context) {
    String last = null;
    boolean isAccount = false;
    for (String id : context.split("/", -1)) {
      boolean isNext = id.startsWith(PREFIX);
      if (!id.isEmpty() && (isNext || !isAccount)) {
        last = id;
        isAccount = isNext;
      }
    }
    return last;
  }
}
