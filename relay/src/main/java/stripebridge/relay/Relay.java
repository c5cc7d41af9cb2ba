package stripebridge.relay;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
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
import stripebridge.core.inbox.Inbox;
import stripebridge.core.inbox.InboxException;
import stripebridge.core.inbox.Settlement;
import stripebridge.relay.ComposedMessage.Publishable;

/// Takes entries from the inbox to the broker, and settles each as the broker answers. The single
/// owner of publishing: at most one message of a topic is in flight, so that a topic keeps its
/// order.
///
/// What it decides is in [RelayState]; here are the threads that carry it out. Neither the broker
/// nor the inbox being away ends them; they try until they can. `docs/concurrency.md` draws them.
///
/// Thread-safe. Started and stopped once.
public final class Relay {
  // No thread is silent for longer, unless the inbox or the broker keeps it.
  private static final Duration TICK = Duration.ofSeconds(1);
  // While topics are drained nobody waits in the inbox for new entries, which would delay them.
  private static final Duration DRAINING_PAUSE = Duration.ofMillis(20);
  // What is kept of the time to stop for giving back what was not answered.
  private static final Duration GIVING_BACK_MAX = Duration.ofSeconds(1);
  // Threads that have nothing to do end at once; the others hang.
  private static final Duration ENDING_MAX = Duration.ofSeconds(1);

  // The code of a refusal that is the client's, not the broker's.
  private static final String NOT_SENT = "NOT_SENT";

  private final Inbox inbox;
  private final EventPublisher publisher;
  private final MessageComposer composer;
  private final RelayObserver observer;
  private final InstantSource clock;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Queue<BiConsumer<RelayState, Instant>> answers = new ConcurrentLinkedQueue<>();

  // Guarded by the lock, each of them.
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

  // Written by the sender, closed by whoever gives it up.
  private volatile @Nullable Producer producer;

  /// @param clock need not be the wall clock, but what dates of the inbox are compared with
  /// @param random spreads what is tried again
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

  /// Begins to publish. Returns at once; the broker need not be there.
  public void start() {
    threads.forEach(thread -> thread.start(clock.instant()));
  }

  /// How it is now.
  public RelayStatus status() {
    lock.lock();
    try {
      return new RelayStatus(
          state.isConnected(),
          state.isStalled(),
          state.isInboxAway(),
          state.heldTopics().size(),
          state.heldTopics().stream().limit(RelayStatus.TOPICS_NAMED_MAX).toList(),
          lastTurn(),
          Optional.ofNullable(failure));
    } finally {
      lock.unlock();
    }
  }

  /// Claims and sends nothing more, waits for what is in flight, gives the rest back to the inbox
  /// and closes the producer.
  ///
  /// @param timeout for all of it
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

  /// Waits until nothing is in flight, claimed or unmarked, or until then.
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
      var cause = new BrokerException.Unavailable("cannot connect the broker: interrupted", e);
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

  /// Whether the relay still runs. Who stops it interrupts the sender only while it connects: an
  /// interrupt at another time could break what it is doing.
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
      // It may have come too late to be noticed, and must not reach what is done next.
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
      // Of no other message: were the producer replaced, this one would go with it each time.
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
          case RelayStep.FindHeldTopics() -> {
            Set<String> topics = inbox.heldTopics();
            tell(claimer, (relay, _) -> relay.heldTopicsFound(topics));
          }
          case RelayStep.ClaimAny(int max, Duration patience) -> claimAny(max, patience);
          case RelayStep.ClaimHeld(String topic, int max) -> {
            List<ComposedMessage> entries = compose(inbox.claimHeld(topic, max));
            tell(claimer, (relay, _) -> relay.heldClaimed(topic, entries));
          }
          case RelayStep.Wait(Instant until) -> claimer.pause(untilThen(until));
          case RelayStep.End() -> {
            return;
          }
        }
      } catch (InboxException e) {
        tell(claimer, (relay, now) -> relay.claimFailed(step, e, now));
      }
    }
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

  private List<ComposedMessage> compose(List<Claim> claims) {
    return claims.stream().map(composer::compose).toList();
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

  /// The sender may be kept by a broker that does not answer: somebody else has to notice.
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

  // ---- What they share

  /// What a thread of the relay decides, or has to tell.
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

  /// Lets the state decide under the lock, after it was told all that the broker has answered. What
  /// is to be said is said when the lock is free again.
  private <T> T decide(BiFunction<RelayState, Instant, T> decision) {
    T decided;
    List<Consumer<RelayObserver>> notes;
    lock.lock();
    try {
      Instant now = clock.instant();
      for (var answer = answers.poll(); answer != null; answer = answers.poll()) {
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

  /// Wakes who has something to do now. Never the thread that is here: it looks again before it
  /// sleeps.
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
    // Far dates are beyond what a duration can be.
    return until.isAfter(now.plus(TICK)) ? TICK : Duration.between(now, until);
  }

  private static String text(BrokerException cause) {
    return String.valueOf(cause.getMessage());
  }

  private static Duration min(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  /// While the sender connects, it is the missing connection that is to be told.
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
      // Who does not end when told to is interrupted; that is no bug.
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

  /// Notes what one producer says. The client's own thread is never kept.
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
