package stripebridge.sandbox.internal.broker;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import stripebridge.sandbox.internal.net.Transport;
import stripebridge.sandbox.internal.smf.MessageParts;

/// The engine: the VPNs, the clients and their shared state.
///
/// Thread-safe.
public final class Broker implements AutoCloseable {
  private final BrokerSettings settings;
  private final Map<String, Vpn> vpns = new ConcurrentSkipListMap<>();
  private final Set<ClientSession> sessions = ConcurrentHashMap.newKeySet();
  private final ActiveFaults faults;
  private final ByteBudget spool;
  private final ByteBudget recorded;
  private final AtomicLong spoolIds = new AtomicLong();
  private final AtomicInteger flowIds = new AtomicInteger();
  private final AtomicInteger publisherIds = new AtomicInteger();
  private final ScheduledThreadPoolExecutor timer;
  private final Administration administration = new Administration(this);
  private final long spoolerId;
  private volatile boolean isClosed;

  public Broker(BrokerSettings settings) {
    this.settings = settings;
    this.faults = new ActiveFaults(settings.clock()::millis);
    this.spool = new ByteBudget(settings.spoolBytesMax());
    this.recorded = new ByteBudget(settings.recordedBytesMax());
    // Distinguishes this spool from the spool of any other start; the client library shows 64 bits
    // of it.
    this.spoolerId = settings.clock().millis() << 16 | (System.nanoTime() & 0xffff);
    this.timer =
        new ScheduledThreadPoolExecutor(
            1,
            Thread.ofPlatform().daemon().name("sandbox-timer").factory(),
            // Tasks that are due after the end are not needed.
            new ThreadPoolExecutor.DiscardPolicy());
    timer.setRemoveOnCancelPolicy(true);
  }

  /// The management interface of this broker.
  public BrokerManagement administration() {
    return administration;
  }

  public ActiveFaults faults() {
    return faults;
  }

  /// The last messages that reached a queue, oldest first; empty when there is no such queue.
  public Optional<List<Recording>> recorded(String vpn, String queue) {
    return queue(vpn, queue).map(MessageQueue::recorded).map(this::recordings);
  }

  /// The messages in a queue, oldest first; empty when there is no such queue.
  public Optional<List<Recording>> spooled(String vpn, String queue) {
    return queue(vpn, queue).map(MessageQueue::spooled).map(this::recordings);
  }

  private Optional<MessageQueue> queue(String vpn, String queue) {
    return vpn(vpn).flatMap(found -> found.queue(queue));
  }

  private List<Recording> recordings(List<Recorder.Recorded> recorded) {
    return recorded.stream()
        .map(one ->
            new Recording(
                MessageParts.of(one.message().content()),
                one.message().priority(),
                one.message().timeToLive(),
                one.message().isDmqEligible(),
                ReplicationGroupId.of(spoolerId, one.message().id()),
                one.millis()))
        .toList();
  }

  /// A message that reached a queue.
  ///
  /// @param priority 0 to 9
  /// @param timeToLive milliseconds; 0 means no expiry
  /// @param spooledMillis when the queue took it, epoch milliseconds
  public record Recording(
      MessageParts parts,
      int priority,
      long timeToLive,
      boolean isDmqEligible,
      String replicationGroupId,
      long spooledMillis) {}

  /// Serves one client until it leaves. Returns when all its resources are released.
  public void serve(Transport transport) {
    ClientSession session = new ClientSession(this, transport);
    sessions.add(session);
    if (isClosed || faults.isOutage() || sessions.size() > settings.connectionsMax()) {
      log("closed " + transport.description() + ": " + (isClosed ? "stopping" : "not accepting"));
      sessions.remove(session);
      transport.abort();
      return;
    }
    session.run();
  }

  void sessionEnded(ClientSession session) {
    sessions.remove(session);
  }

  /// Drops every connection.
  public void dropConnections(String why) {
    // A copy: a client that reconnects meanwhile must not be dropped again.
    List.copyOf(sessions).forEach(session -> session.close(why));
  }

  /// Lets this many frames through, then drops the connection of the next one.
  public void dropAfter(long frames) {
    faults.dropAfter(frames);
  }

  /// Drops all connections and accepts none for a time.
  public void outage(long forMillis) {
    faults.outage(forMillis);
    dropConnections("outage");
  }

  public void stallAcks() {
    faults.stallAcks();
  }

  public void slowAcks(long delayMillis) {
    faults.slowAcks(delayMillis);
  }

  /// Ends all faults and sends the acks that they held back.
  public void clearFaults() {
    faults.clear();
    vpns.values().forEach(vpn -> vpn.publisherFlows().values().forEach(PublisherFlow::sendDueAcks));
  }

  @Override
  public void close() {
    isClosed = true;
    dropConnections("the sandbox is stopping");
    timer.shutdownNow();
  }

  // Shared by the engine's parts

  BrokerSettings settings() {
    return settings;
  }

  Optional<Vpn> vpn(String name) {
    return Optional.ofNullable(vpns.get(name));
  }

  Map<String, Vpn> vpns() {
    return vpns;
  }

  Administration administrationForClients() {
    return administration;
  }

  ByteBudget spool() {
    return spool;
  }

  Recorder newRecorder() {
    return new Recorder(settings.recordedMax(), recorded);
  }

  long millis() {
    return settings.clock().millis();
  }

  long nextSpoolId() {
    return spoolIds.incrementAndGet();
  }

  long lastSpoolId() {
    return spoolIds.get();
  }

  long spoolerId() {
    return spoolerId;
  }

  int nextFlowId() {
    return flowIds.incrementAndGet();
  }

  int nextPublisherId() {
    return publisherIds.incrementAndGet();
  }

  long ackDelayMillis() {
    return settings.ackDelayMillis();
  }

  /// Runs a task later on its own thread, so that a slow task does not delay others.
  Future<?> schedule(long delayMillis, Runnable task) {
    return timer.schedule(
        () -> {
          Thread.startVirtualThread(task);
        },
        Math.max(0, delayMillis),
        TimeUnit.MILLISECONDS);
  }

  void log(String line) {
    settings.log().accept(line);
  }
}
