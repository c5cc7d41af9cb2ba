package stripebridge.cli.sandbox;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import stripebridge.core.topology.model.AclException;
import stripebridge.core.topology.model.AclProfileSpec;
import stripebridge.core.topology.model.AttributeValue;
import stripebridge.core.topology.model.BrokerObjects;
import stripebridge.core.topology.model.ClientProfileSpec;
import stripebridge.core.topology.model.ClientUsernameSpec;
import stripebridge.core.topology.model.QueueSpec;
import stripebridge.sandbox.SandboxVpn;

/// Creates the objects of a topology in the sandbox, in the order of their dependencies.
public final class SandboxTopology {
  private static final String DEAD_MSG_QUEUE = "deadMsgQueue";

  /// Every message VPN has these objects already; they are updated, not created.
  private static final String BUILT_IN = "default";

  private final SandboxVpn vpn;
  private final UnaryOperator<String> secrets;
  private final Consumer<String> notes;

  /// Prepares the objects of one message VPN.
  ///
  /// @param secrets the value of a secret, by its variable
  /// @param notes takes a sentence for each object that the sandbox cannot create
  public SandboxTopology(SandboxVpn vpn, UnaryOperator<String> secrets, Consumer<String> notes) {
    this.vpn = vpn;
    this.secrets = secrets;
    this.notes = notes;
  }

  /// Creates everything.
  ///
  /// @throws stripebridge.sandbox.SandboxException for an object that a real broker rejects too
  public void create(BrokerObjects objects) {
    objects.clientProfiles().forEach(this::create);
    objects.aclProfiles().forEach(this::create);
    deadMessageQueuesFirst(objects.queues()).forEach(this::create);
    // Last: nobody can log in before, so no client sees a half-configured broker.
    objects.clientUsernames().forEach(this::create);
  }

  private void create(ClientProfileSpec profile) {
    Map<String, Object> attributes = values(profile.attributes());
    if (profile.name().equals(BUILT_IN)) {
      vpn.updateClientProfile(BUILT_IN, attributes);
    } else {
      vpn.createClientProfile(profile.name(), attributes);
    }
  }

  private void create(AclProfileSpec profile) {
    Map<String, Object> attributes = values(profile.attributes());
    if (profile.name().equals(BUILT_IN)) {
      vpn.updateAclProfile(BUILT_IN, attributes);
    } else {
      vpn.createAclProfile(profile.name(), attributes);
    }
    for (AclException exception : profile.exceptions()) {
      create(profile.name(), exception);
    }
  }

  private void create(String profile, AclException exception) {
    if (exception.syntax() == AclException.Syntax.MQTT
        || exception.kind() == AclException.Kind.SUBSCRIBE_SHARE_NAME) {
      notes.accept(
          "%s '%s' of ACL profile '%s' is skipped: the sandbox has neither MQTT nor share names"
              .formatted(exception.kind().words(), exception.value(), profile));
      return;
    }
    switch (exception.kind()) {
      case PUBLISH_TOPIC -> vpn.addPublishException(profile, exception.value());
      case SUBSCRIBE_TOPIC -> vpn.addSubscribeException(profile, exception.value());
      case CLIENT_CONNECT -> vpn.addConnectException(profile, exception.value());
      case SUBSCRIBE_SHARE_NAME -> throw new IllegalStateException("skipped above");
    }
  }

  private void create(ClientUsernameSpec username) {
    Map<String, Object> attributes = values(username.attributes());
    if (username.name().equals(BUILT_IN)) {
      vpn.updateClientUsername(BUILT_IN, attributes);
    } else {
      vpn.createClientUsername(username.name(), attributes);
    }
  }

  private void create(QueueSpec queue) {
    vpn.createQueue(queue.name(), values(queue.attributes()));
    queue.subscriptions().forEach(topic -> vpn.subscribe(queue.name(), topic));
  }

  private static List<QueueSpec> deadMessageQueuesFirst(List<QueueSpec> queues) {
    Set<String> named =
        queues.stream()
            .map(queue -> queue.attributes().get(DEAD_MSG_QUEUE))
            .filter(AttributeValue.Text.class::isInstance)
            .map(value -> ((AttributeValue.Text) value).value())
            .collect(Collectors.toSet());
    List<QueueSpec> sorted = new ArrayList<>(queues);
    sorted.sort(Comparator.comparing(queue -> !named.contains(queue.name())));
    return sorted;
  }

  private Map<String, Object> values(Map<String, AttributeValue> attributes) {
    Map<String, Object> values = new LinkedHashMap<>();
    attributes.forEach((name, value) -> values.put(name, value(value)));
    return values;
  }

  private Object value(AttributeValue value) {
    return switch (value) {
      case AttributeValue.Flag(boolean flag) -> flag;
      case AttributeValue.Whole(long number) -> number;
      case AttributeValue.Text(String text) -> text;
      case AttributeValue.Threshold(AttributeValue.Threshold.Unit unit, long set, long clear) ->
          Map.of(unit.setField(), set, unit.clearField(), clear);
      case AttributeValue.SecretReference(String variable) -> secrets.apply(variable);
    };
  }
}
