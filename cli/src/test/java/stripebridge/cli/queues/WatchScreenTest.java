package stripebridge.cli.queues;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jline.terminal.Size;
import org.jline.terminal.impl.DumbTerminal;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import stripebridge.cli.output.Ink;

class WatchScreenTest {
  private static final Duration DEADLINE = Duration.ofSeconds(30);
  private static final String LEFT = "\u001b[?7h\u001b[?25h\u001b[?1049l";

  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final AtomicReference<WatchState> state =
      new AtomicReference<>(state(Rows.of("orders").depth(3)));
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  private static WatchState state(Rows... queues) {
    List<QueueRow> rows = List.of(queues).stream().map(Rows::row).toList();
    return WatchState.first("default", Duration.ofSeconds(2), new Reading(Rows.NOW, rows, null));
  }

  private WatchScreen screen(DumbTerminal terminal) {
    return new WatchScreen(
        terminal,
        new PrintStream(written, true, UTF_8),
        InstantSource.fixed(Rows.NOW),
        new Ink(false));
  }

  private void await(String text) {
    Instant deadline = Instant.now().plus(DEADLINE);
    while (!written.toString(UTF_8).contains(text)) {
      assertThat(Instant.now()).as("'%s' in: %s", text, written).isBefore(deadline);
      LockSupport.parkNanos(1_000_000);
    }
  }

  @Test
  void redrawsChangesAndEndsWithQ() throws Exception {
    try (PipedOutputStream keys = new PipedOutputStream();
        PipedInputStream in = new PipedInputStream(keys);
        DumbTerminal terminal =
            new DumbTerminal("test", "xterm", in, OutputStream.nullOutputStream(), UTF_8)) {
      terminal.setSize(new Size(80, 24));
      CompletableFuture<Void> run =
          CompletableFuture.runAsync(() -> {
            try {
              screen(terminal).run(state, failure, () -> false);
            } catch (IOException e) {
              throw new AssertionError(e);
            }
          });
      await("  orders");
      state.set(state(Rows.of("orders").depth(3), Rows.of("payments")));
      await("  payments");
      terminal.setSize(new Size(30, 24));
      await("default: 2 queues, 3 messages\u001b[K");
      keys.write('x');
      keys.write('q');
      keys.flush();
      run.get(DEADLINE.toSeconds(), TimeUnit.SECONDS);
    }
    assertThat(written.toString(UTF_8))
        .startsWith("\u001b[?1049h")
        .containsOnlyOnce(LEFT)
        .endsWith("  payments     0     -      -           ▁\n");
  }

  @Test
  void endsOnAStopRequest() throws Exception {
    try (DumbTerminal terminal = dumb()) {
      screen(terminal).run(state, failure, () -> true);
    }
    assertThat(written.toString(UTF_8)).endsWith(LEFT);
  }

  @Test
  void restoresTheScreenBeforeItFails() throws Exception {
    failure.set(new IllegalStateException("refused"));
    try (DumbTerminal terminal = dumb()) {
      assertThatThrownBy(() -> screen(terminal).run(state, failure, () -> false))
          .hasMessage("refused");
    }
    assertThat(written.toString(UTF_8)).endsWith(LEFT);
  }

  private static DumbTerminal dumb() throws IOException {
    return new DumbTerminal(
        "test",
        "xterm",
        new ByteArrayInputStream(new byte[0]),
        OutputStream.nullOutputStream(),
        UTF_8);
  }
}
