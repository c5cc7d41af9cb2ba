package stripebridge.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

class SandboxExtensionTest {
  @Nested
  @ExtendWith(SandboxExtension.class)
  @TestMethodOrder(OrderAnnotation.class)
  class OnAClass {
    @Test
    @Order(1)
    void givesTheSandboxAsAParameter(SandboxBroker broker) {
      broker.vpn("default").createOpenQueue("kept");
    }

    @Test
    @Order(2)
    void isOneForAllItsTests(SandboxBroker broker) {
      assertThat(broker.vpn("default").queue("kept").depth()).isZero();
    }
  }

  @Nested
  class InAField {
    @RegisterExtension private final SandboxExtension sandbox = new SandboxExtension();

    @Test
    void isNewForOneTest() {
      sandbox.broker().vpn("default").createOpenQueue("q");
    }

    @Test
    void isNewForAnother() {
      sandbox.broker().vpn("default").createOpenQueue("q");
    }
  }

  @Test
  void hasNoSandboxOutsideOfTests() {
    assertThatThrownBy(() -> new SandboxExtension().broker())
        .isInstanceOf(IllegalStateException.class);
  }
}
