package stripebridge.sandbox.internal.model;

import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A configuration object: a valid value for every attribute of its kind. Immutable; a change makes
/// a copy. It stores only what differs from the defaults, so that many objects cost little.
///
/// Values arrive as JSON has them: `Boolean`, `Long` or `Integer`, `String`, and a `Map` or a
/// [Threshold] for a threshold. Invalid values cause a [RefusedException].
public final class Attributes {

  private final ObjectKind kind;
  private final Map<String, Object> changed;

  private Attributes(ObjectKind kind, Map<String, Object> changed) {
    this.kind = kind;
    this.changed = Map.copyOf(changed);
  }

  /// Creates an object; attributes that are not given get their defaults (POST).
  ///
  /// @param given the object's attributes, including those that name it and its parents
  public static Attributes of(ObjectKind kind, Map<String, ?> given) {
    for (Attribute attribute : kind.attributes().values()) {
      if (attribute.is(Attribute.Flag.ID) && !given.containsKey(attribute.name())) {
        throw new RefusedException(
            SempCode.MISSING_PARAMETER,
            "%s needs attribute '%s'".formatted(kind.label(), attribute.name()));
      }
    }
    return new Attributes(kind, Map.of()).changedBy(given, true);
  }

  /// Changes some attributes (PATCH).
  public Attributes with(Map<String, ?> changes) {
    return changedBy(changes, false);
  }

  /// Replaces all attributes (PUT): an absent attribute gets its default. It keeps its value if it
  /// names the object, if the user may not set it, or if it is write-only, since no client can have
  /// read it. A write-only value is reset together with the readable attribute that it belongs to.
  ///
  /// @param mayReplace whether the user may set an attribute
  public Attributes replacedBy(Map<String, ?> given, Predicate<Attribute> mayReplace) {
    HashMap<String, Object> kept = new HashMap<>(changed);
    kept.keySet()
        .removeIf(name -> {
          Attribute attribute = attribute(name);
          return !given.containsKey(name)
              && !attribute.is(Attribute.Flag.ID)
              && mayReplace.test(attribute)
              && (!attribute.is(Attribute.Flag.WRITE_ONLY) || isResetWith(attribute, given));
        });
    return new Attributes(kind, kept).changedBy(given, false);
  }

  private boolean isResetWith(Attribute secret, Map<String, ?> given) {
    return secret
        .with()
        .map(this::attribute)
        .filter(readable -> !readable.is(Attribute.Flag.WRITE_ONLY))
        .filter(readable -> readable.with().equals(Optional.of(secret.name())))
        .filter(readable -> changed.containsKey(readable.name()))
        .filter(readable -> !given.containsKey(readable.name()))
        .isPresent();
  }

  private Attributes changedBy(Map<String, ?> given, boolean creating) {
    HashMap<String, Object> next = new HashMap<>(changed);
    given.forEach((name, value) -> {
      Attribute attribute = known(name);
      Object checked = ValueCheck.check(attribute, value);
      if (!creating && attribute.is(Attribute.Flag.CONST) && !checked.equals(this.value(name))) {
        throw new RefusedException(
            SempCode.INVALID_PARAMETER,
            "attribute '%s' cannot be changed once the %s exists: '%s'"
                .formatted(name, kind.label(), checked));
      }
      if (checked.equals(attribute.defaultValue())) {
        next.remove(name);
      } else {
        next.put(name, checked);
      }
    });
    requireCompanions(given);
    return new Attributes(kind, next);
  }

  /// Some attributes make sense only together. An attribute that keeps its value needs no
  /// companion, so that a client can write back what it has read.
  private void requireCompanions(Map<String, ?> given) {
    given.forEach((name, value) -> {
      Optional<String> companion = known(name).with();
      if (companion.isPresent()
          && !given.containsKey(companion.get())
          && !Objects.equals(value, this.value(name))) {
        throw new RefusedException(
            SempCode.MISSING_PARAMETER,
            "attribute '%s' can only be changed together with '%s'"
                .formatted(name, companion.get()));
      }
    });
  }

  private Attribute known(String name) {
    Attribute attribute = kind.attributes().get(name);
    if (attribute == null) {
      throw new RefusedException(
          SempCode.INVALID_PARAMETER, "%s has no attribute '%s'".formatted(kind.label(), name));
    }
    return attribute;
  }

  private Attribute attribute(String name) {
    Attribute attribute = kind.attributes().get(name);
    if (attribute == null) {
      throw new IllegalArgumentException(kind.label() + " has no attribute " + name);
    }
    return attribute;
  }

  public ObjectKind kind() {
    return kind;
  }

  /// The full name of this object.
  public ObjectKey key() {
    return new ObjectKey(
        kind,
        ObjectKey.path(kind).stream()
            .flatMap(level -> level.ownNames().stream())
            .map(this::text)
            .toList());
  }

  /// The value of a boolean attribute.
  ///
  /// @throws IllegalArgumentException when the kind has no such attribute
  public boolean bool(String name) {
    return (Boolean) present(name);
  }

  /// The value of a numeric attribute.
  ///
  /// @throws IllegalArgumentException when the kind has no such attribute
  public long number(String name) {
    return (Long) present(name);
  }

  /// The value of a text or enum attribute.
  ///
  /// @throws IllegalArgumentException when the kind has no such attribute
  public String text(String name) {
    return (String) present(name);
  }

  /// The value; empty when the attribute has no default and is not set.
  public Optional<Object> find(String name) {
    return Optional.ofNullable(value(name));
  }

  private Object present(String name) {
    return Objects.requireNonNull(value(name), name);
  }

  private @Nullable Object value(String name) {
    Object own = changed.get(name);
    return own != null ? own : attribute(name).defaultValue();
  }

  /// Every attribute with its value, secrets included, in alphabetical order.
  public Map<String, Object> values() {
    LinkedHashMap<String, Object> all = new LinkedHashMap<>();
    kind.attributes().keySet().forEach(name -> find(name).ifPresent(value -> all.put(name, value)));
    return Collections.unmodifiableMap(all);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Attributes that && kind == that.kind && changed.equals(that.changed);
  }

  @Override
  public int hashCode() {
    return Objects.hash(kind, changed);
  }

  /// Omits secrets.
  @Override
  public String toString() {
    TreeMap<String, Object> shown = new TreeMap<>(changed);
    shown.keySet().removeIf(name -> attribute(name).is(Attribute.Flag.WRITE_ONLY));
    return kind + " " + shown;
  }
}
