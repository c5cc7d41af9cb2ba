package stripebridge.sandbox.internal.semp;

import stripebridge.sandbox.internal.broker.BrokerStateContract;

class InMemoryBrokerTest extends BrokerStateContract {

  InMemoryBrokerTest() {
    super(new InMemoryBroker());
  }
}
