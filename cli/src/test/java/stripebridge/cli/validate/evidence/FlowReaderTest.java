package stripebridge.cli.validate.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.QueueAccess.Delivery;
import stripebridge.core.broker.QueueAccess.Flow;

class FlowReaderTest {
  @Test
  void throwsAnErrorOfItsThread() throws Exception {
    FlowReader reader =
        reading(() -> {
          throw new NoClassDefFoundError("of the test");
        });
    assertThatThrownBy(reader::failure).hasCauseInstanceOf(NoClassDefFoundError.class);
  }

  @Test
  void reportsWhyTheQueueCannotBeRead() throws Exception {
    BrokerException gone = new BrokerException.Unavailable("gone", null);
    FlowReader reader =
        reading(() -> {
          throw gone;
        });
    assertThat(reader.failure()).isEqualTo(Optional.of(gone));
  }

  private interface Next {
    Delivery get() throws BrokerException;
  }

  /// A reader that has ended.
  private static FlowReader reading(Next next) throws InterruptedException {
    CountDownLatch asked = new CountDownLatch(1);
    FlowReader reader =
        FlowReader.start(
            "q",
            new Flow() {
              @Override
              public Delivery next(Duration wait) throws BrokerException {
                asked.countDown();
                return next.get();
              }

              @Override
              public void close() {}
            },
            _ -> {});
    asked.await();
    reader.close();
    return reader;
  }
}
