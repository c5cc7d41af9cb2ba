package stripebridge.sandbox.internal.model;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Describes one attribute: its type, default and allowed values, and who may set it when.
///
/// @param defaultValue `Boolean`, `Long`, `String` or [Threshold]; null when there is no default
/// @param range the bounds of a number, or of the length of a text
/// @param enumValues the allowed values of an enum
/// @param units the allowed units of a threshold
/// @param disables attributes that the broker sets to false for a moment while it applies a change
/// @param with an attribute that must be in the same request when this one changes
public record Attribute(
    String name,
    Type type,
    @Nullable Object defaultValue,
    Range range,
    List<String> enumValues,
    Set<Threshold.Unit> units,
    Set<Flag> flags,
    List<String> disables,
    Optional<String> with,
    SempVersion since,
    Optional<Pattern> pattern) {

  public enum Type {
    BOOL,
    INT32,
    INT64,
    TEXT,
    ENUM,
    THRESHOLD
  }

  /// `ID`: names the object. `REQUIRED`: must be in a POST. `CONST`: fixed once created. `PATH`:
  /// comes from the URI. `WRITE_ONLY`: never returned. `OPAQUE`: a secret. `GLOBAL`: only a global
  /// user may set it. `PLATFORM`: the default is the sandbox's own choice. `CIDR`: an address with
  /// a prefix length.
  public enum Flag {
    ID,
    REQUIRED,
    CONST,
    PATH,
    WRITE_ONLY,
    OPAQUE,
    DEPRECATED,
    GLOBAL,
    PLATFORM,
    CIDR
  }

  public record Range(long min, long max) {
    static final Range ANY = new Range(Long.MIN_VALUE, Long.MAX_VALUE);

    boolean contains(long number) {
      return min <= number && number <= max;
    }
  }

  public boolean is(Flag flag) {
    return flags.contains(flag);
  }

  public boolean isKnownIn(SempVersion version) {
    return since.compareTo(version) <= 0;
  }
}
