package stripebridge.relay;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.EventPublisher;
import stripebridge.core.broker.EventPublisher.Producer;
import stripebridge.core.broker.EventPublisher.ProducerListener;
import stripebridge.core.broker.Refusal;
import stripebridge.core.inbox.Claim;
import stripebridge.core.inbox.HeldBehind;
import stripebridge.core.inbox.Inbox;
import stripebridge.core.inbox.InboxEntry;
import stripebridge.core.inbox.InboxException;
import stripebridge.core.inbox.Settlement;
import stripebridge.relay.ComposedMessage.Publishable;

/// Publishes the inbox's entries and settles each one as the broker answers. It is the single owner
/// of publishing. At most one message of a topic and partition key is in flight, which keeps their
/// order.
///
/// [RelayState] decides; the threads here carry its decisions out. They keep trying while the
/// broker or the inbox is away. `docs/concurrency.md` draws them.
///
/// Thread-safe. Started and stopped once.
public final class Relay {
  // The longest sleep of a thread.
  private static final Duration TICK = Duration.ofSeconds(1);
  // A claim does not wait in the inbox while topics drain: that would delay the held entries.
  private static final Duration DRAINING_PAUSE = Duration.ofMillis(20);
  // The part of the shutdown time that is kept for giving back unanswered entries.
  private static final Duration GIVING_BACK_MAX = Duration.ofSeconds(1);
  // Idle threads end at once; a thread that takes longer hangs.
  private static final Duration ENDING_MAX = Duration.ofSeconds(1);

  // The code of a refusal by the client library, not by the broker.
  private static final String NOT_SENT = "NOT_SENT";

  private final Inbox inbox;
  private final EventPublisher publisher;
  private final MessageComposer composer;
  private final RelayObserver observer;
  private final InstantSource clock;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Queue<BiConsumer<RelayState, Instant>> answers = new ConcurrentLinkedQueue<>();

  // Guarded by the lock.
  private final RelayState state;
  private boolean isClaimerShortOfRoom;
  private boolean isClaimerShortOfHeld;
  private boolean isOpening;
  private @Nullable Throwable failure;

  private final RelayThread sender = thread("relay-sender", this::send);
  private final RelayThread claimer = thread("relay-claimer", this::claim);
  private final RelayThread settler = thread("relay-settler", this::settle);
  private final RelayThread watch = thread("relay-watch", this::watch);
  private final List<RelayThread> threads = List.of(sender, claimer, settler, watch);

  // Written by the sender. The sender, the watch thread and `stop` close it.
  private volatile @Nullable Producer producer;

  /// @param clock the clock that the inbox compares its dates with; need not be the wall clock
  /// @param random spreads retries
  public Relay(
      Inbox inbox,
      EventPublisher publisher,
      MessageComposer composer,
      RelayLimits limits,
      RelayObserver observer,
      InstantSource clock,
      RandomGenerator random) {
    this.inbox = inbox;
    this.publisher = publisher;
    this.composer = composer;
    this.observer = observer;
    this.clock = clock;
    this.state = new RelayState(limits, random);
  }

  /// Starts publishing. Returns at once, even when the broker is away.
  public void start() {
    threads.forEach(thread -> thread.start(clock.instant()));
  }

  /// The current state.
  public RelayStatus status() {
    lock.lock();
    try {
      return new RelayStatus(
          state.isConnected(),
          state.isStalled(),
          state.isInboxAway(),
          state.heldTopics().size(),
          state.heldTopics().entrySet().stream()
              .limit(RelayStatus.TOPICS_NAMED_MAX)
              .map(topic -> new RelayStatus.HeldTopic(topic.getKey(), topic.getValue()))
              .toList(),
          lastTurn(),
          Optional.ofNullable(failure));
    } finally {
      lock.unlock();
    }
  }

  /// Stops claiming and sending, waits for the messages in flight, gives the rest back to the inbox
  /// and closes the producer.
  ///
  /// @param timeout for all of this
  public Leftovers stop(Duration timeout) throws InterruptedException {
    long until = System.nanoTime() + timeout.toNanos();
    Duration givingBack = min(GIVING_BACK_MAX, timeout.dividedBy(4));
    tell((relay, _) -> {
      relay.stop();
      if (isOpening) {
        sender.interrupt();
      }
    });
    awaitSettled(until - givingBack.toNanos());
    closeProducer();
    tell((relay, _) -> relay.abandonInFlight());
    awaitSettled(until);
    Leftovers leftovers =
        decide((relay, _) -> {
          relay.end();
          return relay.leftovers();
        });
    long ended = System.nanoTime() + ENDING_MAX.toNanos();
    for (RelayThread thread : threads) {
      thread.join(Duration.ofNanos(ended - System.nanoTime()));
    }
    return leftovers;
  }

  /// Waits until nothing is in flight, claimed or unsettled, or until the given time.
  private void awaitSettled(long untilNanos) throws InterruptedException {
    lock.lock();
    try {
      while (!state.isEnded() && (state.isBusy() || claimer.isRunning())) {
        long left = untilNanos - System.nanoTime();
        if (left <= 0) {
          return;
        }
        changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  // ---- The threads

  private RelayThread thread(String name, RelayThread.Body body) {
    return new RelayThread(name, body, this::fail, this::threadEnded);
  }

  private void send() {
    while (true) {
      switch (turn(sender, RelayState::nextSend)) {
        case RelayStep.Open(long epoch) -> open(epoch);
        case RelayStep.Send(long epoch, List<Publishable> burst) -> send(epoch, burst);
        case RelayStep.Wait(Instant until) -> sender.pause(untilThen(until));
        case RelayStep.End() -> {
          closeProducer();
          return;
        }
      }
    }
  }

  private void open(long epoch) {
    closeProducer();
    if (!beginOpening()) {
      return;
    }
    try {
      producer = connect(epoch);
      tell(sender, (relay, now) -> relay.opened(epoch, now));
    } catch (BrokerException e) {
      tell(sender, (relay, now) -> relay.openFailed(epoch, e, now));
    } catch (InterruptedException e) {
      BrokerException cause =
          new BrokerException.Unavailable("cannot connect the broker: interrupted", e);
      tell(sender, (relay, now) -> relay.openFailed(epoch, cause, now));
    }
  }

  private Producer connect(long epoch) throws BrokerException, InterruptedException {
    try {
      return publisher.open(new Listener(epoch));
    } finally {
      endOpening();
    }
  }

  /// Whether the relay still runs. [#stop] interrupts the sender only while it connects; at another
  /// time an interrupt could break what it is doing.
  private boolean beginOpening() {
    lock.lock();
    try {
      isOpening = state.isRunning();
      return isOpening;
    } finally {
      lock.unlock();
    }
  }

  private void endOpening() {
    lock.lock();
    try {
      isOpening = false;
      // Clear an interrupt that came too late, so that it does not hit the next call.
      Thread.interrupted();
    } finally {
      lock.unlock();
    }
  }

  private void send(long epoch, List<Publishable> burst) {
    Producer current = producer;
    try {
      if (current == null) {
        throw new BrokerException.Unavailable("cannot send: the producer is closed", null);
      }
      for (int i = 0; i < burst.size(); i++) {
        send(epoch, current, burst.get(i), i == burst.size() - 1);
      }
    } catch (BrokerException.Unavailable e) {
      tell(sender, (relay, now) -> relay.lost(epoch, text(e), now));
    }
  }

  private void send(long epoch, Producer current, Publishable entry, boolean last)
      throws BrokerException.Unavailable {
    try {
      current.send(entry.sequence(), entry.message(), last);
    } catch (BrokerException.Unavailable e) {
      throw e;
    } catch (BrokerException e) {
      // Only this message failed. Replacing the producer would not help: it would fail again.
      Refusal refusal = new Refusal(Refusal.Kind.PERMANENT, NOT_SENT, text(e));
      tell(sender, (relay, now) -> relay.refused(epoch, entry.sequence(), refusal, now));
    }
  }

  private void claim() throws InterruptedException {
    while (true) {
      RelayStep.ForClaimer step =
          turn(
              claimer,
              (relay, now) -> {
                RelayStep.ForClaimer next = relay.nextClaim(now);
                isClaimerShortOfRoom = next instanceof RelayStep.Wait && relay.room() == 0;
                isClaimerShortOfHeld = false;
                return next;
              });
      try {
        switch (step) {
          case RelayStep.FindBacklogs(boolean makesRefusedDue) -> findBacklogs(makesRefusedDue);
          case RelayStep.ClaimAny(int max, Duration patience) -> claimAny(max, patience);
          case RelayStep.ClaimHeld(String behind, int max) -> {
            String topic = HeldBehind.of(behind).topic();
            List<ComposedMessage> entries =
                inbox.claimHeld(behind, max).stream()
                    .map(entry -> composer.compose(entry, topic))
                    .toList();
            tell(claimer, (relay, _) -> relay.heldClaimed(entries, max));
          }
          case RelayStep.Wait(Instant until) -> claimer.pause(untilThen(until));
          case RelayStep.End() -> {
            return;
          }
        }
      } catch (InboxException e) {
        tell(claimer, (relay, now) -> relay.claimFailed(e, now));
      }
    }
  }

  private void findBacklogs(boolean makesRefusedDue) throws InboxException {
    Set<String> behind = inbox.heldBehind();
    if (makesRefusedDue) {
      try {
        inbox.makeRefusedDue();
      } catch (InboxException e) {
        tell(claimer, (relay, now) -> relay.refusedDueFailed(e, now));
        return;
      }
    }
    tell(claimer, (relay, _) -> relay.backlogsFound(behind));
  }

  private void claimAny(int max, Duration patience) throws InboxException, InterruptedException {
    Instant begunAt = clock.instant();
    List<ComposedMessage> entries = compose(inbox.claim(max, patience));
    boolean isPausing =
        turn(
            claimer,
            (relay, _) -> {
              relay.claimed(entries, max, begunAt);
              isClaimerShortOfHeld =
                  entries.isEmpty() && patience.isZero() && !relay.isAskingForHeld();
              return isClaimerShortOfHeld;
            });
    if (isPausing) {
      claimer.pause(DRAINING_PAUSE);
    }
  }

  /// Composes entries that are not held. One that was refused may be the trial entry of a topic.
  private List<ComposedMessage> compose(List<Claim> claims) {
    Map<Long, String> trials =
        claims.stream().anyMatch(Relay::wasRefused)
            ? decide((relay, _) -> relay.trialTopics())
            : Map.of();
    return claims.stream()
        .map(claim -> composer.compose(claim, trials.get(claim.sequence())))
        .toList();
  }

  private static boolean wasRefused(Claim claim) {
    return claim instanceof Claim.Intact(InboxEntry entry) && entry.refusals() > 0;
  }

  private void settle() {
    while (true) {
      switch (turn(settler, RelayState::nextSettle)) {
        case RelayStep.Settle(List<Settlement> marks) -> {
          try {
            inbox.settle(marks);
            tell(settler, RelayState::marksStored);
          } catch (InboxException e) {
            tell(settler, (relay, now) -> relay.marksFailed(e, now));
          }
        }
        case RelayStep.Wait(Instant until) -> settler.pause(untilThen(until));
        case RelayStep.End() -> {
          return;
        }
      }
    }
  }

  /// A broker that does not answer can block the sender, so another thread watches.
  private void watch() {
    while (true) {
      Producer watched = producer;
      boolean isSilent = turn(watch, RelayState::giveUpSilent);
      if (isSilent && watched != null) {
        watched.close();
      }
      if (decide((relay, _) -> relay.isEnded())) {
        return;
      }
      watch.pause(TICK);
    }
  }

  // ---- Shared by the threads

  /// Lets a thread of the relay decide, and notes that it is alive.
  private <T> T turn(RelayThread thread, BiFunction<RelayState, Instant, T> decision) {
    thread.turned(clock.instant());
    return decide(decision);
  }

  private void tell(RelayThread thread, BiConsumer<RelayState, Instant> news) {
    thread.turned(clock.instant());
    tell(news);
  }

  private void tell(BiConsumer<RelayState, Instant> news) {
    decide((relay, now) -> {
      news.accept(relay, now);
      return relay;
    });
  }

  /// Tells the state all answers of the broker, then lets it decide, both under the lock. The
  /// observer is called after the lock is released.
  private <T> T decide(BiFunction<RelayState, Instant, T> decision) {
    T decided;
    List<Consumer<RelayObserver>> notes;
    lock.lock();
    try {
      Instant now = clock.instant();
      for (BiConsumer<RelayState, Instant> answer = answers.poll();
          answer != null;
          answer = answers.poll()) {
        answer.accept(state, now);
      }
      decided = decision.apply(state, now);
      notes = state.takeNotes();
      wakeOthers(now);
    } finally {
      lock.unlock();
    }
    notes.forEach(note -> note.accept(observer));
    return decided;
  }

  /// Wakes the threads that have something to do. Never the current thread: it looks again before
  /// it sleeps.
  private void wakeOthers(Instant now) {
    wake(sender, state.isSenderWanted(now));
    wake(settler, state.isSettlerWanted(now));
    wake(
        claimer,
        !state.isRunning()
            || (isClaimerShortOfRoom && state.room() > 0)
            || (isClaimerShortOfHeld && state.isAskingForHeld()));
    wake(watch, state.isEnded());
    if (!state.isRunning()) {
      changed.signalAll();
    }
  }

  private static void wake(RelayThread thread, boolean isWanted) {
    if (isWanted && !thread.isCurrent()) {
      thread.wake();
    }
  }

  private void closeProducer() {
    Producer closing = producer;
    if (closing != null) {
      closing.close();
      producer = null;
    }
  }

  private Duration untilThen(Instant until) {
    Instant now = clock.instant();
    // A duration cannot hold the distance to [Instant#MAX].
    return until.isAfter(now.plus(TICK)) ? TICK : Duration.between(now, until);
  }

  private static String text(BrokerException cause) {
    return String.valueOf(cause.getMessage());
  }

  private static Duration min(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  /// Ignores the sender while it connects: the missing connection is reported instead.
  private Instant lastTurn() {
    return threads.stream()
        .filter(thread -> thread != sender || !isOpening)
        .map(RelayThread::lastTurn)
        .min(Instant::compareTo)
        .orElseThrow();
  }

  private void fail(Throwable bug) {
    lock.lock();
    try {
      // A thread that does not end in time is interrupted, which is not a bug.
      if (state.isEnded()) {
        return;
      }
      failure = bug;
      state.end();
    } finally {
      lock.unlock();
    }
    threads.forEach(RelayThread::wake);
    observer.died(bug);
    closeProducer();
  }

  private void threadEnded() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Queues the answers to one producer. It never blocks the client library's thread.
  private final class Listener implements ProducerListener {
    private final long epoch;

    Listener(long epoch) {
      this.epoch = epoch;
    }

    @Override
    public void acknowledged(long correlation) {
      tell((relay, now) -> relay.acknowledged(epoch, correlation, now));
    }

    @Override
    public void refused(long correlation, Refusal refusal) {
      tell((relay, now) -> relay.refused(epoch, correlation, refusal, now));
    }

    @Override
    public void connectionChanged(boolean up) {
      tell((relay, now) -> relay.connectionChanged(epoch, up, now));
    }

    @Override
    public void lost(BrokerException cause) {
      tell((relay, now) -> relay.lost(epoch, text(cause), now));
    }

    private void tell(BiConsumer<RelayState, Instant> answer) {
      answers.add(answer);
      sender.wake();
    }
  }
}
