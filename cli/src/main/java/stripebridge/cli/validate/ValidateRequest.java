package stripebridge.cli.validate;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import stripebridge.core.config.Secret;
import stripebridge.core.topology.model.Topology;

/// What is to be validated, and how.
///
/// @param target what it is, for a person
/// @param webhooks where events are posted to
/// @param replicas where `/health`, `/ready` and `/metrics` of each replica are
/// @param secret what events are signed with
/// @param account whose events they are
/// @param username who messages are read as
/// @param awaitMax how long one message is waited for
/// @param messageTtlMillis what the bridge publishes with
/// @param types those to try; empty for each that is routed, and one that is not
/// @param withConsumers whether others may be bound to the queues, and will get our messages
/// @param drain what is removed from the queues before
public record ValidateRequest(
    String target,
    URI webhooks,
    List<URI> replicas,
    Secret secret,
    String account,
    String username,
    Duration awaitMax,
    long messageTtlMillis,
    Topology topology,
    List<String> types,
    boolean withConsumers,
    Drain drain) {
  public ValidateRequest {
    replicas = List.copyOf(replicas);
    types = List.copyOf(types);
  }

  /// What is removed from the queues before.
  public enum Drain {
    NOTHING,
    /// What validations of the same account left there.
    SYNTHETIC,
    /// All messages, but for those in a DMQ.
    ALL
  }
}
