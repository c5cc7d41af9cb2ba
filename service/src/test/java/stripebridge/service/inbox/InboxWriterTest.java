package stripebridge.service.inbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.core.inbox.InboxException;

/// Whatever a batch throws, each of its callers gets a result.
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class InboxWriterTest {
  @TempDir Path folder;

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger rolledBack = new AtomicInteger();
  private InboxFile file;
  private InboxWriter writer;

  @BeforeEach
  void open() throws Exception {
    file = InboxFile.open(folder.resolve("inbox.db"), "test", Duration.ZERO);
    writer =
        new InboxWriter(
            file, Instant::now, Duration.ofHours(1), _ -> 0, new DiskGuard(file.reserve()));
  }

  @AfterEach
  void close() {
    writer.close();
    file.close();
    threads.close();
  }

  private interface Step {
    void run() throws SQLException;
  }

  private final class Written implements InboxWriter.Work<String> {
    private final Step writing;
    private final Runnable committing;
    private final Runnable rollingBack;

    Written(Step writing, Runnable committing, Runnable rollingBack) {
      this.writing = writing;
      this.committing = committing;
      this.rollingBack = rollingBack;
    }

    @Override
    public String write(Statements statements) throws SQLException {
      writing.run();
      return "written";
    }

    @Override
    public void committed(String result) {
      committing.run();
    }

    @Override
    public void rolledBack() {
      rolledBack.incrementAndGet();
      rollingBack.run();
    }
  }

  private Written harmless() {
    return new Written(() -> {}, () -> {}, () -> {});
  }

  private static Runnable throwing(Error error) {
    return () -> {
      throw error;
    };
  }

  /// Puts all work into one batch, and returns when each caller has its result.
  private List<Future<String>> inOneBatch(List<Written> works) throws Exception {
    CountDownLatch isBusy = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Future<String> before =
        threads.submit(() ->
            writer.write(
                new Written(
                    () -> {
                      isBusy.countDown();
                      awaitThat(goOn);
                    },
                    () -> {},
                    () -> {})));
    isBusy.await();
    List<Future<String>> callers = new ArrayList<>();
    for (Written work : works) {
      callers.add(threads.submit(() -> writer.write(work)));
    }
    while (writer.queued() < works.size()) {
      Thread.onSpinWait();
    }
    goOn.countDown();
    assertThat(before.get()).isEqualTo("written");
    for (Future<String> caller : callers) {
      // If a caller gets no result, the timeout of the class fails the test.
      while (!caller.isDone()) {
        Thread.onSpinWait();
      }
    }
    return callers;
  }

  private static void awaitThat(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private void awaitFailure() {
    while (writer.failure().isEmpty()) {
      Thread.onSpinWait();
    }
  }

  @Test
  void failsABatchAndGoesOnAfterAnException() throws Exception {
    List<Future<String>> callers =
        inOneBatch(
            List.of(
                harmless(),
                new Written(
                    () -> {
                      throw new IllegalStateException("by the test");
                    },
                    () -> {},
                    () -> {}),
                harmless()));

    assertThat(callers)
        .allSatisfy(caller ->
            assertThatThrownBy(caller::get)
                .hasCauseInstanceOf(InboxException.Unavailable.class)
                .hasMessageContaining("by the test"));
    assertThat(rolledBack).hasValue(3);
    assertThat(writer.failure()).isEmpty();
    assertThat(writer.write(harmless())).isEqualTo("written");
  }

  @Test
  void failsAllCallersAndDiesOfAnError() throws Exception {
    StackOverflowError error = new StackOverflowError("by the test");
    List<Future<String>> callers =
        inOneBatch(
            List.of(
                harmless(),
                new Written(
                    () -> {
                      throw error;
                    },
                    () -> {},
                    () -> {})));

    assertThat(callers).allSatisfy(caller -> assertThatThrownBy(caller::get).isNotNull());
    awaitFailure();
    assertThat(writer.failure()).contains(error);
    assertThat(rolledBack).hasValue(2);
    assertThatThrownBy(() -> writer.write(harmless()))
        .isInstanceOf(InboxException.Unavailable.class)
        .hasMessageContaining("its writer has died");
  }

  /// The work is on the disk. A caller that fails sends it again, which is harmless; a caller
  /// without a result waits forever.
  @Test
  void completesCommittedWorkAndDiesWhenTheStepAfterACommitFails() throws Exception {
    OutOfMemoryError error = new OutOfMemoryError("by the test");
    List<Future<String>> callers =
        inOneBatch(
            List.of(harmless(), new Written(() -> {}, throwing(error), () -> {}), harmless()));

    for (Future<String> caller : callers) {
      assertThat(caller.get()).isEqualTo("written");
    }
    assertThat(writer.failure()).contains(error);
    assertThatThrownBy(() -> writer.write(harmless()))
        .isInstanceOf(InboxException.Unavailable.class);
  }

  @Test
  void failsAllCallersAndDiesWhenARollbackFails() throws Exception {
    StackOverflowError error = new StackOverflowError("rolling back");
    List<Future<String>> callers =
        inOneBatch(
            List.of(
                new Written(
                    () -> {
                      throw new SQLException("by the test");
                    },
                    () -> {},
                    throwing(error)),
                harmless()));

    assertThat(callers).allSatisfy(caller -> assertThatThrownBy(caller::get).isNotNull());
    awaitFailure();
    assertThat(writer.failure()).contains(error);
  }
}
