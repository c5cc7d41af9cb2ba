package stripebridge.sandbox.internal.semp;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import stripebridge.sandbox.internal.broker.BrokerManagement;
import stripebridge.sandbox.internal.model.Attribute;
import stripebridge.sandbox.internal.model.Attributes;
import stripebridge.sandbox.internal.model.ObjectKey;
import stripebridge.sandbox.internal.model.ObjectKind;
import stripebridge.sandbox.internal.model.RefusedException;
import stripebridge.sandbox.internal.model.SempCode;

/// The config API: reads, creates, replaces, changes and deletes configuration objects.
final class ConfigApi {

  private final BrokerManagement broker;
  private final SempSchema shape;

  ConfigApi(BrokerManagement broker, SempSchema shape) {
    this.broker = broker;
    this.shape = shape;
  }

  SempResponse answer(Request request, Resource resource) {
    return switch (resource) {
      case Resource.Collection(Optional<ObjectKey> parent, ObjectKind kind) -> {
        checkSelect(request, kind);
        yield switch (request.method()) {
          case "GET" -> list(request, parent, kind);
          case "POST" -> create(request, parent, kind);
          default -> throw request.notSupported();
        };
      }
      case Resource.Single(ObjectKey key) -> {
        checkSelect(request, key.kind());
        yield switch (request.method()) {
          case "GET" -> one(request, get(key));
          case "PUT" -> replace(request, key);
          case "PATCH" -> change(request, key);
          case "DELETE" -> delete(request, key);
          default -> throw request.notSupported();
        };
      }
      default -> throw Resource.invalid(request.segments());
    };
  }

  /// Runs before any change: a refused request must change nothing.
  private void checkSelect(Request request, ObjectKind kind) {
    Select _ = request.query().select().checkedAgainst(shape.configNames(kind));
  }

  private SempResponse list(Request request, Optional<ObjectKey> parent, ObjectKind kind) {
    parent.ifPresent(this::get);
    List<Attributes> objects =
        parent.map(key -> broker.children(key, kind)).orElseGet(broker::vpns).stream()
            .filter(object -> request.user().sees(object.text("msgVpnName")))
            .toList();
    return Pages.page(
        request,
        Pages.of(objects, ConfigApi::ownNames, object -> row(request, object)),
        shape.configNames(kind));
  }

  private SempResponse create(Request request, Optional<ObjectKey> parent, ObjectKind kind) {
    requireGlobal(request, kind == ObjectKind.MSG_VPN || kind == ObjectKind.CLIENT_PROFILE);
    Map<String, Object> given = request.json();
    shape.checkNames(kind, given.keySet());
    Attributes object =
        Attributes.of(kind, named(parent.map(ObjectKey::asAttributes).orElse(Map.of()), given));
    requireRights(request, Attributes.of(kind, object.key().asAttributes()), object);
    broker.create(object);
    return one(request, object);
  }

  private SempResponse replace(Request request, ObjectKey key) {
    ObjectKind kind = key.kind();
    requireChangeable(request, kind);
    requireGlobal(request, kind == ObjectKind.CLIENT_PROFILE);
    Map<String, Object> given = request.json();
    shape.checkNames(kind, given.keySet());
    if (broker.find(key).isEmpty()) {
      requireGlobal(request, kind == ObjectKind.MSG_VPN);
      Attributes object = Attributes.of(kind, named(key.asAttributes(), given));
      broker.create(object);
      return one(request, object);
    }
    SempUser user = request.user();
    Attributes after =
        broker.update(
            key,
            before -> {
              // Attributes that the user may not set, or that this version lacks, keep their
              // values.
              Attributes replaced =
                  before.replacedBy(
                      given,
                      attribute ->
                          attribute.isKnownIn(shape.version())
                              && (user.isGlobal() || !attribute.is(Attribute.Flag.GLOBAL)));
              requireRights(request, before, replaced);
              return replaced;
            });
    return one(request, after);
  }

  private SempResponse change(Request request, ObjectKey key) {
    requireChangeable(request, key.kind());
    requireGlobal(request, key.kind() == ObjectKind.CLIENT_PROFILE);
    Map<String, Object> given = request.json();
    shape.checkNames(key.kind(), given.keySet());
    Attributes after =
        broker.update(
            key,
            before -> {
              Attributes changed = before.with(given);
              requireRights(request, before, changed);
              return changed;
            });
    return one(request, after);
  }

  private SempResponse delete(Request request, ObjectKey key) {
    requireGlobal(
        request, key.kind() == ObjectKind.MSG_VPN || key.kind() == ObjectKind.CLIENT_PROFILE);
    broker.delete(key);
    return SempResponse.done(request);
  }

  private SempResponse one(Request request, Attributes object) {
    return Pages.single(request, row(request, object), shape.configNames(object.kind()));
  }

  private Row row(Request request, Attributes object) {
    List<String> below = object.kind().children().stream().map(ObjectKind::collection).toList();
    return new Row(
        ownNames(object),
        shape.visible(object),
        Map.of(),
        Links.of(Links.uri(request, object.key()), below));
  }

  static List<String> ownNames(Attributes object) {
    return object.kind().ownNames().stream().map(object::text).toList();
  }

  private Attributes get(ObjectKey key) {
    return broker
        .find(key)
        .orElseThrow(() -> new RefusedException(SempCode.NOT_FOUND, "there is no " + key));
  }

  /// Adds the names from the URI to the body, which may repeat but not contradict them.
  private static Map<String, Object> named(Map<String, String> names, Map<String, Object> given) {
    LinkedHashMap<String, Object> all = new LinkedHashMap<>(given);
    names.forEach((name, value) -> {
      if (!Objects.requireNonNullElse(all.put(name, value), value).equals(value)) {
        throw new RefusedException(
            SempCode.INVALID_PARAMETER,
            "attribute '%s' is '%s' in the URI and '%s' in the body"
                .formatted(name, value, given.get(name)));
      }
    });
    return all;
  }

  /// Objects that consist only of names have nothing to replace or change.
  private static void requireChangeable(Request request, ObjectKind kind) {
    if (kind.attributes().values().stream().allMatch(of -> of.is(Attribute.Flag.ID))) {
      throw request.notSupported();
    }
  }

  private static void requireGlobal(Request request, boolean isNeeded) {
    if (isNeeded && !request.user().isGlobal()) {
      throw request.unauthorized("a global user is required");
    }
  }

  private static void requireRights(Request request, Attributes before, Attributes after) {
    if (request.user().isGlobal()) {
      return;
    }
    for (Attribute attribute : after.kind().attributes().values()) {
      if (attribute.is(Attribute.Flag.GLOBAL)
          && !before.find(attribute.name()).equals(after.find(attribute.name()))) {
        throw request.unauthorized("attribute '" + attribute.name() + "' requires a global user");
      }
    }
  }
}
