package stripebridge.relay;

import stripebridge.core.inbox.Inbox;
import stripebridge.core.testing.InboxContract;
import stripebridge.core.testing.Operator;

/// Holds the fake to the contract of a real inbox.
class MemoryInboxTest extends InboxContract {
  private final MemoryInbox memory = new MemoryInbox(() -> now);

  @Override
  protected Inbox open(int waitingMax) {
    memory.crash();
    memory.hold(waitingMax);
    return memory;
  }

  @Override
  protected Operator operator() {
    return memory.operator();
  }
}
