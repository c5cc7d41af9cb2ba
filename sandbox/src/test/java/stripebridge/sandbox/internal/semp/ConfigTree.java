package stripebridge.sandbox.internal.semp;

import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.UnaryOperator;
import stripebridge.sandbox.internal.model.Attributes;
import stripebridge.sandbox.internal.model.Kind;
import stripebridge.sandbox.internal.model.ObjectKey;
import stripebridge.sandbox.internal.model.RefusedException;
import stripebridge.sandbox.internal.model.SempCode;

/// The configuration objects of a broker, and the rules between them: a child needs its parent, a
/// client username its profiles, and what is in use stays.
///
/// Safe for many threads. Readers see single objects that are whole; writers go one at a time.
final class ConfigTree {

  /// The name of the profiles and the client username that every message VPN is born with.
  static final String DEFAULT = "default";

  private static final Comparator<List<String>> BY_NAME = ConfigTree::compareNames;
  private static final List<Kind> BORN_WITH_A_VPN =
      List.of(Kind.CLIENT_PROFILE, Kind.ACL_PROFILE, Kind.CLIENT_USERNAME);

  private final Map<Kind, ConcurrentNavigableMap<List<String>, Attributes>> objects =
      new EnumMap<>(Kind.class);

  ConfigTree() {
    for (var kind : Kind.values()) {
      objects.put(kind, new ConcurrentSkipListMap<>(BY_NAME));
    }
  }

  Optional<Attributes> find(ObjectKey key) {
    return Optional.ofNullable(of(key.kind()).get(key.names()));
  }

  /// The object, or a refusal that names it.
  Attributes get(ObjectKey key) {
    return find(key)
        .orElseThrow(() -> new RefusedException(SempCode.NOT_FOUND, "there is no " + key));
  }

  /// All objects of a top kind, by name.
  List<Attributes> all(Kind kind) {
    return List.copyOf(of(kind).values());
  }

  /// The children of an object, by name; none when the object is not there.
  List<Attributes> children(ObjectKey parent, Kind kind) {
    return of(kind).tailMap(parent.names(), false).values().stream()
        .takeWhile(child -> child.key().parent().equals(Optional.of(parent)))
        .toList();
  }

  /// Adds an object. A message VPN comes with its default profiles and client username.
  synchronized void create(Attributes object) {
    var key = object.key();
    key.parent().ifPresent(this::get);
    if (find(key).isPresent()) {
      throw new RefusedException(SempCode.ALREADY_EXISTS, key + " exists already");
    }
    checkReferences(object);
    put(object);
    if (key.kind() == Kind.MSG_VPN) {
      for (var kind : BORN_WITH_A_VPN) {
        put(Attributes.of(kind, key.child(kind, List.of(DEFAULT)).asAttributes()));
      }
    }
  }

  /// Changes an object in one step, and gives what it became.
  synchronized Attributes update(ObjectKey key, UnaryOperator<Attributes> change) {
    var changed = change.apply(get(key));
    checkReferences(changed);
    put(changed);
    return changed;
  }

  /// Takes an object away, with the objects below it.
  synchronized void delete(ObjectKey key) {
    var object = get(key);
    switch (key.kind()) {
      case MSG_VPN -> checkEmpty(object);
      case CLIENT_PROFILE ->
          checkUnused(key, "clientProfileName", SempCode.CONFIGDB_OBJECT_DEPENDENCY);
      case ACL_PROFILE -> checkUnused(key, "aclProfileName", SempCode.NOT_ALLOWED);
      case CLIENT_USERNAME -> checkNotDefault(key);
      default -> {}
    }
    for (var kind : key.kind().children()) {
      children(key, kind).forEach(child -> of(kind).remove(child.key().names()));
    }
    of(key.kind()).remove(key.names());
  }

  private void checkReferences(Attributes object) {
    if (object.kind() != Kind.CLIENT_USERNAME) {
      return;
    }
    var vpn = object.text("msgVpnName");
    get(ObjectKey.of(Kind.CLIENT_PROFILE, vpn, object.text("clientProfileName")));
    get(ObjectKey.of(Kind.ACL_PROFILE, vpn, object.text("aclProfileName")));
  }

  /// The broker refuses with a different code for each of the two kinds of profile.
  private void checkUnused(ObjectKey profile, String reference, SempCode code) {
    checkNotDefault(profile);
    var vpn = profile.parent().orElseThrow();
    var user =
        children(vpn, Kind.CLIENT_USERNAME).stream()
            .filter(candidate -> candidate.text(reference).equals(profile.name()))
            .findFirst();
    if (user.isPresent()) {
      throw new RefusedException(
          code, "%s cannot be deleted: %s uses it".formatted(profile, user.get().key()));
    }
  }

  private static void checkNotDefault(ObjectKey key) {
    if (key.name().equals(DEFAULT)) {
      throw new RefusedException(
          SempCode.NOT_ALLOWED, key + " cannot be deleted: every message VPN has it");
    }
  }

  private void checkEmpty(Attributes vpn) {
    if (vpn.bool("enabled")) {
      throw new RefusedException(
          SempCode.NOT_ALLOWED, vpn.key() + " cannot be deleted: it is enabled");
    }
    for (var kind : Kind.MSG_VPN.children()) {
      for (var child : children(vpn.key(), kind)) {
        if (!BORN_WITH_A_VPN.contains(kind) || !child.key().name().equals(DEFAULT)) {
          throw new RefusedException(
              SempCode.NOT_ALLOWED,
              "%s cannot be deleted: it holds %s".formatted(vpn.key(), child.key()));
        }
      }
    }
  }

  private void put(Attributes object) {
    of(object.kind()).put(object.key().names(), object);
  }

  private ConcurrentNavigableMap<List<String>, Attributes> of(Kind kind) {
    return Objects.requireNonNull(objects.get(kind));
  }

  private static int compareNames(List<String> left, List<String> right) {
    for (var at = 0; at < Math.min(left.size(), right.size()); at++) {
      var order = left.get(at).compareTo(right.get(at));
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(left.size(), right.size());
  }
}
