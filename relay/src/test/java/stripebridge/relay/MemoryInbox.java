package stripebridge.relay;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import stripebridge.core.event.EventId;
import stripebridge.core.inbox.Appended;
import stripebridge.core.inbox.Claim;
import stripebridge.core.inbox.Inbox;
import stripebridge.core.inbox.InboxAdmin.Answer;
import stripebridge.core.inbox.InboxAdmin.Outcome;
import stripebridge.core.inbox.InboxCounts;
import stripebridge.core.inbox.InboxEntry;
import stripebridge.core.inbox.InboxException;
import stripebridge.core.inbox.KnownEvent;
import stripebridge.core.inbox.Placement;
import stripebridge.core.inbox.ReceivedEvent;
import stripebridge.core.inbox.Settlement;
import stripebridge.core.testing.Operator;

/// An inbox in the heap that can be made to fail. Thread-safe.
final class MemoryInbox implements Inbox {
  /// Operations that can be made to fail.
  enum Action {
    CLAIM,
    MAKE_DUE,
    SETTLE
  }

  enum State {
    FREE(true),
    CLAIMED(true),
    HELD(true),
    DELAYED(true),
    PUBLISHED(false),
    PARKED(false),
    DISCARDED(false);

    private final boolean isWaiting;

    State(boolean isWaiting) {
      this.isWaiting = isWaiting;
    }
  }

  private static final class Kept {
    final ReceivedEvent event;
    State state = State.FREE;
    String topic = "";
    Instant at = Instant.MIN;
    int refusals;
    int permanentRefusals;
    String reason = "";
    @Nullable String damage;

    Kept(ReceivedEvent event) {
      this.event = event;
    }
  }

  private final InstantSource clock;
  private final TreeMap<Long, Kept> entries = new TreeMap<>();
  private final Map<String, Long> sequences = new HashMap<>();
  private final Map<String, String> memos = new HashMap<>();
  private final Set<Action> failing = EnumSet.noneOf(Action.class);
  private @Nullable RuntimeException bug;
  private int waitingMax = Integer.MAX_VALUE;

  MemoryInbox(InstantSource clock) {
    this.clock = clock;
  }

  synchronized void hold(int max) {
    waitingMax = max;
  }

  @Override
  public synchronized Appended append(ReceivedEvent event) {
    Placement place = Placement.of(event, this::held);
    if (place instanceof Placement.Known) {
      return Appended.DUPLICATE;
    }
    if (waiting().count() >= waitingMax) {
      return Appended.FULL;
    }
    return switch (place) {
      case Placement.New _ -> {
        keep(event);
        notifyAll();
        yield Appended.STORED;
      }
      case Placement.Conflict(EventId id, KnownEvent _) -> {
        keep(event.withId(id)).state = State.PARKED;
        yield Appended.conflict(id);
      }
      case Placement.Known _, Placement.Exhausted _ -> Appended.ID_EXHAUSTED;
    };
  }

  private Kept keep(ReceivedEvent event) {
    long sequence = entries.size() + 1L;
    Kept kept = new Kept(event);
    entries.put(sequence, kept);
    sequences.put(event.id().text(), sequence);
    return kept;
  }

  private Optional<KnownEvent> held(String id) {
    return Optional.ofNullable(sequences.get(id))
        .map(entries::get)
        .map(kept -> new KnownEvent(kept.event.type().text(), kept.event.objectId()));
  }

  private Stream<Kept> waiting() {
    return entries.values().stream().filter(kept -> kept.state.isWaiting);
  }

  @Override
  public void probe() {}

  synchronized void appendDamaged(ReceivedEvent event, String damage) {
    append(event);
    entries.lastEntry().getValue().damage = damage;
  }

  synchronized void fail(Action action) {
    failing.add(action);
  }

  synchronized void work() {
    failing.clear();
    notifyAll();
  }

  /// Every claim throws this from now on.
  synchronized void breakWith(RuntimeException exception) {
    bug = exception;
    notifyAll();
  }

  @Override
  public synchronized List<Claim> claim(int max, Duration wait)
      throws InboxException, InterruptedException {
    long deadline = System.nanoTime() + wait.toNanos();
    List<Claim> claimed = take(max, this::isClaimable);
    while (claimed.isEmpty() && System.nanoTime() < deadline) {
      // The test's own clock may make an entry due.
      TimeUnit.MILLISECONDS.timedWait(this, Math.min(20, wait.toMillis()));
      claimed = take(max, this::isClaimable);
    }
    return claimed;
  }

  private boolean isClaimable(Kept kept) {
    return kept.state == State.FREE || (kept.state == State.DELAYED && isDue(kept.at));
  }

  private boolean isDue(Instant at) {
    Instant now = clock.instant();
    return !at.isAfter(now) || at.isAfter(now.plus(DATE_AHEAD_MAX));
  }

  @Override
  public synchronized List<Claim> claimHeld(String behind, int max) throws InboxException {
    return take(max, kept -> kept.state == State.HELD && kept.topic.equals(behind));
  }

  @Override
  public synchronized void makeRefusedDue() throws InboxException {
    failIfTold(Action.MAKE_DUE);
    entries.values().stream()
        .filter(kept -> kept.state == State.DELAYED && kept.refusals > kept.permanentRefusals)
        .forEach(kept -> kept.at = clock.instant());
  }

  private List<Claim> take(int max, Predicate<Kept> which) throws InboxException {
    if (bug != null) {
      throw bug;
    }
    failIfTold(Action.CLAIM);
    List<Claim> claims = new ArrayList<>();
    for (Map.Entry<Long, Kept> entry : entries.entrySet()) {
      Kept kept = entry.getValue();
      if (claims.size() < max && which.test(kept)) {
        kept.state = State.CLAIMED;
        claims.add(
            kept.damage == null
                ? new Claim.Intact(
                    new InboxEntry(
                        entry.getKey(), kept.event, kept.refusals, kept.permanentRefusals))
                : new Claim.Damaged(entry.getKey(), kept.event.id().text(), kept.damage));
      }
    }
    return claims;
  }

  @Override
  public synchronized Set<String> heldBehind() throws InboxException {
    failIfTold(Action.CLAIM);
    return entries.values().stream()
        .filter(kept -> kept.state == State.HELD)
        .map(kept -> kept.topic)
        .collect(Collectors.toSet());
  }

  @Override
  public synchronized void settle(Collection<? extends Settlement> settlements)
      throws InboxException {
    failIfTold(Action.SETTLE);
    for (Settlement settlement : settlements) {
      Kept kept = kept(settlement.sequence());
      if (kept.state == State.CLAIMED) {
        settle(kept, settlement);
      }
    }
    notifyAll();
  }

  private static void settle(Kept kept, Settlement settlement) {
    switch (settlement) {
      case Settlement.Published _ -> kept.state = State.PUBLISHED;
      case Settlement.Refused refused -> {
        kept.state = State.DELAYED;
        kept.topic = "";
        kept.at = refused.at();
        kept.refusals++;
        kept.permanentRefusals += refused.isPermanent() ? 1 : 0;
        kept.reason = refused.reason();
      }
      case Settlement.Held held -> {
        kept.state = State.HELD;
        kept.topic = held.behind();
      }
      case Settlement.RefusedAndHeld refused -> {
        kept.state = State.HELD;
        kept.topic = refused.behind();
        kept.refusals++;
        kept.reason = refused.reason();
      }
      case Settlement.Released _ -> kept.state = kept.topic.isEmpty() ? State.FREE : State.HELD;
      case Settlement.Parked parked -> {
        kept.state = State.PARKED;
        kept.reason = parked.reason() + " " + parked.detail();
      }
    }
  }

  private void failIfTold(Action action) throws InboxException {
    if (failing.contains(action)) {
      throw new InboxException.Unavailable("cannot " + action + ": told so", new Exception());
    }
  }

  /// The owner died: its claimed entries can be claimed again.
  synchronized void crash() {
    for (Kept kept : entries.values()) {
      if (kept.state == State.CLAIMED) {
        kept.state = kept.topic.isEmpty() ? State.FREE : State.HELD;
      }
    }
  }

  /// Changes an entry as an operator would.
  ///
  /// @return false when it is claimed
  synchronized boolean discard(long sequence) {
    Kept kept = kept(sequence);
    boolean isAway = kept.state == State.DELAYED || kept.state == State.HELD;
    if (isAway) {
      kept.state = State.DISCARDED;
    }
    return isAway;
  }

  Operator operator() {
    return new Operator() {
      @Override
      public Answer retry(String eventId) {
        return change(eventId, MemoryInbox.this::retry);
      }

      @Override
      public Answer retryAllParked() {
        return MemoryInbox.this.retryAllParked();
      }

      @Override
      public Answer discard(String eventId) {
        return change(eventId, MemoryInbox::discard);
      }
    };
  }

  private synchronized Answer change(String eventId, Function<Kept, Outcome> change) {
    Long sequence = sequences.get(eventId);
    Outcome outcome = sequence == null ? Outcome.NOT_FOUND : change.apply(kept(sequence));
    notifyAll();
    return new Answer(outcome, outcome == Outcome.DONE ? 1 : 0);
  }

  private Outcome retry(Kept kept) {
    boolean isDated = kept.state == State.DELAYED && kept.at.isAfter(clock.instant());
    if (kept.state == State.PARKED) {
      unpark(kept);
    } else if (isDated) {
      kept.at = clock.instant();
    } else {
      return Outcome.NOT_APPLICABLE;
    }
    return Outcome.DONE;
  }

  private static void unpark(Kept kept) {
    kept.state = State.FREE;
    kept.topic = "";
    kept.refusals = 0;
    kept.permanentRefusals = 0;
  }

  private synchronized Answer retryAllParked() {
    List<Kept> parked =
        entries.values().stream().filter(kept -> kept.state == State.PARKED).toList();
    parked.forEach(MemoryInbox::unpark);
    notifyAll();
    return new Answer(Outcome.DONE, parked.size());
  }

  private static Outcome discard(Kept kept) {
    return switch (kept.state) {
      case CLAIMED -> Outcome.IN_FLIGHT;
      case PUBLISHED, DISCARDED -> Outcome.NOT_APPLICABLE;
      case FREE, HELD, DELAYED, PARKED -> {
        kept.state = State.DISCARDED;
        yield Outcome.DONE;
      }
    };
  }

  private Kept kept(long sequence) {
    Kept kept = entries.get(sequence);
    if (kept == null) {
      throw new IllegalArgumentException("no entry " + sequence);
    }
    return kept;
  }

  synchronized int size() {
    return entries.size();
  }

  synchronized State state(long sequence) {
    return kept(sequence).state;
  }

  /// Why an entry is parked or was refused.
  synchronized String reason(long sequence) {
    return kept(sequence).reason;
  }

  synchronized Map<State, Long> states() {
    return entries.values().stream()
        .collect(Collectors.groupingBy(kept -> kept.state, Collectors.counting()));
  }

  @Override
  public synchronized String memo(String name) {
    return memos.getOrDefault(name, "");
  }

  @Override
  public synchronized boolean replaceMemo(String name, String before, String after) {
    if (!memo(name).equals(before)) {
      return false;
    }
    memos.put(name, after);
    return true;
  }

  @Override
  public synchronized InboxCounts counts() {
    return new InboxCounts(
        waiting().count(),
        states().getOrDefault(State.PARKED, 0L),
        waiting().findFirst().map(kept -> kept.event.receivedAt()));
  }

  @Override
  public Optional<Throwable> failure() {
    return Optional.empty();
  }

  @Override
  public void close() {}
}
