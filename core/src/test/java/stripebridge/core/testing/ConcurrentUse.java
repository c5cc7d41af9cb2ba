package stripebridge.core.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import stripebridge.core.inbox.Appended;
import stripebridge.core.inbox.Claim;
import stripebridge.core.inbox.Inbox;
import stripebridge.core.inbox.InboxAdmin;
import stripebridge.core.inbox.InboxCounts;
import stripebridge.core.inbox.ParkReason;
import stripebridge.core.inbox.ReceivedEvent;
import stripebridge.core.inbox.Settlement;

/// One run of an inbox that many threads use at once, checked by a [ClaimWitness]. Random numbers
/// decide how many threads there are and what they do; the machine decides when each of them runs.
final class ConcurrentUse {
  private static final Duration PROGRESS_MAX = Duration.ofSeconds(10);
  private static final Duration WAIT = Duration.ofMillis(20);
  private static final String TOPIC = "a/b";

  private final Inbox inbox;
  private final String prefix;
  private final RandomGenerator random;
  private final ClaimWitness witness = new ClaimWitness();
  private final List<Claim> firsts = Collections.synchronizedList(new ArrayList<>());
  private final BlockingQueue<Claim> claimed = new LinkedBlockingQueue<>();
  private final CountDownLatch begun = new CountDownLatch(1);
  private final AtomicInteger busy = new AtomicInteger();
  private int total;

  /// @param prefix of the event ids, unique to this run
  ConcurrentUse(Inbox inbox, String prefix, RandomGenerator random) {
    this.inbox = inbox;
    this.prefix = prefix;
    this.random = random;
  }

  /// Adds events that the inbox already has.
  ConcurrentUse after(List<String> backlog) {
    for (String id : backlog) {
      witness.appending();
      witness.stored(id);
      total++;
    }
    return this;
  }

  /// Some threads append while others claim and publish; the latter start up to 6 ms later.
  void publishAll(int callers, int each, int claimers, int claimMax) throws Exception {
    List<Callable<Void>> tasks = new ArrayList<>();
    for (int i = 0; i < callers; i++) {
      tasks.add(appender(i, each, InboxContract::event));
    }
    total += callers * each;
    for (int i = 0; i < claimers; i++) {
      long late = random.nextLong(Duration.ofMillis(6).toNanos());
      tasks.add(() -> {
        begun.await();
        LockSupport.parkNanos(late);
        claim(claimMax);
        return null;
      });
    }
    tasks.add(this::publish);
    tasks.add(this::count);
    busy.set(callers);
    runAll(tasks);
    // Twice: the first claim could hide a second copy of an entry.
    for (int i = 0; i < 2; i++) {
      witness.claimed(inbox.claim(total + 1, Duration.ZERO), Set.of());
    }
    witness.assertAllFinished();
    assertThat(inbox.counts()).isEqualTo(new InboxCounts(0, 0, Optional.empty()));
    if (claimers == 1) {
      assertInOrder();
    }
  }

  private Callable<Void> appender(int number, int each, Function<String, ReceivedEvent> event) {
    return () -> {
      begun.await();
      for (int i = 0; i < each; i++) {
        String id = prefix + number + "_" + i;
        witness.appending();
        // It may be claimed before this returns.
        witness.stored(id);
        assertThat(inbox.append(event.apply(id))).isEqualTo(Appended.STORED);
      }
      busy.decrementAndGet();
      return null;
    };
  }

  /// Claims without waiting for settlements, as the relay does.
  private void claim(int max) throws Exception {
    Progress progress = new Progress();
    while (witness.finished() < total && progress.isExpected()) {
      List<Claim> claims = inbox.claim(max, Duration.ofMillis(1));
      witness.claimed(claims, Set.of());
      firsts.addAll(claims);
      claimed.addAll(claims);
    }
  }

  /// Settles entries that others have claimed.
  private Void publish() throws Exception {
    Progress progress = new Progress();
    while (witness.finished() < total && progress.isExpected()) {
      List<Claim> claims = new ArrayList<>();
      Claim first = claimed.poll(WAIT.toMillis(), TimeUnit.MILLISECONDS);
      if (first != null) {
        claims.add(first);
        claimed.drainTo(claims, 500);
        settle(claims, claim -> new Settlement.Published(claim.sequence()));
      }
    }
    return null;
  }

  private void settle(List<Claim> claims, Function<Claim, Settlement> decision) throws Exception {
    Map<String, Settlement> settlements = new LinkedHashMap<>();
    for (Claim claim : claims) {
      settlements.put(InboxContract.id(claim), decision.apply(claim));
    }
    witness.settling(settlements);
    inbox.settle(settlements.values());
    witness.settled(settlements);
  }

  /// Reads the counts, like a scrape of the metrics.
  private Void count() throws Exception {
    begun.await();
    while (busy.get() > 0) {
      witness.counted(inbox.counts());
    }
    return null;
  }

  private void runAll(List<Callable<Void>> tasks) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Void>> futures = tasks.stream().map(threads::submit).toList();
      begun.countDown();
      for (Future<Void> future : futures) {
        future.get();
      }
    }
  }

  /// All entries come in sequence, and each caller's entries in the caller's order.
  private void assertInOrder() {
    assertThat(firsts.stream().map(Claim::sequence)).isSorted();
    Map<String, Integer> last = new LinkedHashMap<>();
    for (String id : InboxContract.ids(firsts)) {
      if (id.startsWith(prefix)) {
        int dash = id.lastIndexOf('_');
        int number = Integer.parseInt(id.substring(dash + 1));
        assertThat(number).as(id).isGreaterThan(last.getOrDefault(id.substring(0, dash), -1));
        last.put(id.substring(0, dash), number);
      }
    }
  }

  /// Opens one of several operators.
  interface Operators {
    Operator open() throws Exception;
  }

  /// Some threads append, one claims and settles in every way that a relay may, and operators retry
  /// and discard. After that, all dates pass and everything is published.
  void interfere(int callers, int each, int operators, int requests, Operators open, Runnable due)
      throws Exception {
    List<Callable<Void>> tasks = new ArrayList<>();
    total += callers * each;
    for (int i = 0; i < callers; i++) {
      tasks.add(appender(i, each, InboxContract::event));
    }
    for (int i = 0; i < operators; i++) {
      tasks.add(operator(open, random.nextLong(), requests));
    }
    RandomGenerator decisions = new SplittableRandom(random.nextLong());
    tasks.add(() -> {
      begun.await();
      while (busy.get() > 0) {
        claimAndSettle(decisions);
      }
      return null;
    });
    tasks.add(this::count);
    busy.set(callers + operators);
    runAll(tasks);
    due.run();
    witness.everythingIsDue();
    try (Operator operator = open.open()) {
      drain(operator);
    }
    witness.assertAllFinished();
    assertCounts(new InboxCounts(0, 0, Optional.empty()));
  }

  private void claimAndSettle(RandomGenerator decisions) throws Exception {
    Set<String> first = witness.returned();
    List<Claim> claims = inbox.claim(1 + decisions.nextInt(20), Duration.ofMillis(1));
    witness.claimed(claims, first);
    settle(claims, claim -> settlement(claim, decisions));
    List<Claim> held = inbox.claimHeld(TOPIC, 1 + decisions.nextInt(5));
    witness.claimedHeld(held);
    settle(held, claim -> settlement(claim, decisions));
  }

  private static Settlement settlement(Claim claim, RandomGenerator decisions) {
    long sequence = claim.sequence();
    return switch (decisions.nextInt(20)) {
      case 0 -> new Settlement.Published(sequence);
      case 1, 2, 3 -> new Settlement.Parked(sequence, ParkReason.REFUSED, "no");
      case 4, 5, 6, 7 -> new Settlement.Held(sequence, TOPIC);
      case 8, 9, 10 ->
          new Settlement.Refused(sequence, InboxContract.NOW.plusSeconds(10), "no", false);
      default -> new Settlement.Released(sequence);
    };
  }

  private Callable<Void> operator(Operators open, long seed, int requests) {
    return () -> {
      RandomGenerator chance = new SplittableRandom(seed);
      try (Operator operator = open.open()) {
        begun.await();
        for (int i = 0; i < requests; i++) {
          ask(operator, chance);
        }
      } finally {
        busy.decrementAndGet();
      }
      return null;
    };
  }

  private void ask(Operator operator, RandomGenerator chance) throws Exception {
    List<String> ids = List.copyOf(witness.storedIds());
    int kind = chance.nextInt(6);
    if (kind == 0) {
      witness.retryingAll();
      assertThat(operator.retryAllParked().outcome()).isEqualTo(InboxAdmin.Outcome.DONE);
    } else if (!ids.isEmpty()) {
      String id = ids.get(chance.nextInt(ids.size()));
      witness.touching(id);
      InboxAdmin.Answer answer = kind < 4 ? operator.retry(id) : operator.discard(id);
      assertThat(answer.outcome()).isNotEqualTo(InboxAdmin.Outcome.UNANSWERED);
      if (kind >= 4 && answer.outcome() == InboxAdmin.Outcome.DONE) {
        witness.discarded(id);
      }
    }
  }

  private void drain(Operator operator) throws Exception {
    witness.retryingAll();
    assertThat(operator.retryAllParked().outcome()).isEqualTo(InboxAdmin.Outcome.DONE);
    Progress progress = new Progress();
    while (witness.finished() < witness.storedCount() && progress.isExpected()) {
      List<Claim> claims = inbox.claim(total, WAIT);
      witness.claimed(claims, Set.of());
      settle(claims, claim -> new Settlement.Published(claim.sequence()));
      List<Claim> held = inbox.claimHeld(TOPIC, total);
      witness.claimedHeld(held);
      settle(held, claim -> new Settlement.Published(claim.sequence()));
    }
    witness.claimed(inbox.claim(total, Duration.ZERO), Set.of());
  }

  /// An operator's answer may come before the inbox has updated its counts.
  private void assertCounts(InboxCounts expected) throws Exception {
    Progress progress = new Progress();
    InboxCounts counts = inbox.counts();
    while (!counts.equals(expected) && progress.isExpected()) {
      counts = inbox.counts();
    }
    assertThat(counts).isEqualTo(expected);
  }

  /// Appends a backlog without claiming.
  void appendBacklog(int callers, int each, Function<String, ReceivedEvent> event)
      throws Exception {
    List<Callable<Void>> tasks = new ArrayList<>();
    for (int i = 0; i < callers; i++) {
      int number = i;
      tasks.add(() -> {
        for (int n = 0; n < each; n++) {
          String id = "backlog_" + prefix + number + "_" + n;
          witness.appending();
          witness.stored(id);
          assertThat(inbox.append(event.apply(id))).isEqualTo(Appended.STORED);
        }
        return null;
      });
    }
    total += callers * each;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Void> future : threads.invokeAll(tasks)) {
        future.get();
      }
    }
  }

  /// Stops a loop that makes no progress.
  private final class Progress {
    private long finished = -1;
    private long deadline;

    boolean isExpected() {
      long now = System.nanoTime();
      long finishedNow = witness.finished();
      if (finishedNow != finished) {
        finished = finishedNow;
        deadline = now + PROGRESS_MAX.toNanos();
      }
      return now - deadline < 0;
    }
  }
}
