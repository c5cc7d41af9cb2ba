package stripebridge.cli.provision;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import stripebridge.core.broker.BrokerAdmin;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.FoundBroker;
import stripebridge.core.broker.QueueFlow;
import stripebridge.core.broker.QueueStatus;
import stripebridge.core.config.Secret;
import stripebridge.core.topology.model.BrokerObjects;
import stripebridge.core.topology.model.FoundTopology;
import stripebridge.core.topology.model.Resource;
import stripebridge.core.topology.model.SempVersion;
import stripebridge.core.topology.plan.Change;

/// A broker that always has the same objects, confirms every change, and fails as scripted.
final class ScriptedAdmin implements BrokerAdmin {
  private final FoundBroker found;
  private final Map<Resource, BrokerException> failures = new HashMap<>();
  private final List<Change> applied = Collections.synchronizedList(new ArrayList<>());

  ScriptedAdmin(BrokerObjects objects) {
    found = found(objects);
  }

  static FoundBroker found(BrokerObjects objects) {
    return new FoundBroker(
        new FoundTopology(new SempVersion(2, 49), objects), Map.of(), Map.of(), Map.of());
  }

  ScriptedAdmin failing(Resource resource, BrokerException failure) {
    failures.put(resource, failure);
    return this;
  }

  /// The requested changes, including failed ones.
  List<Change> applied() {
    return applied;
  }

  @Override
  public FoundBroker read(PartsOf partsOf) {
    return found;
  }

  @Override
  public Applied apply(Change change, Map<String, Secret> secrets) throws BrokerException {
    applied.add(change);
    BrokerException failure = failures.get(change.resource());
    if (failure != null) {
      throw failure;
    }
    return Applied.CHANGED;
  }

  @Override
  public void setIngress(String queue, boolean enabled) {}

  @Override
  public void setEgress(String queue, boolean enabled) {}

  @Override
  public List<QueueStatus> queues(String prefix) {
    return List.of();
  }

  @Override
  public Optional<QueueStatus> queue(String name) {
    return Optional.empty();
  }

  @Override
  public List<QueueFlow> flows(String queue) {
    return List.of();
  }

  @Override
  public List<String> subscriptions(String queue) {
    return List.of();
  }

  @Override
  public Optional<Instant> spooledAt(String queue, long messageId) {
    return Optional.empty();
  }

  @Override
  public void close() {}
}
