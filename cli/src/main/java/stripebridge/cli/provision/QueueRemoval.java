package stripebridge.cli.provision;

import java.util.Map;
import java.util.Optional;
import stripebridge.cli.output.Counted;
import stripebridge.core.broker.BrokerAdmin;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.QueueStatus;
import stripebridge.core.topology.plan.Change;

/// Deletes a queue that is not in use. Shuts its ingress first, so that no message can arrive
/// between the check of its depth and consumers and the deletion.
///
/// @param forceNonempty whether to delete it with messages
/// @param forceInUse whether to delete it with bound consumers
record QueueRemoval(BrokerAdmin admin, boolean forceNonempty, boolean forceInUse) {

  /// Deletes the queue, or leaves it as it was.
  ///
  /// @return why the queue was not deleted; empty when it was
  Optional<String> remove(Change.Delete change) throws BrokerException, InterruptedException {
    String name = change.resource().owner();
    Optional<QueueStatus> before = admin.queue(name);
    if (before.isEmpty()) {
      return Optional.empty();
    }
    boolean wasOpen = before.get().ingressEnabled();
    if (wasOpen) {
      admin.setIngress(name, false);
    }
    boolean gone = false;
    boolean egressShut = false;
    try {
      Optional<QueueStatus> shut = admin.queue(name);
      Optional<String> refusal = shut.flatMap(this::refusal);
      if (refusal.isPresent()) {
        return refusal;
      }
      if (shut.isPresent() && shut.get().boundFlows() > 0) {
        // A broker may refuse to delete a queue with bound flows.
        egressShut = shut.get().egressEnabled();
        admin.setEgress(name, false);
      }
      BrokerAdmin.Applied _ = admin.apply(change, Map.of());
      gone = true;
      return Optional.empty();
    } finally {
      if (!gone && egressShut) {
        admin.setEgress(name, true);
      }
      if (!gone && wasOpen) {
        admin.setIngress(name, true);
      }
    }
  }

  private Optional<String> refusal(QueueStatus status) {
    if (status.depth() > 0 && !forceNonempty) {
      return Optional.of(
          "it has "
              + (status.counted() ? "" : "at least ")
              + Counted.of(status.depth(), "message")
              + "; --force-nonempty deletes them too");
    }
    if (status.boundFlows() > 0 && !forceInUse) {
      return Optional.of(
          "it has "
              + Counted.of(status.boundFlows(), "consumer")
              + "; --force-in-use disconnects them");
    }
    return Optional.empty();
  }
}
