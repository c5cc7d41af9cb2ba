package stripebridge.core.testing;

import stripebridge.core.inbox.InboxAdmin;
import stripebridge.core.inbox.InboxAdmin.Answer;

/// An operator's changes to an inbox that is in use. Not thread-safe.
public interface Operator extends AutoCloseable {
  Answer retry(String eventId) throws Exception;

  Answer retryAllParked() throws Exception;

  Answer discard(String eventId) throws Exception;

  @Override
  default void close() {}

  /// By the same way as the commands.
  static Operator of(InboxAdmin admin) {
    return new Operator() {
      @Override
      public Answer retry(String eventId) throws Exception {
        return admin.retry(eventId);
      }

      @Override
      public Answer retryAllParked() throws Exception {
        return admin.retryAllParked();
      }

      @Override
      public Answer discard(String eventId) throws Exception {
        return admin.discard(eventId);
      }

      @Override
      public void close() {
        admin.close();
      }
    };
  }
}
