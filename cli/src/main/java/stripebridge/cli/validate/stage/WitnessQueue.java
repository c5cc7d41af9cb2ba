package stripebridge.cli.validate.stage;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import stripebridge.cli.validate.evidence.RunId;
import stripebridge.core.broker.BrokerAdmin;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.QueueStatus;
import stripebridge.core.routing.Topic;
import stripebridge.core.topology.model.AttributeValue;
import stripebridge.core.topology.model.AttributeValue.Flag;
import stripebridge.core.topology.model.AttributeValue.Text;
import stripebridge.core.topology.model.AttributeValue.Whole;
import stripebridge.core.topology.model.QueueSpec;
import stripebridge.core.topology.model.Resource;
import stripebridge.core.topology.model.Topology;
import stripebridge.core.topology.plan.Change;

/// Our own queue, which receives everything that is published for the account of the validation.
public final class WitnessQueue {
  /// Topic levels between the root and the account; no event type has more.
  private static final int LEVELS_MAX = 6;

  private static final int SPOOL_MEGABYTES = 100;
  // A running validation takes less between creating its queue and binding to it.
  private static final long DEAD_AFTER_NANOS = 1_000_000_000L;

  private final BrokerAdmin admin;

  public WitnessQueue(BrokerAdmin admin) {
    this.admin = admin;
  }

  /// Creates the queue.
  ///
  /// @param owner the only user that may read it
  /// @param dmq the queue for rejected messages; absent for none
  /// @param topics the expected topics
  public void create(
      String queue, String owner, Optional<String> dmq, String account, List<Topic> topics)
      throws BrokerException, InterruptedException {
    Map<String, AttributeValue> attributes = new LinkedHashMap<>();
    attributes.put("owner", new Text(owner));
    attributes.put("permission", new Text("no-access"));
    attributes.put("accessType", new Text("exclusive"));
    attributes.put("ingressEnabled", new Flag(true));
    attributes.put("egressEnabled", new Flag(true));
    attributes.put("maxMsgSpoolUsage", new Whole(SPOOL_MEGABYTES));
    attributes.put("deadMsgQueue", new Text(dmq.orElse("")));
    // Even a full witness must not block the messages of others.
    attributes.put("rejectMsgToSenderOnDiscardBehavior", new Text("never"));
    BrokerAdmin.Applied _ =
        admin.apply(new Change.Create(new Resource.Queue(queue), attributes), Map.of());
    for (String subscription : subscriptions(account, topics)) {
      BrokerAdmin.Applied _ =
          admin.apply(
              new Change.Create(new Resource.Subscription(queue, subscription), Map.of()),
              Map.of());
    }
  }

  /// All topics of an account below our root, so that misrouted messages arrive too; and the topics
  /// that a topology puts elsewhere.
  static Set<String> subscriptions(String account, List<Topic> topics) {
    Set<String> all = new LinkedHashSet<>();
    for (int levels = 1; levels <= LEVELS_MAX; levels++) {
      all.add(Topic.ROOT + "/*".repeat(levels) + "/" + account);
    }
    topics.stream().map(Topic::name).filter(name -> !isBelowRoot(name)).forEach(all::add);
    return all;
  }

  private static boolean isBelowRoot(String topic) {
    int levels = topic.split("/", -1).length - Topic.ROOT.split("/", -1).length - 1;
    return topic.startsWith(Topic.ROOT + "/") && levels <= LEVELS_MAX;
  }

  /// The first DMQ that a queue of the topology names and that the topology contains.
  public static Optional<String> dmq(Topology topology) {
    List<QueueSpec> queues = topology.objects().queues();
    return queues.stream()
        .map(queue -> queue.attributes().get("deadMsgQueue"))
        .filter(Text.class::isInstance)
        .map(value -> ((Text) value).value())
        .filter(name -> queues.stream().anyMatch(queue -> queue.name().equals(name)))
        .findFirst();
  }

  public void delete(String queue) throws BrokerException, InterruptedException {
    BrokerAdmin.Applied _ = admin.apply(new Change.Delete(new Resource.Queue(queue)), Map.of());
  }

  /// Removes the queues of dead validations: those without a bound client, twice in a row.
  ///
  /// @return their names
  public List<String> deleteLeftovers() throws BrokerException, InterruptedException {
    Set<String> unbound = unbound();
    if (unbound.isEmpty()) {
      return List.of();
    }
    long until = System.nanoTime() + DEAD_AFTER_NANOS;
    while (System.nanoTime() < until) {
      LockSupport.parkNanos(until - System.nanoTime());
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
    List<String> deleted = new ArrayList<>();
    Set<String> still = unbound();
    for (String queue : unbound) {
      if (still.contains(queue)) {
        delete(queue);
        deleted.add(queue);
      }
    }
    return deleted;
  }

  private Set<String> unbound() throws BrokerException, InterruptedException {
    Set<String> names = new TreeSet<>();
    for (QueueStatus status : admin.queues(RunId.WITNESSES)) {
      if (status.boundFlows() == 0) {
        names.add(status.name());
      }
    }
    return names;
  }
}
