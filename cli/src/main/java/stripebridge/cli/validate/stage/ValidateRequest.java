package stripebridge.cli.validate.stage;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import stripebridge.core.config.Secret;
import stripebridge.core.topology.model.Topology;

/// What to validate, and how.
///
/// @param target its description, for a person
/// @param webhooks the URL that events are posted to
/// @param replicas the base URL of `/health`, `/ready` and `/metrics` of each replica
/// @param secret signs the events
/// @param account the account of the events
/// @param username the messaging user that reads the queues
/// @param awaitMax how long to wait for one message
/// @param messageTtlMillis the time-to-live of the bridge's messages
/// @param types the event types to try; empty for each routed type, and one without a route
/// @param withConsumers whether consumers may be bound to the queues, and receive our messages
/// @param drain what to remove from the queues first
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

  /// What to remove from the queues first.
  public enum Drain {
    NOTHING,
    /// Messages of validations of the same account.
    SYNTHETIC,
    /// All messages, except those in a DMQ.
    ALL
  }
}
