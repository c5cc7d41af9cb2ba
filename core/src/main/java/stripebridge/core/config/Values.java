package stripebridge.core.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import stripebridge.core.config.EffectiveSetting.Origin;
import stripebridge.core.config.EffectiveSetting.Origin.Level;
import stripebridge.core.config.Resolver.ResolvedText;
import stripebridge.core.config.ValueType.Parsed;
import stripebridge.core.problem.Problem;
import stripebridge.core.problem.Problems;

/// The parsed values of all settings.
final class Values {
  private final Map<Setting<?>, ResolvedText> found;
  private final Map<Setting<?>, Object> parsed = new HashMap<>();

  /// @param problems collects the problems of the texts
  Values(Map<Setting<?>, ResolvedText> found, Problems problems) {
    this.found = found;
    found.forEach((setting, one) -> parse(setting, one, problems));
  }

  private void parse(Setting<?> setting, ResolvedText one, Problems problems) {
    Secret text = one.text();
    if (text == null) {
      return;
    }
    switch (setting.type().parse(text.reveal())) {
      case Parsed.Value<?>(Object value) -> parsed.put(setting, value);
      case Parsed.Refused<?>(List<String> reasons) ->
          problems.addAll(reasons.stream().map(one::problem).toList());
    }
  }

  /// The value; empty when the setting is not set or its text is not legal.
  <T> Optional<T> find(Setting<T> setting) {
    // Safe: `parse` stores a value only under the setting whose type produced it.
    @SuppressWarnings("unchecked")
    T value = (T) parsed.get(setting);
    Setting<T> sameAs = setting.sameAs();
    return value == null && sameAs != null && !has(setting)
        ? find(sameAs)
        : Optional.ofNullable(value);
  }

  /// The value of a setting that is required or has a default.
  <T> T get(Setting<T> setting) {
    return find(setting).orElseThrow(() -> new IllegalStateException(setting + " has no value"));
  }

  /// Whether a source or a default has a text for it, legal or not.
  boolean has(Setting<?> setting) {
    return found.containsKey(setting);
  }

  /// Whether the operator set it.
  boolean isSet(Setting<?> setting) {
    return level(setting).compareTo(Level.DEFAULT) < 0;
  }

  Level level(Setting<?> setting) {
    ResolvedText one = found.get(setting);
    return one == null ? Level.NOT_SET : one.origin().level();
  }

  /// A problem with a setting's value.
  Problem problem(Setting<?> setting, String reason) {
    ResolvedText one = found.get(setting);
    return one == null ? new Problem(setting.name(), reason) : one.problem(reason);
  }

  List<EffectiveSetting> effective() {
    List<EffectiveSetting> all = new ArrayList<>();
    Settings.all().forEach(setting -> all.add(effective(setting)));
    return List.copyOf(all);
  }

  private EffectiveSetting effective(Setting<?> setting) {
    ResolvedText one = found.get(setting);
    Setting<?> sameAs = setting.sameAs();
    if (one == null && sameAs != null && has(sameAs)) {
      Origin origin = new Origin(Level.DEFAULT, "default (" + sameAs + ")");
      return new EffectiveSetting(setting, effective(sameAs).shown(), origin);
    }
    if (one == null) {
      return new EffectiveSetting(setting, "", new Origin(Level.NOT_SET, "not set"));
    }
    Secret text = one.text();
    String shown = text == null ? "" : setting.type().shown().apply(text.reveal());
    return new EffectiveSetting(setting, shown, one.origin());
  }
}
