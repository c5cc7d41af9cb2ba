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
import stripebridge.solace.admin.SempAnswer.Refusal;

/// Makes changes on the broker. Each ends in the state that was wanted or fails, even if a request
/// was asked twice or somebody else does the same.
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
    SempOperation deed = deed(resource, "create", attributes, secrets);
    JsonObject body = AttributeJson.write(attributes, secrets);
    return switch (connection.ask(deed, requests.create(resource, body))) {
      case SempAnswer.Done _ -> Applied.CHANGED;
      case Refusal refusal when refusal.isAlreadyExists() ->
          takeOver(resource, attributes, secrets, deed, refusal);
      case Refusal refusal -> throw SempErrors.of(deed, refusal);
    };
  }

  /// What exists already is either our own of a try whose answer was lost, or somebody else's. It
  /// will do if it is as wanted; what nobody can compare is written.
  private Applied takeOver(
      Resource resource,
      Map<String, AttributeValue> attributes,
      Map<String, Secret> secrets,
      SempOperation deed,
      Refusal refusal)
      throws BrokerException, InterruptedException {
    if (!resource.equals(resource.root())) {
      return Applied.ALREADY; // It is nothing but its name.
    }
    Map<String, AttributeValue> found =
        AttributeJson.read(read(resource), resource.kind().attributes());
    Map<String, AttributeValue> writeOnly = new LinkedHashMap<>();
    Set<String> otherwise = new TreeSet<>();
    attributes.forEach((name, value) -> {
      if (value instanceof AttributeValue.SecretReference) {
        writeOnly.put(name, value);
      } else if (!value.equals(found.get(name))) {
        otherwise.add(name);
      }
    });
    if (!otherwise.isEmpty()) {
      throw SempErrors.of(deed.writing(otherwise, deed.secrets()), refusal);
    }
    if (!writeOnly.isEmpty()) {
      update(resource, writeOnly, secrets);
    }
    return Applied.ALREADY;
  }

  private void update(
      Resource resource, Map<String, AttributeValue> attributes, Map<String, Secret> secrets)
      throws BrokerException, InterruptedException {
    SempOperation deed = deed(resource, "change", attributes, secrets);
    JsonObject body = AttributeJson.write(attributes, secrets);
    switch (connection.ask(deed, requests.update(resource, body))) {
      case SempAnswer.Done _ -> {}
      case Refusal refusal when refusal.isNotAllowed() ->
          updateDisabled(resource, attributes, deed, body, refusal);
      case Refusal refusal -> throw SempErrors.of(deed, refusal);
    }
  }

  /// Older brokers do not switch off by themselves what is in the way of a change: then it is on us
  /// to do, and to undo whatever becomes of the change.
  private void updateDisabled(
      Resource resource,
      Map<String, AttributeValue> attributes,
      SempOperation deed,
      JsonObject body,
      Refusal refusal)
      throws BrokerException, InterruptedException {
    Collection<String> inTheWay = inTheWay(resource, attributes.keySet());
    if (inTheWay.isEmpty()) {
      throw SempErrors.of(deed, refusal);
    }
    JsonObject before = read(resource);
    JsonObject off = new JsonObject();
    JsonObject back = new JsonObject();
    for (String name : inTheWay) {
      if (SempJson.isTrue(before, name)) {
        off.addProperty(name, false);
        if (!body.has(name)) {
          back.addProperty(name, true);
        }
      }
    }
    if (off.isEmpty()) {
      throw SempErrors.of(deed, refusal);
    }
    switchTo(resource, off);
    try {
      var _ = connection.done(deed, requests.update(resource, body));
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

  private static Collection<String> inTheWay(Resource resource, Collection<String> changed) {
    Collection<String> names = new TreeSet<>();
    for (String name : changed) {
      resource.kind().attributes().find(name).map(Attribute::disables).ifPresent(names::addAll);
    }
    return names;
  }

  /// Sets switches of an object.
  void switchTo(Resource object, JsonObject switches) throws BrokerException, InterruptedException {
    SempOperation deed =
        SempOperation.on(object, "change", vpn).writing(switches.keySet(), List.of());
    var _ = connection.done(deed, requests.update(object, switches));
  }

  private Applied delete(Resource resource) throws BrokerException, InterruptedException {
    SempOperation deed = SempOperation.on(resource, "delete", vpn);
    return switch (connection.ask(deed, requests.delete(resource))) {
      case SempAnswer.Done _ -> Applied.CHANGED;
      case Refusal refusal when refusal.isNotFound() -> Applied.ALREADY;
      case Refusal refusal -> throw SempErrors.of(deed, refusal);
    };
  }

  private SempOperation deed(
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
