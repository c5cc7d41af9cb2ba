package stripebridge.core.topology.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The definition of one settable SEMP attribute.
///
/// @param byDefault SEMP's default; null when it depends on the broker
/// @param since the first SEMP version with the attribute
/// @param disables attributes of the same object that the broker briefly switches off to apply a
///   change of this one, which interrupts consumers or clients (SEMP's auto-disable)
public record Attribute(
    String name,
    AttributeType type,
    @Nullable AttributeValue byDefault,
    SempVersion since,
    List<String> disables) {

  public Attribute {
    disables = List.copyOf(disables);
  }

  /// Whether the broker never returns the attribute.
  public boolean writeOnly() {
    return type instanceof AttributeType.Secret;
  }

  Attribute since(int major, int minor) {
    return new Attribute(name, type, byDefault, new SempVersion(major, minor), disables);
  }

  Attribute disabling(String... others) {
    return new Attribute(name, type, byDefault, since, List.of(others));
  }
}
