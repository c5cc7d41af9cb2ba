package stripebridge.acceptance.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.CompositeArchRule;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;

/// The boundaries between and within modules, each as a rule for all classes below a root package.
/// A rule passes if the modules it names do not exist yet.
enum Boundary {
  MODULES_USE_EACH_OTHER_AS_DRAWN(root ->
      classes()
          .that()
          .resideInAPackage(root + ".*..")
          .should(ModuleMap.dependOnlyAsDrawn(root))
          .because("service and solace meet at core's ports, and the sandbox judges both")),

  GENERATED_SEMP_TYPES_STAY_IN_SOLACE_ADMIN(root ->
      noClasses()
          .that()
          .resideOutsideOfPackages(semp(root), root + ".solace.admin..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(semp(root))
          .because("types generated from SEMP change with SEMP")),

  STRIPES_LIBRARY_STAYS_IN_STRIPE_API(root ->
      noClasses()
          .that()
          .resideOutsideOfPackage(root + ".stripe.api..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("com.stripe..")
          .because("it is large, and knows events of one API version only")),

  HELIDON_STAYS_IN_SERVICE_HTTP(root ->
      noClasses()
          .that()
          .resideOutsideOfPackage(root + ".service.http..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.helidon..")
          .because("it is the HTTP server, and nothing else is made of it")),

  ONE_CLASS_READS_CERTIFICATES(root ->
      noClasses()
          .that()
          .resideOutsideOfPackages(root + ".core.tls..", root + ".sandbox..", semp(root))
          .should()
          .dependOnClassesThat(ApiUse.CERTIFICATE_AND_KEY_FACTORY)
          .because("all files of certificates and keys are read and refused alike")),

  CORE_USES_FEW_LIBRARIES(root ->
      classes()
          .that()
          .resideInAPackage(core(root))
          .should()
          .onlyDependOnClassesThat(ApiUse.library(core(root)))
          .because("core has the rules, independent of any library")),

  CORE_OPENS_NOTHING(root ->
      noClasses()
          .that()
          .resideInAPackage(core(root))
          .should()
          .dependOnClassesThat(ApiUse.FILE_SOCKET_OR_PROCESS)
          .because("core does no I/O")),

  CORE_READS_NO_CLOCK(root ->
      noClasses()
          .that()
          .resideInAPackage(core(root))
          .should()
          .dependOnClassesThat(ApiUse.CLOCK)
          .orShould()
          .accessTargetWhere(ApiUse.READS_THE_PROCESS_OR_ITS_TIME)
          .because("callers pass core the time it needs")),

  CORE_STARTS_NO_THREAD(root ->
      noClasses()
          .that()
          .resideInAPackage(core(root))
          .should()
          .dependOnClassesThat(ApiUse.THREAD)
          .orShould()
          .accessTargetWhere(ApiUse.USES_THE_COMMON_POOL)
          .because("the caller of core chooses the thread")),

  ONLY_MAIN_TOUCHES_THE_PROCESS(root ->
      noClasses()
          .that(not(describe("Main or a trainer", type -> isMain(root, type.getName()))))
          .should()
          .accessTargetWhere(ApiUse.TOUCHES_THE_PROCESS)
          .orShould()
          .dependOnClassesThat(ApiUse.named("print", "java\\.lang\\.IO"))
          .because("a test runs many commands in parallel in one process")),

  PACKAGES_OF_A_MODULE_HAVE_NO_CYCLES(root ->
      CompositeArchRule.of(
              slices()
                  .matching(root + ".(*).(*)..")
                  .should()
                  .beFreeOfCycles()
                  .allowEmptyShould(true))
          .and(
              slices()
                  .matching(root + ".(*).(*).(*)..")
                  .should()
                  .beFreeOfCycles()
                  .allowEmptyShould(true))
          .because("packages in a cycle are one package without a name")),

  COMMANDS_END_IN_COMMAND_AND_ARE_CALLABLE(root ->
      classes()
          .that()
          .resideInAPackage(root + "..")
          .and()
          .areTopLevelClasses()
          .and()
          .areAnnotatedWith(Command.class)
          .should()
          .haveSimpleNameEndingWith("Command")
          .andShould()
          .implement(Callable.class)
          .because("a command is found by its name and returns its exit code"));

  @SuppressWarnings("ImmutableEnumChecker") // A lambda without state, which the checker cannot see.
  private final Function<String, ArchRule> rule;

  Boundary(Function<String, ArchRule> rule) {
    this.rule = rule;
  }

  /// The rule for the modules in packages directly below `root`.
  ArchRule below(String root) {
    return rule.apply(root).allowEmptyShould(true);
  }

  private static String core(String root) {
    return root + ".core..";
  }

  /// The classes that are processes: the command line, and two that make the AOT caches.
  private static boolean isMain(String root, String name) {
    return Set.of(root + ".cli.Main", root + ".cli.AotTrainer", root + ".cli.AotTraining")
        .contains(name);
  }

  private static String semp(String root) {
    return root + "." + ModuleMap.SEMP + "..";
  }
}
