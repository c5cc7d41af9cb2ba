package stripebridge.solace.admin;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import stripebridge.core.broker.BrokerException;

/// Does many things at the same time, each on a virtual thread. The first failure ends the others.
final class Parallel {
  private Parallel() {}

  /// One of the things.
  @FunctionalInterface
  interface Part<T> {
    T get() throws BrokerException, InterruptedException;
  }

  /// The results, in the order of the parts.
  static <T> List<T> all(List<? extends Part<? extends T>> parts)
      throws BrokerException, InterruptedException {
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    try {
      ExecutorCompletionService<T> completion = new ExecutorCompletionService<>(threads);
      List<Future<T>> futures = new ArrayList<>();
      for (Part<? extends T> part : parts) {
        futures.add(completion.submit(part::get));
      }
      for (int done = 0; done < futures.size(); done++) {
        var _ = completion.take().get();
      }
      List<T> results = new ArrayList<>();
      for (Future<T> future : futures) {
        results.add(future.resultNow());
      }
      return results;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof BrokerException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    } finally {
      threads.shutdownNow();
      threads.close();
    }
  }
}
