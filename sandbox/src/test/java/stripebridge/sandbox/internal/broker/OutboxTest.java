package stripebridge.sandbox.internal.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class OutboxTest {
  private static final int BYTES_MAX = 100;

  private static OutgoingFrame bytes(int length) {
    return new OutgoingFrame.Control(new byte[length]);
  }

  @Test
  void hasNoRoomForMessagesOfAClientThatDoesNotRead() {
    Outbox outbox = new Outbox(BYTES_MAX);
    outbox.offer(bytes(BYTES_MAX - 1));
    assertThat(outbox.hasRoom()).isTrue();
    outbox.offer(bytes(1));
    assertThat(outbox.hasRoom()).isFalse();
  }

  @Test
  void blocksTheReaderOfASlowClientUntilTheClientHasRead() throws Exception {
    Outbox outbox = new Outbox(BYTES_MAX);
    outbox.offer(bytes(BYTES_MAX));
    CountDownLatch put = new CountDownLatch(1);
    Thread reader =
        Thread.ofVirtual()
            .start(() -> {
              try {
                outbox.put(bytes(1));
                put.countDown();
              } catch (InterruptedException _) {
                // The latch stays closed, and the test fails.
              }
            });

    while (reader.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    assertThat(outbox.take(new ArrayDeque<>())).hasSize(1);
    assertThat(put.getCount()).isOne();
    outbox.written(BYTES_MAX);

    assertThat(put.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(outbox.take(new ArrayDeque<>())).hasSize(1);
  }
}
