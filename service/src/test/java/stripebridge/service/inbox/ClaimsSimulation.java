package stripebridge.service.inbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import stripebridge.core.event.EventId;
import stripebridge.core.event.EventType;
import stripebridge.core.inbox.Claim;
import stripebridge.core.inbox.EntryState;
import stripebridge.core.inbox.InboxEntry;
import stripebridge.core.inbox.ParkReason;
import stripebridge.core.inbox.ReceivedEvent;
import stripebridge.core.inbox.Settlement;

/// One random run of [InboxClaims] and [EntryClaimer]: a file, its writer, operators and a relay,
/// any of which may act between two steps of a claim.
///
/// The model is a map of rows and the set of claimed sequences. A claimed entry must not be claimed
/// already, must match its row, and must come in sequence if it was never tried.
final class ClaimsSimulation {
  private static final int RECENT_MAX = 3;
  private static final int WAITING_MAX = 20;
  private static final String[] TOPICS = {"a", "b"};

  /// A row of the file.
  private record Row(EntryState state, long dueAt, @Nullable String held) {
    static final Row FREE = new Row(EntryState.WAITING, 0, null);

    boolean isFree() {
      return equals(FREE);
    }

    boolean isDue(long now) {
      return state == EntryState.WAITING && dueAt > 0 && dueAt <= now && held == null;
    }

    boolean isHeld(String topic) {
      return state == EntryState.WAITING && topic.equals(held);
    }
  }

  private enum Phase {
    /// Not visible to others.
    WRITTEN,
    /// Visible in the file; the claims are not updated.
    COMMITTED
  }

  /// The writer's current transaction.
  private static final class Transaction {
    final Map<Long, Row> rows = new TreeMap<>();
    final List<Long> appended = new ArrayList<>();
    final List<List<Settlement>> settled = new ArrayList<>();
    final List<OperatorRequests.Changed> changed = new ArrayList<>();
    final List<Long> repaired = new ArrayList<>();
    long waitingBefore;
    long parkedBefore;
    boolean isOperators;
    boolean isRepair;
    Phase phase = Phase.WRITTEN;
  }

  private final RandomGenerator random;
  private final TreeMap<Long, Row> file = new TreeMap<>();
  private final Set<Long> claimed = new HashSet<>();
  private final Set<Long> claimedOnce = new HashSet<>();
  private final Set<Long> disturbed = new HashSet<>();
  private EntryClaimer claimer = new EntryClaimer(new ReadRows(), this::decide);
  private InboxClaims claims = new InboxClaims(0, 0, 0, RECENT_MAX);
  private @Nullable Transaction transaction;
  private long now = 1_000;
  private long lastSequence;
  private long lastFirstClaim;
  private boolean isFaulty = true;
  private boolean isInterleaving;

  /// Whether a claim is running that is neither interleaved nor made to fail.
  private boolean isQuiet;

  ClaimsSimulation(RandomGenerator random) {
    this.random = random;
  }

  void run(int steps) throws SQLException {
    for (int i = 0; i < steps; i++) {
      switch (random.nextInt(10)) {
        case 0, 1, 2, 3, 4 -> writerStep();
        case 5, 6, 7 -> claim();
        case 8 -> claimHeld(TOPICS[random.nextInt(TOPICS.length)]);
        default -> otherStep();
      }
      checkCounts();
    }
  }

  /// Without further faults, events or requests, every waiting entry must come, and each only once.
  void settleDown() throws SQLException {
    isFaulty = false;
    for (int i = 0; i < 10_000 && !isDone(); i++) {
      finishTransaction();
      now += 100;
      claim();
      for (String topic : TOPICS) {
        claimHeld(topic);
      }
      settle(claimed.stream().map(Settlement.Published::new).toList());
      finishTransaction();
      checkCounts();
    }
    assertThat(file).noneSatisfy((_, row) -> assertThat(row.state()).isEqualTo(EntryState.WAITING));
    assertThat(claims.claimedOrTaken()).isZero();
  }

  private boolean isDone() {
    return transaction == null
        && claimed.isEmpty()
        && file.values().stream().noneMatch(row -> row.state() == EntryState.WAITING);
  }

  private void checkCounts() {
    if (transaction == null) {
      check(
          claims.waiting() == count(EntryState.WAITING),
          "the count of waiting entries matches the file",
          claims.waiting());
      check(
          claims.parked() == count(EntryState.PARKED),
          "the count of parked entries matches the file",
          claims.parked());
    }
  }

  /// Without AssertJ: this runs millions of times.
  private static void check(boolean holds, String what, @Nullable Object seen) {
    if (!holds) {
      throw new AssertionError("not so: " + what + ": " + seen);
    }
  }

  private long count(EntryState state) {
    long count = 0;
    for (Row row : file.values()) {
      count += row.state() == state ? 1 : 0;
    }
    return count;
  }

  // ---- The relay

  private void claim() {
    int max = 1 + random.nextInt(6);
    boolean mayBeQuiet = transaction == null && chance(0.3);
    List<Long> free = sequences(Row::isFree);
    List<Long> due = sequences(row -> row.isDue(now));
    isQuiet = mayBeQuiet;
    List<Claim> found;
    try {
      found = claimer.claim(max);
    } catch (SQLException e) {
      return;
    } finally {
      isQuiet = false;
    }
    check(found.size() <= max, "no more than max", found);
    List<Long> freeClaimed = new ArrayList<>();
    long before = 0;
    for (Claim claim : found) {
      check(claim.sequence() > before, "in the order of sequences", found);
      before = claim.sequence();
      Row row = row(claim.sequence());
      check(row.isFree() || row.isDue(now), "free or due", row);
      addClaim(claim.sequence());
      if (row.isFree()) {
        freeClaimed.add(claim.sequence());
        checkOrder(claim.sequence());
      }
    }
    if (mayBeQuiet) {
      assertThat(found).hasSize(Math.min(max, free.size() + due.size()));
      assertThat(freeClaimed).isEqualTo(free.subList(0, freeClaimed.size()));
    }
  }

  private List<Long> sequences(Predicate<Row> which) {
    return file.entrySet().stream()
        .filter(entry -> which.test(entry.getValue()) && !claimed.contains(entry.getKey()))
        .map(Map.Entry::getKey)
        .toList();
  }

  private void claimHeld(String topic) {
    List<Claim> found;
    try {
      found = claimer.claimHeld(topic, 1 + random.nextInt(4));
    } catch (SQLException e) {
      return;
    }
    for (Claim claim : found) {
      check(row(claim.sequence()).isHeld(topic), "held behind its topic", claim.sequence());
      addClaim(claim.sequence());
    }
  }

  private void addClaim(long sequence) {
    check(claimed.add(sequence), "one claimer at a time", sequence);
  }

  private void checkOrder(long sequence) {
    if (claimedOnce.add(sequence) && !disturbed.contains(sequence)) {
      check(sequence > lastFirstClaim, "claimed in sequence", sequence);
      lastFirstClaim = sequence;
    }
  }

  private Row row(long sequence) {
    Row row = file.get(sequence);
    if (row == null) {
      throw new AssertionError(sequence + " is not in the file");
    }
    return row;
  }

  // ---- The writer

  private void writerStep() {
    Transaction current = transaction;
    if (current == null) {
      switch (random.nextInt(4)) {
        case 0, 1 -> append();
        case 2 -> settleSome();
        default -> {
          if (chance(0.2)) {
            repair();
          } else {
            operate();
          }
        }
      }
    } else if (current.phase == Phase.WRITTEN) {
      if (isFaulty && chance(0.15)) {
        rollBack(current);
      } else {
        file.putAll(current.rows);
        current.phase = Phase.COMMITTED;
      }
    } else {
      updateClaims(current);
    }
  }

  private void finishTransaction() {
    while (transaction != null) {
      writerStep();
    }
  }

  private void append() {
    Transaction begun = begin();
    // A backlog a few times larger than the heap keeps is as good as a huge one.
    int most = claims.waiting() > WAITING_MAX ? 1 : 4;
    for (int i = random.nextInt(most); i > 0; i--) {
      lastSequence++;
      begun.appended.add(lastSequence);
      // Some are parked from the start, since their id belongs to another event.
      begun.rows.put(lastSequence, chance(0.1) ? new Row(EntryState.PARKED, 0, null) : Row.FREE);
    }
    if (chance(0.3)) {
      addSettlements(begun, someSettlements());
    }
  }

  private void settleSome() {
    settle(someSettlements());
  }

  private void settle(List<? extends Settlement> settlements) {
    addSettlements(begin(), settlements);
  }

  private void addSettlements(Transaction begun, List<? extends Settlement> settlements) {
    List<Settlement> ours = claims.beginSettling(settlements);
    begun.settled.add(ours);
    for (Settlement settlement : ours) {
      Row before = row(settlement.sequence());
      if (before.dueAt() > 0) {
        // Given by its date, it was given claimed of turn.
        disturbed.add(settlement.sequence());
      }
      Row after =
          switch (settlement) {
            case Settlement.Published _ -> new Row(EntryState.PUBLISHED, 0, null);
            case Settlement.Parked _ -> new Row(EntryState.PARKED, 0, null);
            case Settlement.Refused(long _, Instant at, String _, boolean _) ->
                new Row(EntryState.WAITING, at.toEpochMilli(), null);
            case Settlement.Held(long _, String topic) -> new Row(EntryState.WAITING, 0, topic);
            case Settlement.RefusedAndHeld(long _, String topic, String _) ->
                new Row(EntryState.WAITING, 0, topic);
            case Settlement.Released _ -> before.dueAt() > 0 ? Row.FREE : before;
          };
      begun.rows.put(settlement.sequence(), after);
    }
  }

  /// Includes settlements of unclaimed entries, and two of the same entry.
  private List<Settlement> someSettlements() {
    List<Settlement> settlements = new ArrayList<>();
    for (long sequence : claimed) {
      if (chance(0.5)) {
        settlements.add(settlement(sequence));
      }
      if (chance(0.05)) {
        settlements.add(settlement(sequence));
      }
    }
    // Not within a claim: the relay cannot know an entry before `claim` returns it.
    if (lastSequence > 0 && !isInterleaving && chance(0.1)) {
      long sequence = 1 + random.nextLong(lastSequence);
      if (!claimed.contains(sequence)) {
        settlements.add(settlement(sequence));
      }
    }
    return settlements;
  }

  private Settlement settlement(long sequence) {
    Row row = file.get(sequence);
    return switch (random.nextInt(5)) {
      case 0 -> new Settlement.Published(sequence);
      case 1 ->
          new Settlement.Refused(
              sequence, Instant.ofEpochMilli(now + random.nextInt(40)), "no", chance(0.5));
      case 2 -> new Settlement.Held(sequence, TOPICS[random.nextInt(TOPICS.length)]);
      case 3 ->
          // The relay releases only entries that it has not tried.
          row != null && (row.isFree() || row.isDue(now))
              ? new Settlement.Released(sequence)
              : new Settlement.Published(sequence);
      default -> new Settlement.Parked(sequence, ParkReason.REFUSED, "no");
    };
  }

  private void operate() {
    Transaction begun = begin();
    begun.isOperators = true;
    for (int i = random.nextInt(3); i >= 0 && lastSequence > 0; i--) {
      long sequence = 1 + random.nextLong(lastSequence);
      Row row = begun.rows.getOrDefault(sequence, file.get(sequence));
      if (row != null) {
        operate(begun, sequence, row, chance(0.5));
      }
    }
  }

  private void operate(Transaction begun, long sequence, Row row, boolean isRetry) {
    EntryState from = row.state();
    boolean isApplicable =
        switch (from) {
          case PARKED -> true;
          case WAITING -> (!isRetry || row.dueAt() > now) && claims.take(sequence, row.isFree());
          case PUBLISHED, DISCARDED -> false;
        };
    if (!isApplicable) {
      return;
    }
    disturbed.add(sequence);
    EntryState to = isRetry ? EntryState.WAITING : EntryState.DISCARDED;
    begun.rows.put(sequence, isRetry ? new Row(to, 1, null) : new Row(to, 0, null));
    begun.changed.add(new OperatorRequests.Changed(sequence, from, to));
  }

  /// Repairs unclaimed rows that are damaged or missing from an index.
  private void repair() {
    Transaction begun = begin();
    begun.isRepair = true;
    for (int i = random.nextInt(3); i >= 0 && lastSequence > 0; i--) {
      long sequence = 1 + random.nextLong(lastSequence);
      Row row = begun.rows.getOrDefault(sequence, file.get(sequence));
      if (row != null && claims.take(sequence, row.isFree())) {
        boolean wasHeld = row.held() != null && chance(0.5);
        disturbed.add(sequence);
        begun.repaired.add(sequence);
        begun.rows.put(
            sequence,
            wasHeld ? new Row(EntryState.WAITING, 1, null) : new Row(EntryState.PARKED, 0, null));
      }
    }
    if (chance(0.5)) {
      // A repair also settles claimed entries that are damaged.
      addSettlements(begun, someSettlements());
    }
    begun.waitingBefore = count(EntryState.WAITING);
    begun.parkedBefore = count(EntryState.PARKED);
  }

  private Transaction begin() {
    Transaction begun = new Transaction();
    transaction = begun;
    return begun;
  }

  private void rollBack(Transaction rolledBack) {
    transaction = null;
    rolledBack.settled.forEach(claims::settlingFailed);
    if (rolledBack.isOperators || rolledBack.isRepair) {
      claims.changeFailed();
    }
  }

  private void updateClaims(Transaction committed) {
    transaction = null;
    for (long sequence : committed.appended) {
      if (Row.FREE.equals(committed.rows.get(sequence))) {
        claims.appended(entry(sequence));
      } else {
        claims.appendedParked(sequence);
      }
    }
    for (List<Settlement> ours :
        committed.isRepair ? List.<List<Settlement>>of() : committed.settled) {
      ours.forEach(settlement ->
          check(claimed.remove(settlement.sequence()), "of claimed entries", settlement));
      claims.settled(ours);
    }
    if (committed.isRepair) {
      List<Settlement> settled = committed.settled.stream().flatMap(List::stream).toList();
      settled.forEach(settlement ->
          check(claimed.remove(settlement.sequence()), "of claimed entries", settlement));
      claims.repaired(
          committed.repaired,
          settled,
          count(EntryState.WAITING) - committed.waitingBefore,
          count(EntryState.PARKED) - committed.parkedBefore);
    }
    if (committed.isOperators) {
      claims.changed(committed.changed);
    }
  }

  private static InboxEntry entry(long sequence) {
    return new InboxEntry(
        sequence,
        new ReceivedEvent(
            new EventId("evt_" + sequence),
            new EventType("payclaimed.failed"),
            "acct_1",
            Instant.EPOCH,
            "{}".getBytes(UTF_8)),
        0,
        0);
  }

  // ---- Time and restarts

  private void otherStep() {
    now += random.nextInt(30);
    if (transaction == null && isFaulty && chance(0.02)) {
      // The process dies, and the next one opens the file.
      claimed.clear();
      lastFirstClaim = 0;
      claimedOnce.clear();
      claims =
          new InboxClaims(
              lastSequence, count(EntryState.WAITING), count(EntryState.PARKED), RECENT_MAX);
      claimer = new EntryClaimer(new ReadRows(), this::decide);
    }
  }

  private boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  /// Other threads act between two steps of a claim.
  private void interleave() {
    if (isInterleaving || isQuiet || !isFaulty || chance(0.6)) {
      return;
    }
    isInterleaving = true;
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      if (chance(0.9)) {
        writerStep();
      } else {
        now += random.nextInt(10);
      }
    }
    isInterleaving = false;
  }

  private <T> T decide(Function<InboxClaims, T> decision) {
    interleave();
    T decided = decision.apply(claims);
    interleave();
    return decided;
  }

  /// Reads the file at this moment.
  private final class ReadRows implements EntryClaimer.Rows {
    private <T> List<T> read(Predicate<Row> which, Function<Long, T> as, Predicate<Long> among)
        throws SQLException {
      interleave();
      if (isFaulty && !isQuiet && chance(0.03)) {
        throw new SQLException("by the test");
      }
      List<T> found = new ArrayList<>();
      file.forEach((sequence, row) -> {
        if (which.test(row) && among.test(sequence)) {
          found.add(as.apply(sequence));
        }
      });
      interleave();
      return found;
    }

    private static <T> List<T> limited(List<T> found, int max) {
      return List.copyOf(found.subList(0, Math.min(max, found.size())));
    }

    private static Claim claimed(long sequence) {
      return new Claim.Intact(entry(sequence));
    }

    @Override
    public long now() {
      return now;
    }

    @Override
    public long earliestDate(long after) throws SQLException {
      return read(
              row -> row.state() == EntryState.WAITING && row.dueAt() > after,
              sequence -> row(sequence).dueAt(),
              _ -> true)
          .stream()
          .min(Comparator.naturalOrder())
          .orElse(EntryClaimer.NO_DATE);
    }

    @Override
    public List<Long> due(int max) throws SQLException {
      Map<Long, Long> dates = new HashMap<>();
      List<Long> found =
          new ArrayList<>(read(row -> row.isDue(now), sequence -> sequence, _ -> true));
      found.forEach(sequence -> dates.put(sequence, row(sequence).dueAt()));
      found.sort(Comparator.comparing(dates::get));
      return limited(found, max);
    }

    @Override
    public List<Long> free(long after, long upTo, int max) throws SQLException {
      return limited(
          read(Row::isFree, sequence -> sequence, sequence -> sequence > after && sequence <= upTo),
          max);
    }

    @Override
    public List<Long> held(String topic, int max) throws SQLException {
      return limited(read(row -> row.isHeld(topic), sequence -> sequence, _ -> true), max);
    }

    @Override
    public List<Claim> freeRows(List<Long> sequences) throws SQLException {
      return read(Row::isFree, ReadRows::claimed, sequences::contains);
    }

    @Override
    public List<Claim> freeRange(List<Long> sequences) throws SQLException {
      long first = sequences.getFirst();
      long last = sequences.getLast();
      return read(
          Row::isFree, ReadRows::claimed, sequence -> sequence >= first && sequence <= last);
    }

    @Override
    public List<Claim> dueRows(List<Long> sequences) throws SQLException {
      return read(row -> row.isDue(now), ReadRows::claimed, sequences::contains);
    }

    @Override
    public List<Claim> heldRows(String topic, List<Long> sequences) throws SQLException {
      return read(row -> row.isHeld(topic), ReadRows::claimed, sequences::contains);
    }

    @Override
    public List<Claim> heldRange(String topic, List<Long> sequences) throws SQLException {
      return read(
          row -> row.isHeld(topic),
          ReadRows::claimed,
          sequence -> sequences.getFirst() <= sequence && sequence <= sequences.getLast());
    }
  }
}
