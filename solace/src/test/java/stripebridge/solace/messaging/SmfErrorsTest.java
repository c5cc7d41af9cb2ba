package stripebridge.solace.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.solacesystems.jcsmp.JCSMPErrorResponseSubcodeEx;
import org.junit.jupiter.api.Test;

class SmfErrorsTest {
  @Test
  void namesASubcodeThatTheClientKnows() {
    assertThat(SmfErrors.nameOf(JCSMPErrorResponseSubcodeEx.QUEUE_SHUTDOWN))
        .isEqualTo("QUEUE_SHUTDOWN");
  }

  @Test
  void namesAnUnknownSubcodeByItsNumber() {
    assertThat(SmfErrors.nameOf(9_999)).isEqualTo("SUBCODE_9999");
  }
}
