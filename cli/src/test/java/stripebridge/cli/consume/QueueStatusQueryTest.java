package stripebridge.cli.consume;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import stripebridge.core.broker.BrokerAdmin;
import stripebridge.core.broker.QueueStatus;

class QueueStatusQueryTest {
  @Test
  void reportsAnErrorThroughTheFuture() {
    BrokerAdmin broken =
        (BrokerAdmin)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {BrokerAdmin.class},
                (_, method, _) -> {
                  if (method.getName().equals("close")) {
                    return null;
                  }
                  throw new NoClassDefFoundError("of the test");
                });
    Future<Optional<QueueStatus>> asked = QueueStatusQuery.start(broken, "q");
    assertThatThrownBy(() -> asked.get(30, TimeUnit.SECONDS))
        .hasCauseInstanceOf(NoClassDefFoundError.class);
  }
}
