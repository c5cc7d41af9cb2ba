package stripebridge.solace.messaging;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class SmfSessionTest {
  @Test
  @Timeout(value = 60, unit = TimeUnit.SECONDS)
  void reportsAnErrorToTheCaller() {
    assertThatThrownBy(() ->
            SmfSession.await(
                "cannot connect",
                () -> {
                  throw new NoClassDefFoundError("of the test");
                }))
        .hasCauseInstanceOf(NoClassDefFoundError.class);
  }
}
