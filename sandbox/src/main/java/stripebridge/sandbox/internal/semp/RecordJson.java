package stripebridge.sandbox.internal.semp;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Converts the records of a sealed family to JSON and back. `type` is the record's name with a
/// lower-case first letter; the other members are its components. A new record of the family needs
/// no code here. A duration is in milliseconds, an instant in milliseconds since 1970, bytes are
/// Base64.
///
/// @param <T> a sealed interface whose every implementation is a record
public final class RecordJson<T> {

  private static final String TYPE = "type";

  private final Class<T> family;
  private final Map<String, Class<?>> records;

  public RecordJson(Class<T> family) {
    this.family = family;
    this.records =
        Arrays.stream(family.getPermittedSubclasses())
            .collect(Collectors.toMap(RecordJson::nameOf, type -> type));
  }

  /// Reads a record.
  ///
  /// @throws IllegalArgumentException when the JSON is not a record of the family; the message says
  ///   why
  public T read(Map<String, Object> json) {
    Class<?> type = records.get(String.valueOf(json.get(TYPE)));
    if (type == null) {
      throw new IllegalArgumentException(
          "'type' is '%s'; it must be one of %s"
              .formatted(json.get(TYPE), new TreeSet<>(records.keySet())));
    }
    RecordComponent[] components = type.getRecordComponents();
    List<String> names = Arrays.stream(components).map(RecordComponent::getName).toList();
    for (String member : json.keySet()) {
      if (!member.equals(TYPE) && !names.contains(member)) {
        throw new IllegalArgumentException(
            "'%s' has no '%s'; it has %s".formatted(nameOf(type), member, names));
      }
    }
    Object[] arguments = new Object[components.length];
    for (int at = 0; at < components.length; at++) {
      arguments[at] = argument(nameOf(type), components[at], json);
    }
    return family.cast(construct(type, components, arguments));
  }

  private static Object argument(String type, RecordComponent component, Map<String, Object> json) {
    Object value = json.get(component.getName());
    Class<?> wanted = component.getType();
    if (value == null) {
      throw new IllegalArgumentException("'%s' needs '%s'".formatted(type, component.getName()));
    }
    if (value instanceof Long number) {
      if (wanted == int.class && number.intValue() == number) {
        return number.intValue();
      }
      if (wanted == long.class) {
        return number;
      }
      if (wanted == Duration.class) {
        return Duration.ofMillis(number);
      }
    }
    if ((value instanceof String && wanted == String.class)
        || (value instanceof Boolean && wanted == boolean.class)) {
      return value;
    }
    throw new IllegalArgumentException(
        "'%s' of '%s' is not %s: %s"
            .formatted(component.getName(), type, described(wanted), value));
  }

  private static String described(Class<?> type) {
    return type == Duration.class ? "a number of milliseconds" : "of type " + type.getSimpleName();
  }

  private static Object construct(Class<?> type, RecordComponent[] components, Object[] arguments) {
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      return type.getDeclaredConstructor(types).newInstance(arguments);
    } catch (InvocationTargetException e) {
      // The record's constructor refused the values.
      throw new IllegalArgumentException(
          "'%s' is refused: %s".formatted(nameOf(type), messageOf(e.getCause())), e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static @Nullable String messageOf(@Nullable Throwable cause) {
    return cause == null ? null : cause.getMessage();
  }

  /// Writes a record, its type first.
  public Map<String, Object> write(T value) {
    LinkedHashMap<String, Object> json = new LinkedHashMap<>();
    json.put(TYPE, nameOf(value.getClass()));
    json.putAll(members((Record) value));
    return json;
  }

  /// Writes the components of any record. An empty `Optional` is left out.
  public static Map<String, Object> members(Record value) {
    LinkedHashMap<String, Object> json = new LinkedHashMap<>();
    for (RecordComponent component : value.getClass().getRecordComponents()) {
      try {
        Object found = component.getAccessor().invoke(value);
        asJson(found).ifPresent(member -> json.put(component.getName(), member));
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e);
      }
    }
    return json;
  }

  private static Optional<Object> asJson(Object value) {
    return switch (value) {
      case Optional<?> optional -> optional.flatMap(RecordJson::asJson);
      case Duration duration -> Optional.of(duration.toMillis());
      case Instant instant -> Optional.of(instant.toEpochMilli());
      case byte[] bytes -> Optional.of(Base64.getEncoder().encodeToString(bytes));
      case Number number -> Optional.of(number);
      case Boolean flag -> Optional.of(flag);
      case Map<?, ?> map -> {
        LinkedHashMap<String, Object> members = new LinkedHashMap<>();
        map.forEach((name, member) ->
            asJson(member).ifPresent(json -> members.put(String.valueOf(name), json)));
        yield Optional.of(members);
      }
      case List<?> list ->
          Optional.of(list.stream().flatMap(item -> asJson(item).stream()).toList());
      case Record record -> Optional.of(members(record));
      default -> Optional.of(value.toString());
    };
  }

  private static String nameOf(Class<?> type) {
    String name = type.getSimpleName();
    return Character.toLowerCase(name.charAt(0)) + name.substring(1);
  }
}
