package stripebridge.cli.provision;

import java.util.Map;
import java.util.Optional;
import stripebridge.cli.output.Counted;
import stripebridge.core.broker.BrokerAdmin;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.QueueStatus;
import stripebridge.core.topology.plan.Change;

/// Deletes a queue that nobody needs: with its ingress shut it can get no more messages, and only
/// then its depth and its consumers say whether it may go.
///
/// @param forceNonempty whether messages go with it
/// @param forceInUse whether it goes while consumers are bound
record QueueRemoval(BrokerAdmin admin, boolean forceNonempty, boolean forceInUse) {

  /// Deletes the queue, or leaves it as it was.
  ///
  /// @return why it stays; nothing when it is gone
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
        // A broker need not delete what is bound to.
        egressShut = shut.get().egressEnabled();
        admin.setEgress(name, false);
      }
      var _ = admin.apply(change, Map.of());
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
          "it holds "
              + (status.counted() ? "" : "at least ")
              + Counted.of(status.depth(), "message")
              + "; --force-nonempty deletes them with it");
    }
    if (status.boundFlows() > 0 && !forceInUse) {
      return Optional.of(
          "it is used by "
              + Counted.of(status.boundFlows(), "consumer")
              + "; --force-in-use disconnects them");
    }
    return Optional.empty();
  }
}
