package stripebridge.acceptance.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.EvaluationResult;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import stripebridge.acceptance.Project;

/// Checks the classes of all modules, and proves with planted classes that crossing a boundary is
/// noticed.
class ArchitectureTest {
  private static final String OURS = "stripebridge";
  private static final String PLANTED = "stripebridge.acceptance.architecture.planted";

  /// All classes of all modules, which take seconds to read.
  static final JavaClasses MODULES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(location -> !location.contains("/stripebridge/acceptance/"))
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages(OURS);

  private static final JavaClasses PLANTED_CLASSES =
      new ClassFileImporter().importPackages(PLANTED);

  @ParameterizedTest
  @EnumSource
  void holds(Boundary boundary) {
    EvaluationResult result = boundary.below(OURS).evaluate(MODULES);
    assertThat(result.hasViolation()).as("%s", result.getFailureReport()).isFalse();
  }

  @ParameterizedTest
  @MethodSource("crossings")
  void notices(Boundary boundary, Set<String> crossedBy) {
    assertThat(crossing(boundary)).isEqualTo(crossedBy);
  }

  @Test
  void noticesEachBoundary() {
    assertThat(crossings().map(crossing -> crossing.get()[0]))
        .containsExactlyElementsOf(List.of(Boundary.values()));
  }

  /// Boundaries use package names: a module in a package with another name would escape them.
  @Test
  void knowsThePackageOfEachModule() throws IOException {
    Set<String> modules =
        Pattern.compile("<module>([^<]+)</module>")
            .matcher(Files.readString(Project.root().resolve("pom.xml")))
            .results()
            .map(found -> found.group(1))
            // Nothing uses these two, so they are not on the class path of this test.
            .filter(module -> !module.equals("acceptance") && !module.equals("bench"))
            .collect(Collectors.toSet());
    assertThat(modules)
        .contains("core", "cli")
        .allSatisfy(module ->
            assertThat(MODULES)
                .as("classes of module %s", module)
                .anyMatch(type ->
                    (type.getPackageName() + ".")
                        .startsWith(OURS + "." + ModuleMap.packageOf(module) + ".")));
  }

  static Stream<Arguments> crossings() {
    return Stream.of(
        arguments(
            Boundary.MODULES_USE_EACH_OTHER_AS_DRAWN,
            Set.of(
                "bench.UsesSemp",
                "core.UsesCli",
                "sandbox.UsesCore",
                "service.UsesSolace",
                "solace.UsesService",
                "undrawn.Module")),
        arguments(
            Boundary.GENERATED_SEMP_TYPES_STAY_IN_SOLACE_ADMIN,
            Set.of("bench.UsesSemp", "solace.messaging.UsesSemp")),
        arguments(
            Boundary.STRIPES_LIBRARY_STAYS_IN_STRIPE_API,
            Set.of("stripe.event.UsesStripesLibrary")),
        arguments(Boundary.HELIDON_STAYS_IN_SERVICE_HTTP, Set.of("service.UsesHelidon")),
        arguments(Boundary.ONE_CLASS_READS_CERTIFICATES, Set.of("service.ReadsCertificates")),
        arguments(
            Boundary.CORE_USES_FEW_LIBRARIES,
            Set.of("core.ConnectsToDatabase", "core.ParsesOptions", "core.UsesCli")),
        arguments(
            Boundary.CORE_OPENS_NOTHING,
            Set.of(
                "core.MakesTlsSockets",
                "core.OpensSocket",
                "core.ReadsFile",
                "core.StartsProcess")),
        arguments(
            Boundary.CORE_READS_NO_CLOCK,
            Set.of("core.AsksInstant", "core.AsksSystem", "core.HoldsClock", "core.MeasuresNanos")),
        arguments(
            Boundary.CORE_STARTS_NO_THREAD,
            Set.of("core.RunsInPool", "core.StartsThread", "core.StreamsInParallel")),
        arguments(
            Boundary.ONLY_MAIN_TOUCHES_THE_PROCESS,
            Set.of("cli.command.Leaves", "cli.command.Prints", "service.ReadsEnvironment")),
        arguments(
            Boundary.PACKAGES_OF_A_MODULE_HAVE_NO_CYCLES,
            Set.of("service.here.UsesThere", "service.there.UsesHere")),
        arguments(
            Boundary.COMMANDS_END_IN_COMMAND_AND_ARE_CALLABLE,
            Set.of("cli.command.Misnamed", "cli.command.RunnableCommand")));
  }

  /// The planted classes that violate a boundary. In ArchUnit's sentences, the first class named is
  /// the offender.
  private static Set<String> crossing(Boundary boundary) {
    Pattern origin =
        Pattern.compile("(?m)^[^<\\n]*<" + Pattern.quote(PLANTED) + "\\.([a-z.]+[A-Z]\\w*)");
    return boundary
        .below(PLANTED)
        .evaluate(PLANTED_CLASSES)
        .getFailureReport()
        .getDetails()
        .stream()
        .flatMap(detail -> origin.matcher(detail).results())
        .map(MatchResult::group)
        .map(line -> line.substring(line.indexOf(PLANTED) + PLANTED.length() + 1))
        .collect(Collectors.toSet());
  }
}
