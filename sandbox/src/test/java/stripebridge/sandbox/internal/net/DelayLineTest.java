package stripebridge.sandbox.internal.net;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class DelayLineTest {
  private static final long DELAY = 10;
  private static final int MANY = 1_000;

  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
  private final DelayLine line = new DelayLine(DELAY, now::get);

  private void write(String text) throws IOException {
    line.write(text.getBytes(US_ASCII), 0, text.length());
  }

  /// What has arrived, without waiting for more.
  private String read(int max) throws IOException {
    byte[] to = new byte[max];
    int count = line.read(to, 0, max, 0);
    return count < 0 ? "(end)" : new String(to, 0, count, US_ASCII);
  }

  private void hasNothing() {
    assertThatThrownBy(() -> read(1)).isInstanceOf(SocketTimeoutException.class);
  }

  @Test
  void deliversEachPartOneDelayAfterItWasSent() throws Exception {
    write("a");
    now.addAndGet(DELAY - 1);
    write("b");
    hasNothing();
    now.incrementAndGet();
    assertThat(read(9)).isEqualTo("a");
    hasNothing();
    now.addAndGet(DELAY - 1);
    assertThat(read(9)).isEqualTo("b");
  }

  @Test
  void delaysWithoutSlowingDown() throws Exception {
    for (int i = 0; i < MANY; i++) {
      write("x");
    }
    now.addAndGet(DELAY);
    assertThat(read(2 * MANY)).hasSize(MANY);
  }

  @Test
  void keepsTheOrderWhateverTheReaderAsksFor() throws Exception {
    write("abc");
    write("defg");
    now.addAndGet(DELAY);
    assertThat(read(2)).isEqualTo("ab");
    assertThat(read(3)).isEqualTo("cde");
    assertThat(read(9)).isEqualTo("fg");
  }

  @Test
  void deliversTheEndAfterAllElse() throws Exception {
    write("a");
    line.end(null);
    now.addAndGet(DELAY);
    assertThat(read(9)).isEqualTo("a");
    assertThat(read(9)).isEqualTo("(end)");
    assertThat(read(9)).isEqualTo("(end)");
    assertThatThrownBy(() -> write("b")).isInstanceOf(SocketException.class);
  }

  @Test
  void deliversAFailureAsLateAsAllElse() throws Exception {
    line.end(new IOException("Connection reset"));
    hasNothing();
    now.addAndGet(DELAY);
    assertThatThrownBy(() -> read(9)).hasMessage("Connection reset");
  }

  @Test
  void makesItsWriterWaitWhileTooMuchIsUnderWay() throws Exception {
    byte[] more = new byte[2 * DelayLine.BYTES_MAX];
    CompletableFuture<Boolean> written = new CompletableFuture<>();
    Thread writer =
        Thread.ofVirtual()
            .start(() -> {
              try {
                line.write(more, 0, more.length);
                written.complete(true);
              } catch (IOException e) {
                written.completeExceptionally(e);
              }
            });
    while (writer.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    now.addAndGet(DELAY);
    byte[] to = new byte[more.length];
    int first = line.read(to, 0, to.length, 0);
    assertThat(first).isBetween(DelayLine.BYTES_MAX / 2, DelayLine.BYTES_MAX);

    int got = first;
    while (got < more.length) {
      now.addAndGet(DELAY);
      try {
        got += line.read(to, 0, to.length, 0);
      } catch (SocketTimeoutException _) {
        // The writer has not been woken yet.
        Thread.onSpinWait();
      }
    }
    assertThat(written.get(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void failsAtBothEndsOnceItIsCut() throws Exception {
    write("a");
    now.addAndGet(DELAY);
    line.cut();
    assertThatThrownBy(() -> read(1)).isInstanceOf(SocketException.class);
    assertThatThrownBy(() -> write("b")).isInstanceOf(SocketException.class);
  }
}
