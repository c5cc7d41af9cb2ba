package stripebridge.solace.admin;

import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import stripebridge.core.broker.BrokerAdmin.Applied;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.config.Secret;
import stripebridge.core.topology.model.Attribute;
import stripebridge.core.topology.model.AttributeValue;
import stripebridge.core.topology.model.Resource;
import stripebridge.core.topology.plan.Change;
import stripebridge.core.topology.plan.Change.AttributeChange;
import stripebridge.solace.admin.SempResponse.Refusal;

/// Makes changes on the broker. Each reaches the wanted state or fails, even if a request is
/// repeated or somebody else makes the same change.
final class SempWriter {
  private final SempConnection connection;
  private final ResourceRequests requests;
  private final String vpn;

  SempWriter(SempConnection connection, SempApis apis, String vpn) {
    this.connection = connection;
    this.requests = new ResourceRequests(apis, vpn);
    this.vpn = vpn;
  }

  Applied apply(Change change, Map<String, Secret> secrets)
      throws BrokerException, InterruptedException {
    return switch (change) {
      case Change.Create create -> create(create.resource(), create.attributes(), secrets);
      case Change.Update(Resource resource, List<AttributeChange> attributes) -> {
        Map<String, AttributeValue> wanted = new LinkedHashMap<>();
        attributes.forEach(attribute -> wanted.put(attribute.attribute(), attribute.wanted()));
        update(resource, wanted, secrets);
        yield Applied.CHANGED;
      }
      case Change.Delete(Resource resource) -> delete(resource);
      case Change.Keep _, Change.Extra _, Change.Foreign _ -> Applied.ALREADY;
    };
  }

  private Applied create(
      Resource resource, Map<String, AttributeValue> attributes, Map<String, Secret> secrets)
      throws BrokerException, InterruptedException {
    SempOperation operation = operation(resource, "create", attributes, secrets);
    JsonObject body = AttributeJson.write(attributes, secrets);
    return switch (connection.ask(operation, requests.create(resource, body))) {
      case SempResponse.Done _ -> Applied.CHANGED;
      case Refusal refusal when refusal.isAlreadyExists() ->
          takeOver(resource, attributes, secrets, operation, refusal);
      case Refusal refusal -> throw SempErrors.of(operation, refusal);
    };
  }

  /// The object exists: our own request created it and its response was lost, or somebody else
  /// created it. It is accepted if it is as wanted; attributes that cannot be compared are written.
  private Applied takeOver(
      Resource resource,
      Map<String, AttributeValue> attributes,
      Map<String, Secret> secrets,
      SempOperation operation,
      Refusal refusal)
      throws BrokerException, InterruptedException {
    if (!resource.equals(resource.root())) {
      return Applied.ALREADY; // It has no attributes besides its name.
    }
    Map<String, AttributeValue> found =
        AttributeJson.read(read(resource), resource.kind().attributes());
    Map<String, AttributeValue> writeOnly = new LinkedHashMap<>();
    Set<String> different = new TreeSet<>();
    attributes.forEach((name, value) -> {
      if (value instanceof AttributeValue.SecretReference) {
        writeOnly.put(name, value);
      } else if (!value.equals(found.get(name))) {
        different.add(name);
      }
    });
    if (!different.isEmpty()) {
      throw SempErrors.of(operation.writing(different, operation.secrets()), refusal);
    }
    if (!writeOnly.isEmpty()) {
      update(resource, writeOnly, secrets);
    }
    return Applied.ALREADY;
  }

  private void update(
      Resource resource, Map<String, AttributeValue> attributes, Map<String, Secret> secrets)
      throws BrokerException, InterruptedException {
    SempOperation operation = operation(resource, "change", attributes, secrets);
    JsonObject body = AttributeJson.write(attributes, secrets);
    switch (connection.ask(operation, requests.update(resource, body))) {
      case SempResponse.Done _ -> {}
      case Refusal refusal when refusal.isNotAllowed() ->
          updateDisabled(resource, attributes, operation, body, refusal);
      case Refusal refusal -> throw SempErrors.of(operation, refusal);
    }
  }

  /// Older brokers do not disable a blocking object for a change. This method does, and re-enables
  /// it even if the change fails.
  private void updateDisabled(
      Resource resource,
      Map<String, AttributeValue> attributes,
      SempOperation operation,
      JsonObject body,
      Refusal refusal)
      throws BrokerException, InterruptedException {
    Collection<String> blocking = blocking(resource, attributes.keySet());
    if (blocking.isEmpty()) {
      throw SempErrors.of(operation, refusal);
    }
    JsonObject before = read(resource);
    JsonObject off = new JsonObject();
    JsonObject back = new JsonObject();
    for (String name : blocking) {
      if (SempJson.isTrue(before, name)) {
        off.addProperty(name, false);
        if (!body.has(name)) {
          back.addProperty(name, true);
        }
      }
    }
    if (off.isEmpty()) {
      throw SempErrors.of(operation, refusal);
    }
    switchTo(resource, off);
    try {
      JsonObject _ = connection.done(operation, requests.update(resource, body));
    } finally {
      if (!back.isEmpty()) {
        switchTo(resource, back);
      }
    }
  }

  private JsonObject read(Resource object) throws BrokerException, InterruptedException {
    JsonObject answer =
        connection.done(SempOperation.on(object, "read", vpn), requests.get(object));
    return SempJson.object(answer, "data");
  }

  private static Collection<String> blocking(Resource resource, Collection<String> changed) {
    Collection<String> names = new TreeSet<>();
    for (String name : changed) {
      resource.kind().attributes().find(name).map(Attribute::disables).ifPresent(names::addAll);
    }
    return names;
  }

  /// Sets the switches of an object.
  void switchTo(Resource object, JsonObject switches) throws BrokerException, InterruptedException {
    SempOperation operation =
        SempOperation.on(object, "change", vpn).writing(switches.keySet(), List.of());
    JsonObject _ = connection.done(operation, requests.update(object, switches));
  }

  private Applied delete(Resource resource) throws BrokerException, InterruptedException {
    SempOperation operation = SempOperation.on(resource, "delete", vpn);
    return switch (connection.ask(operation, requests.delete(resource))) {
      case SempResponse.Done _ -> Applied.CHANGED;
      case Refusal refusal when refusal.isNotFound() -> Applied.ALREADY;
      case Refusal refusal -> throw SempErrors.of(operation, refusal);
    };
  }

  private SempOperation operation(
      Resource resource,
      String verb,
      Map<String, AttributeValue> attributes,
      Map<String, Secret> secrets) {
    List<Secret> used = new ArrayList<>();
    for (AttributeValue value : attributes.values()) {
      if (value instanceof AttributeValue.SecretReference reference) {
        used.add(AttributeJson.secret(reference, secrets));
      }
    }
    return SempOperation.on(resource, verb, vpn).writing(attributes.keySet(), used);
  }
}
