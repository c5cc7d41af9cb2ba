package stripebridge.acceptance.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/// Uses of the JDK and of libraries, as predicates for the boundaries.
final class ApiUse {
  /// Types that open a file, a socket or a process.
  static final DescribedPredicate<JavaClass> FILE_SOCKET_OR_PROCESS =
      named(
          "open a file, a socket or a process",
          "java\\.io\\.(File.*|RandomAccessFile|Console)",
          // Naming the failure of a caller's read is not I/O.
          "java\\.nio\\.(channels|file)\\.(?!(NoSuchFile|AccessDenied)Exception$).*",
          "java\\.util\\.zip\\.ZipFile.*",
          // Addresses and their encoding are text; the rest of java.net is the network.
          "java\\.net\\.(?!URI$|URISyntaxException$|URLDecoder$|URLEncoder$).*",
          // Certificates and keys are computing; the sockets that they secure are not.
          "javax\\.net\\.(?!ssl\\.(SSLContext|\\w*(Key|Trust)Manager(Factory)?)$).*",
          "java\\.lang\\.(Process.*|Runtime)");

  static final DescribedPredicate<JavaClass> CERTIFICATE_AND_KEY_FACTORY =
      named(
          "make certificates, keys or what judges by them",
          "java\\.security\\.KeyFactory",
          "java\\.security\\.cert\\.CertificateFactory",
          "javax\\.net\\.ssl\\.(Key|Trust)ManagerFactory");

  static final DescribedPredicate<JavaClass> CLOCK =
      named("tell the time", "java\\.time\\.(Clock|InstantSource)", "java\\.util\\.Calendar");

  static final DescribedPredicate<JavaClass> THREAD =
      named(
          "are or make threads",
          "java\\.lang\\.Thread.*",
          "java\\.util\\.Timer(Task)?",
          "java\\.util\\.concurrent\\.(ForkJoin|ScheduledThread|Structured|Thread).*",
          "java\\.util\\.concurrent\\..*Executor.*");

  private static final Set<String> FUNCTIONS_OF_SYSTEM = Set.of("arraycopy", "identityHashCode");

  static final DescribedPredicate<JavaAccess<?>> READS_THE_PROCESS_OR_ITS_TIME =
      access(
          "it reads the process or its time",
          target ->
              (target.getOwner().isEquivalentTo(System.class)
                      && !FUNCTIONS_OF_SYSTEM.contains(target.getName()))
                  || (target.getOwner().getPackageName().startsWith("java.time")
                      && target.getName().equals("now"))
                  || target.getFullName().equals("java.util.Date.<init>()"));

  static final DescribedPredicate<JavaAccess<?>> USES_THE_COMMON_POOL =
      access(
          "it runs on the common pool",
          target ->
              target.getOwner().getPackageName().startsWith("java.util")
                  && (target.getName().startsWith("parallel")
                      || target.getName().endsWith("Async")));

  static final DescribedPredicate<JavaAccess<?>> TOUCHES_THE_PROCESS =
      access(
          "it uses a standard stream or the environment, or ends the process",
          target ->
              isMember(
                      target, System.class, Set.of("in", "out", "err", "setIn", "setOut", "setErr"))
                  || isMember(target, System.class, Set.of("exit", "getenv", "console"))
                  || isMember(target, Runtime.class, Set.of("exit", "halt"))
                  // The overload without a stream writes to System.err.
                  || target.getFullName().endsWith(".printStackTrace()"));

  private ApiUse() {}

  /// What core may use: itself, the computing part of the JDK, nullness annotations, one JSON and
  /// one YAML reader.
  static DescribedPredicate<JavaClass> library(String core) {
    return resideInAnyPackage(
            core,
            "java.io",
            "java.lang..",
            "java.math",
            "java.net",
            "java.nio..",
            "java.security..",
            "java.text",
            "java.time..",
            "java.util",
            "java.util.concurrent..",
            "java.util.function",
            "java.util.random",
            "java.util.regex",
            "java.util.stream",
            "java.util.zip",
            "javax.crypto..",
            "javax.net.ssl",
            "javax.security.auth.x500",
            "org.jspecify.annotations",
            "com.fasterxml.jackson.core..",
            "com.fasterxml.jackson.dataformat.yaml..",
            "org.yaml.snakeyaml.error")
        .or(describe("primitives and their arrays", ApiUse::isPrimitive))
        .as("are core, the computing part of the JDK, JSpecify, or its JSON and YAML reader");
  }

  private static boolean isPrimitive(JavaClass type) {
    return type.getBaseComponentType().isPrimitive();
  }

  static DescribedPredicate<JavaClass> named(String description, String... regexes) {
    Predicate<String> any = Pattern.compile(String.join("|", regexes)).asMatchPredicate();
    return describe(description, type -> any.test(type.getBaseComponentType().getName()));
  }

  static DescribedPredicate<JavaAccess<?>> access(
      String description, Predicate<AccessTarget> target) {
    return describe(description, access -> target.test(access.getTarget()));
  }

  private static boolean isMember(AccessTarget target, Class<?> owner, Set<String> names) {
    return target.getOwner().isEquivalentTo(owner) && names.contains(target.getName());
  }
}
