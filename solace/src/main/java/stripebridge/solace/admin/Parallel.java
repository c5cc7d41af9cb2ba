package stripebridge.solace.admin;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import stripebridge.core.broker.BrokerException;

/// Runs tasks at the same time, each on a virtual thread. The first failure interrupts the others.
final class Parallel {
  private Parallel() {}

  @FunctionalInterface
  interface Task<T> {
    T get() throws BrokerException, InterruptedException;
  }

  /// The results, in the order of the tasks.
  static <T> List<T> all(List<? extends Task<? extends T>> tasks)
      throws BrokerException, InterruptedException {
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    try {
      ExecutorCompletionService<T> completion = new ExecutorCompletionService<>(threads);
      List<Future<T>> futures = new ArrayList<>();
      for (Task<? extends T> task : tasks) {
        futures.add(completion.submit(task::get));
      }
      for (int done = 0; done < futures.size(); done++) {
        T _ = completion.take().get();
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
