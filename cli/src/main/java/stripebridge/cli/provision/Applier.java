package stripebridge.cli.provision;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import stripebridge.cli.StopRequest;
import stripebridge.cli.provision.Outcome.Status;
import stripebridge.core.broker.BrokerAdmin;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.config.Secret;
import stripebridge.core.topology.model.Resource;
import stripebridge.core.topology.plan.Change;

/// Applies the steps of a plan wave by wave, the steps of one wave in parallel, and records the
/// outcome of each. A failure skips only the parts of the failed object, and all deletions. An
/// unavailable broker, or Ctrl-C, ends the run after the changes in progress.
final class Applier {
  // Twice the number of requests the port sends in parallel, so that one is always ready.
  private static final int WORKERS = 8;

  private final BrokerAdmin admin;
  private final QueueRemoval removal;
  private final Map<String, Secret> secrets;
  private final Map<Step, Outcome> outcomes = new ConcurrentHashMap<>();
  private final Set<Resource> failed = ConcurrentHashMap.newKeySet();
  private volatile boolean stopped;

  Applier(BrokerAdmin admin, QueueRemoval removal, Map<String, Secret> secrets) {
    this.admin = admin;
    this.removal = removal;
    this.secrets = secrets;
  }

  /// Applies the plan and returns the outcome of every step, in the order of the plan.
  ///
  /// @param afterEach runs after each step, on any thread
  Map<Step, Outcome> apply(PermittedPlan plan, StopRequest stop, Runnable afterEach)
      throws InterruptedException {
    try (StopRequest.Listening _ = stop.onRequest(() -> stopped = true);
        ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (List<Step> wave : plan.waves()) {
        Iterator<Step> steps = wave.stream().filter(Step::isWork).iterator();
        List<Future<?>> running =
            IntStream.range(0, WORKERS)
                .<Future<?>>mapToObj(_ -> workers.submit(() -> work(steps, afterEach)))
                .toList();
        for (Future<?> one : running) {
          one.get();
        }
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
    Map<Step, Outcome> ordered = new LinkedHashMap<>();
    plan.steps().forEach(step -> ordered.put(step, outcomes.getOrDefault(step, untouched(step))));
    return ordered;
  }

  /// One worker takes steps until no step is left.
  private void work(Iterator<Step> steps, Runnable afterEach) {
    while (true) {
      Step step;
      synchronized (steps) {
        if (stopped || !steps.hasNext()) {
          return;
        }
        step = steps.next();
      }
      Outcome outcome = outcome(step);
      outcomes.put(step, outcome);
      if (outcome.status() == Status.FAILED) {
        failed.add(step.change().resource());
      }
      afterEach.run();
    }
  }

  private Outcome outcome(Step step) {
    Change change = step.change();
    Resource resource = change.resource();
    if (failed.contains(resource.root())) {
      return new Outcome(resource, Status.NOT_DONE, "needs " + PlanText.what(resource.root()));
    }
    if (change instanceof Change.Delete && !failed.isEmpty()) {
      return new Outcome(resource, Status.NOT_DONE, "nothing is deleted after a failure");
    }
    try {
      return applied(change);
    } catch (BrokerException.Unavailable e) {
      stopped = true;
      return failure(resource, e);
    } catch (BrokerException e) {
      return failure(resource, e);
    } catch (InterruptedException e) {
      stopped = true;
      return failure(resource, e);
    }
  }

  private Outcome applied(Change change) throws BrokerException, InterruptedException {
    Resource resource = change.resource();
    if (change instanceof Change.Delete delete && resource instanceof Resource.Queue) {
      Optional<String> refusal = removal.remove(delete);
      return refusal.isPresent()
          ? new Outcome(
              resource,
              Status.FAILED,
              "cannot delete " + PlanText.what(resource) + ": " + refusal.get())
          : Outcome.of(resource, Status.DELETED);
    }
    return switch (admin.apply(change, secrets)) {
      case ALREADY ->
          Outcome.of(resource, change instanceof Change.Delete ? Status.DELETED : Status.EXISTING);
      case CHANGED ->
          Outcome.of(
              resource,
              switch (change) {
                case Change.Create _ -> Status.CREATED;
                case Change.Update _ -> Status.UPDATED;
                case Change.Delete _ -> Status.DELETED;
                case Change.Keep _, Change.Extra _, Change.Foreign _ -> Status.EXISTING;
              });
    };
  }

  private static Outcome failure(Resource resource, Exception failure) {
    return new Outcome(resource, Status.FAILED, String.valueOf(failure.getMessage()));
  }

  /// The outcome of a step that was not started.
  static Outcome untouched(Step step) {
    Resource resource = step.change().resource();
    if (step.obstacle() != null) {
      return new Outcome(resource, Status.LEFT, step.obstacle());
    }
    return switch (step.change()) {
      case Change.Keep _ -> Outcome.of(resource, Status.EXISTING);
      case Change.Extra _ -> Outcome.of(resource, Status.EXTRA);
      case Change.Foreign _ -> new Outcome(resource, Status.LEFT, "others own it");
      case Change.Create _, Change.Update _, Change.Delete _ ->
          Outcome.of(resource, Status.NOT_DONE);
    };
  }
}
