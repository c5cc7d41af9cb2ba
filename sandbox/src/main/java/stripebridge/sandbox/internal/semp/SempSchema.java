package stripebridge.sandbox.internal.semp;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import stripebridge.sandbox.internal.model.Attribute;
import stripebridge.sandbox.internal.model.Attributes;
import stripebridge.sandbox.internal.model.ObjectKind;
import stripebridge.sandbox.internal.model.RefusedException;
import stripebridge.sandbox.internal.model.SempCode;
import stripebridge.sandbox.internal.model.SempVersion;
import stripebridge.sandbox.internal.model.Threshold;

/// The attributes of objects in one version of SEMP, and which of them clients see.
record SempSchema(SempVersion version) {

  /// The names in the config API, including those inside thresholds.
  Set<String> configNames(ObjectKind kind) {
    HashSet<String> names = new HashSet<>();
    for (Attribute attribute : kind.attributes().values()) {
      if (attribute.isKnownIn(version)) {
        names.add(attribute.name());
        for (Threshold.Unit unit : attribute.units()) {
          String suffix = unit == Threshold.Unit.PERCENT ? "Percent" : "Value";
          names.add(attribute.name() + ".clear" + suffix);
          names.add(attribute.name() + ".set" + suffix);
        }
      }
    }
    return names;
  }

  /// The names in the monitor API, including the counts of child collections in both forms that
  /// clients use.
  Set<String> monitorNames(ObjectKind kind) {
    Set<String> names = configNames(kind);
    names.addAll(MonitorAttributes.of(kind.sempName(), version));
    for (String collection : collectionsBelow(kind)) {
      names.add(collection + ".count");
      names.add("collections." + collection + ".count");
    }
    return names;
  }

  Set<String> liveNames(Resource.Live live) {
    return MonitorAttributes.of(live.sempName, version);
  }

  /// The attributes that name an object.
  Set<String> namingAttributes(ObjectKind kind) {
    return kind.attributes().values().stream()
        .filter(attribute -> attribute.is(Attribute.Flag.ID))
        .map(Attribute::name)
        .collect(Collectors.toSet());
  }

  Set<String> namingAttributes(Resource.Live live) {
    Set<String> names = namingAttributes(live.owner);
    names.add(live.idName);
    return names;
  }

  /// The collections below an object in the monitor API.
  static List<String> collectionsBelow(ObjectKind kind) {
    ArrayList<String> names =
        kind.children().stream()
            .map(ObjectKind::collection)
            .collect(Collectors.toCollection(ArrayList::new));
    for (Resource.Live live : Resource.Live.values()) {
      if (live.owner == kind) {
        names.add(live.collection);
      }
    }
    return names;
  }

  /// The attributes that a client can read: no secrets, and none newer than this version.
  Map<String, Object> visible(Attributes object) {
    LinkedHashMap<String, Object> shown = new LinkedHashMap<>();
    for (Attribute attribute : object.kind().attributes().values()) {
      if (attribute.isKnownIn(version) && !attribute.is(Attribute.Flag.WRITE_ONLY)) {
        object
            .find(attribute.name())
            .ifPresent(value -> shown.put(attribute.name(), asJson(value)));
      }
    }
    return shown;
  }

  private static Object asJson(Object value) {
    return value instanceof Threshold threshold ? threshold.asJson() : value;
  }

  /// Keeps the status attributes that this version has.
  Map<String, Object> known(String sempName, Map<String, Object> status) {
    LinkedHashMap<String, Object> known = new LinkedHashMap<>(status);
    known.keySet().retainAll(MonitorAttributes.of(sempName, version));
    return known;
  }

  /// Refuses names that this version does not have.
  void checkNames(ObjectKind kind, Set<String> names) {
    for (String name : names) {
      Attribute attribute = kind.attributes().get(name);
      if (attribute == null || !attribute.isKnownIn(version)) {
        throw new RefusedException(
            SempCode.INVALID_PARAMETER,
            "%s has no attribute '%s' in SEMP %s".formatted(kind.label(), name, version));
      }
    }
  }
}
