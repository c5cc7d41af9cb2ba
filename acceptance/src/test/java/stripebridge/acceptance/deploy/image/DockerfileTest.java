package stripebridge.acceptance.deploy.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import stripebridge.acceptance.Project;

/// Applies every rule to the Dockerfile and to `.dockerignore`, and shows that each one finds a
/// violation. Whether the image works is tested by `make test-image`.
class DockerfileTest {
  private static String text() throws IOException {
    return Files.readString(Project.root().resolve("Dockerfile"));
  }

  /// The Dockerfile with one piece replaced.
  private static Dockerfile with(String piece, String other) throws IOException {
    assertThat(text()).contains(piece);
    return Dockerfile.parse(text().replace(piece, other));
  }

  private static List<String> withoutLines(List<String> violations) {
    return violations.stream().map(one -> one.replaceFirst("^line \\d+: ", "")).toList();
  }

  @ParameterizedTest
  @EnumSource
  void holds(ImageRule rule) throws IOException {
    assertThat(rule.violations(Dockerfile.ofProject())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "THE_USER_IS_A_NUMBER_AND_NOT_ROOT | USER 65532:65532 | USER stripebridge"
            + " | USER 'stripebridge': expected a number other than 0",
        "THE_USER_IS_A_NUMBER_AND_NOT_ROOT | USER 65532:65532 | USER 0"
            + " | USER '0': expected a number other than 0",
        "THE_USER_IS_A_NUMBER_AND_NOT_ROOT | USER 65532:65532 | USER 65532:0"
            + " | USER '65532:0': expected a number other than 0",
        "NOTHING_IS_ADDED | COPY . . | ADD . . | ADD: use COPY",
        "NO_ARGUMENT_OR_VARIABLE_IS_SECRET | ARG REVISION=unknown | ARG NPM_TOKEN"
            + " | ARG NPM_TOKEN: pass secrets when the container starts",
        "NO_ARGUMENT_OR_VARIABLE_IS_SECRET | ENV LANG= | ENV STRIPE_WEBHOOK_SECRET="
            + " | ENV STRIPE_WEBHOOK_SECRET: pass secrets when the container starts",
        "NO_SHELL_IS_PROCESS_1 | [\"/opt/stripebridge/bin/stripebridge\"] | [\"/bin/sh\", \"-c\"]"
            + " | ENTRYPOINT [/bin/sh, -c]: expected the launcher",
        "NO_SHELL_IS_PROCESS_1 | CMD [\"serve\"] | CMD []"
            + " | there is no CMD: expected what runs by default",
        "COPIED_FILES_EXIST | COPY --from=build | COPY --from=biuld"
            + " | COPY --from=biuld: no earlier stage has this name",
        "PORTS_ARE_THOSE_OF_THE_SETTINGS | EXPOSE 8080 9090 | EXPOSE 8080"
            + " | EXPOSE has [8080], and ENV has [8080, 9090]",
        "VARIABLES_ARE_SETTINGS | ENV LANG= | ENV APP_PROT="
            + " | ENV APP_PROT: stripebridge has no such setting",
        "THE_INBOX_LIES_IN_A_VOLUME | /var/lib/stripebridge/inbox.db | /tmp/inbox.db"
            + " | INBOX_PATH /tmp/inbox.db lies in no VOLUME",
        "LABELS_SAY_WHAT_IT_IS | image.title | image.titel"
            + " | there is no LABEL org.opencontainers.image.title",
      },
      quoteCharacter = '~')
  void finds(ImageRule rule, String piece, String other, String violation) throws IOException {
    assertThat(withoutLines(rule.violations(with(piece, other)))).containsExactly(violation);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "debian",
        "debian:trixie-slim",
        "debian:latest@sha256:",
        "debian@sha256:",
        "debian:13.7-slim@sha256:1234"
      })
  void findsABaseThatIsNotPinned(String base) throws IOException {
    String digest = "0".repeat(64);
    String from = base.endsWith(":") ? base + digest : base;
    Dockerfile file = Dockerfile.parse("FROM " + from + "\n");
    assertThat(ImageRule.BASES_ARE_PINNED.violations(file))
        .containsExactly("line 1: FROM " + from + ": expected image:version@sha256:digest");
    assertThat(
            ImageRule.BASES_ARE_PINNED.violations(
                Dockerfile.parse("FROM debian:13.7@sha256:" + digest + " AS a\nFROM a\n")))
        .isEmpty();
  }

  @Test
  void findsAMissingHealthCheck() throws IOException {
    String text = text();
    int from = text.indexOf("HEALTHCHECK");
    String without =
        text.substring(0, from)
            + "HEALTHCHECK NONE\n"
            + text.substring(text.indexOf("ARG VERSION"));
    assertThat(ImageRule.NO_SHELL_IS_PROCESS_1.violations(Dockerfile.parse(without)))
        .containsExactly("there is no HEALTHCHECK");
  }

  @Test
  void labelsTheVersionAndTheDateOfTheRelease() throws IOException {
    String pom = Files.readString(Project.root().resolve("pom.xml"));
    Map<String, String> labels = Dockerfile.ofProject().config().labels();
    assertThat(pom)
        .contains("<version>" + labels.get("org.opencontainers.image.version") + "</version>")
        .contains(
            "<project.build.outputTimestamp>"
                + labels.get("org.opencontainers.image.created")
                + "</project.build.outputTimestamp>");
  }

  @Test
  void copiesWhatTheBuilderSees() throws IOException {
    assertThat(ImageRule.notSeen(Dockerfile.ofProject(), IgnoreFile.ofProject(), Project.root()))
        .isEmpty();
    assertThat(
            withoutLines(
                ImageRule.notSeen(
                    with("COPY . .", "COPY pom.xml none README.md ./"),
                    IgnoreFile.ofProject(),
                    Project.root())))
        .containsExactly(
            "COPY none: does not exist", "COPY README.md: .dockerignore leaves it out");
  }

  /// What the launcher counts as a source (`.mvn/sources.sh`), and what `lay-out` names.
  @Test
  void keepsWhatTheBuildNeeds() throws IOException {
    assertThat(neededFiles())
        .hasSizeGreaterThan(500)
        .contains("deploy/image/lay-out", "cli/pom.xml", "acceptance/pom.xml")
        .allSatisfy(file -> assertThat(Project.root().resolve(file)).exists());
    IgnoreFile ignored = IgnoreFile.ofProject();
    assertThat(neededFiles()).filteredOn(ignored::leavesOut).isEmpty();
  }

  private static List<String> neededFiles() throws IOException {
    List<String> needed =
        new ArrayList<>(
            List.of(
                ".mvn/jdk25.sh",
                ".mvn/maven.config",
                ".mvn/sources.sh",
                "LICENSE",
                "NOTICE",
                "deploy/image/TlsHealth.java",
                "deploy/image/health",
                "deploy/image/lay-out",
                "docs/reference/envelope.schema.json",
                "pom.xml",
                "stripebridge",
                "topology.yaml"));
    try (Stream<Path> modules = Files.list(Project.root())) {
      for (Path module : modules.filter(path -> Files.exists(path.resolve("pom.xml"))).toList()) {
        String name = module.getFileName().toString();
        if (name.equals("bench")) {
          continue; // In a profile only.
        }
        needed.add(name + "/pom.xml");
        needed.addAll(filesBelow(module.resolve("src/main")));
        needed.addAll(filesBelow(module.resolve("src/build")));
      }
    }
    return needed;
  }

  private static List<String> filesBelow(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> Project.root().relativize(file).toString())
          .toList();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ".env",
        ".env.production",
        ".git/config",
        "bench/src/main/java/A.java",
        "cli/.env",
        "cli/tls.key",
        "core/src/test/java/A.java",
        "core/target/classes/A.class",
        "deploy/image/secrets/password",
        "deploy/kubernetes/secret.yaml",
        "inbox.db",
        "inbox.db-wal",
        "service/src/main/resources/inbox.db",
        "service/src/main/resources/keystore.p12",
        "id_rsa",
        "relay/id_ed25519",
        "serve.log",
        "server.pem",
        "stripe/src/main/server.pem",
        "target/image/rootfs/etc/passwd",
      })
  void leavesOut(String file) throws IOException {
    assertThat(IgnoreFile.ofProject().leavesOut(file)).isTrue();
  }

  /// Cases from the documentation of `.dockerignore`.
  @ParameterizedTest
  @CsvSource({
    "*/temp*, a/temporary.txt, true",
    "*/temp*, a/b/temporary.txt, false",
    "*/*/temp*, a/b/temporary.txt, true",
    "temp?, tempa, true",
    "temp?, temp, false",
    "**/*.go, a/b/c.go, true",
    "**/*.go, c.go, true",
    "/foo/bar/, foo/bar, true",
    "foo, foo/bar/baz, true",
    "foo, a/foo, false",
    "**, a/b, true",
    "a.b, axb, false",
    "'*.md;!README.md', README.md, false",
    "'*.md;!README.md', other.md, true",
    "'*.md;!README*.md;README-secret.md', README-secret.md, true",
    "'*.md;README-secret.md;!README*.md', README-secret.md, false",
    "'*;!a/b', a/b/c, false",
    "'*;!a/b', a/c, true",
    "'# a', '# a', false",
  })
  void ignoresAsBuildersDo(String patterns, String path, boolean out) {
    assertThat(IgnoreFile.parse(patterns.replace(';', '\n')).leavesOut(path)).isEqualTo(out);
  }
}
