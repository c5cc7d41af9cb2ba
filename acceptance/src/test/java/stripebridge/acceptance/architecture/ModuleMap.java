package stripebridge.acceptance.architecture;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Which of our modules may use which other, as drawn in `docs/architecture.md`. A module is named
/// by its package below the root.
final class ModuleMap {
  /// The package of the client generated from the OpenAPI documents in `semp-client`.
  static final String SEMP = "semp";

  private static final Map<String, Set<String>> USES =
      Map.of(
          "core",
          Set.of(),
          SEMP,
          Set.of(),
          "sandbox",
          Set.of(),
          "relay",
          Set.of("core"),
          "service",
          Set.of("core", "relay"),
          "stripe",
          Set.of("core"),
          "solace",
          Set.of("core", SEMP),
          "cli",
          Set.of("core", "relay", "service", "solace", "stripe", "sandbox"),
          "bench",
          Set.of("core", "relay", "service", "solace", "stripe", "sandbox", "cli"));

  private ModuleMap() {}

  /// What each module may use.
  static Map<String, Set<String>> uses() {
    return USES;
  }

  /// The package, below the root, of one of our Maven modules.
  static String packageOf(String mavenModule) {
    return mavenModule.equals("semp-client") ? SEMP : mavenModule;
  }

  /// Fails for each use of another module's class that the map does not allow.
  static ArchCondition<JavaClass> dependOnlyAsDrawn(String root) {
    return new ArchCondition<>("use only modules that their own module may use") {
      @Override
      public void check(JavaClass user, ConditionEvents events) {
        String module = module(root, user).orElseThrow();
        Set<String> uses = USES.get(module);
        if (uses == null) {
          events.add(
              SimpleConditionEvent.violated(
                  user, "Class <%s> is in a module that is not drawn".formatted(user.getName())));
          return;
        }
        for (Dependency use : user.getDirectDependenciesFromSelf()) {
          module(root, use.getTargetClass().getBaseComponentType())
              .filter(used -> !used.equals(module) && !uses.contains(used))
              .ifPresent(_ -> events.add(SimpleConditionEvent.violated(use, use.getDescription())));
        }
      }
    };
  }

  private static Optional<String> module(String root, JavaClass ours) {
    String prefix = root + ".";
    return Optional.of(ours.getPackageName() + ".")
        .filter(name -> name.startsWith(prefix) && name.length() > prefix.length())
        .map(name -> name.substring(prefix.length(), name.indexOf('.', prefix.length())));
  }
}
