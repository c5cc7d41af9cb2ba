package stripebridge.cli.queues;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import stripebridge.cli.CommandFailure;
import stripebridge.core.broker.BrokerAdmin;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.QueueStatus;
import stripebridge.core.problem.Quoted;
import stripebridge.core.problem.Suggestion;

/// Reads the state of the queues, again and again. It reads all queues each time, because only the
/// others say which one is a DMQ. For one thread at a time.
final class QueueSurvey {
  // Each age takes a request. While watching, only queues whose oldest message changed need one.
  private static final int AGES_MAX = 100;

  private final BrokerAdmin admin;
  private final InstantSource clock;
  private final @Nullable String one;
  private final Predicate<String> wanted;
  private List<String> names = List.of();
  private Map<String, Oldest> known = Map.of();

  /// The oldest message of a queue. Its arrival time never changes, so it is read only once.
  private record Oldest(long messageId, Instant at) {}

  /// @param one the only queue to read, in detail; null for all wanted queues
  QueueSurvey(
      BrokerAdmin admin, InstantSource clock, @Nullable String one, Predicate<String> wanted) {
    this.admin = admin;
    this.clock = clock;
    this.one = one;
    this.wanted = one == null ? wanted : one::equals;
  }

  /// Reads the current state. It has no rows when no queue matches.
  Reading read() throws BrokerException, InterruptedException {
    List<QueueStatus> all = admin.queues("");
    names = all.stream().map(QueueStatus::name).toList();
    Map<String, List<String>> feeders =
        all.stream()
            .filter(queue -> !queue.deadMsgQueue().equals(queue.name()))
            .collect(
                Collectors.groupingBy(
                    QueueStatus::deadMsgQueue,
                    Collectors.mapping(QueueStatus::name, Collectors.toList())));
    List<QueueStatus> shown = all.stream().filter(queue -> wanted.test(queue.name())).toList();
    known = oldest(shown);
    List<QueueRow> rows =
        shown.stream()
            .map(queue ->
                new QueueRow(
                    queue,
                    Optional.ofNullable(known.get(queue.name())).map(Oldest::at).orElse(null),
                    QueueProblem.of(queue, feeders.containsKey(queue.name()))))
            .toList();
    Reading.Detail detail =
        one == null || rows.isEmpty()
            ? null
            : new Reading.Detail(
                admin.flows(one), admin.subscriptions(one), feeders.getOrDefault(one, List.of()));
    return new Reading(clock.instant(), rows, detail);
  }

  /// The same, but fails when the one queue does not exist.
  Reading readExisting() throws BrokerException, InterruptedException {
    Reading reading = read();
    if (one != null && reading.rows().isEmpty()) {
      throw CommandFailure.usage(
          "cannot show queue " + Quoted.of(one) + ": the message VPN has no queue of that name",
          Suggestion.nearest(one, names)
              .map(name -> "did you mean '" + name + "'?")
              .orElse("'stripebridge queues' lists the queues"));
    }
    return reading;
  }

  private Map<String, Oldest> oldest(List<QueueStatus> queues)
      throws BrokerException, InterruptedException {
    Map<String, Oldest> oldest = new HashMap<>();
    for (QueueStatus queue : queues) {
      Oldest before = known.get(queue.name());
      if (before != null && before.messageId() == queue.oldestMessageId()) {
        oldest.put(queue.name(), before);
      }
    }
    List<QueueStatus> unknown =
        queues.stream()
            .filter(queue -> queue.depth() > 0 && queue.oldestMessageId() > 0)
            .filter(queue -> !oldest.containsKey(queue.name()))
            .sorted(Comparator.comparingLong(QueueStatus::depth).reversed())
            .limit(AGES_MAX)
            .toList();
    Map<QueueStatus, Future<Optional<Instant>>> pending = new HashMap<>();
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (QueueStatus queue : unknown) {
        pending.put(
            queue, executor.submit(() -> admin.spooledAt(queue.name(), queue.oldestMessageId())));
      }
      for (Map.Entry<QueueStatus, Future<Optional<Instant>>> one : pending.entrySet()) {
        QueueStatus queue = one.getKey();
        answer(one.getValue())
            .ifPresent(at -> oldest.put(queue.name(), new Oldest(queue.oldestMessageId(), at)));
      }
    }
    return oldest;
  }

  private static Optional<Instant> answer(Future<Optional<Instant>> pending)
      throws BrokerException, InterruptedException {
    try {
      return pending.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case BrokerException failure -> throw failure;
        case InterruptedException interrupted -> throw interrupted;
        case null, default -> throw new IllegalStateException(e.getCause());
      }
    }
  }
}
