package stripebridge.service.relay;

import stripebridge.core.inbox.Inbox;
import stripebridge.service.inbox.InboxContract;
import stripebridge.service.inbox.Operator;

/// The fake promises what a true inbox does.
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
