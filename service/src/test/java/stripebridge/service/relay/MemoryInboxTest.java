package stripebridge.service.relay;

import stripebridge.core.inbox.Inbox;
import stripebridge.service.inbox.InboxContract;

/// The fake promises what a true inbox does.
class MemoryInboxTest extends InboxContract {
  private final MemoryInbox memory = new MemoryInbox(() -> now);

  @Override
  protected Inbox open(int waitingMax) {
    memory.crash();
    memory.hold(waitingMax);
    return memory;
  }
}
