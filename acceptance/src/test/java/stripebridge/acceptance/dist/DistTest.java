package stripebridge.acceptance.dist;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.acceptance.Project;
import stripebridge.cli.Version;
import stripebridge.cli.setup.ClientLibrary;

/// Unpacks the archive in `target/dist` and compares it with its SBOM. `make test-dist` builds it
/// and runs this.
@Tag("dist")
class DistTest {
  private static final Path DIST = Project.root().resolve("target/dist");
  private static final String NAME = "stripebridge-" + Version.text();
  private static final String SCHEMA = "http://cyclonedx.org/schema/";
  private static final ClientLibrary LIBRARY = ClientLibrary.ofThisBuild();

  @TempDir private Path folder;

  private Path archive = Path.of("");
  private JsonNode bom = new ObjectMapper().nullNode();

  @BeforeEach
  void unpack() throws Exception {
    run("tar", "-xzf", DIST.resolve(NAME + ".tar.gz").toString());
    archive = folder.resolve(NAME);
    bom = new ObjectMapper().readTree(DIST.resolve(NAME + ".cdx.json").toFile());
  }

  private String run(String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  private static String resource(String iri) {
    String name = iri.substring(iri.lastIndexOf('/') + 1);
    try (InputStream in =
        Objects.requireNonNull(DistTest.class.getResourceAsStream("/" + name), iri)) {
      // The dialect does not have these keywords, and the validator would log that it ignores them.
      return new String(in.readAllBytes(), UTF_8)
          .replace("\"meta:enum\"", "\"$comment\"")
          .replaceAll("\"deprecated\"\\s*:", "\"\\$comment\":");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Problems of a document by the schema of CycloneDX itself, from their own library.
  private static List<String> problems(String document) {
    return SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_7, builder -> builder.schemas(DistTest::resource))
        .getSchema(SchemaLocation.of(SCHEMA + "bom-1.6.schema.json"))
        .validate(document, InputFormat.JSON)
        .stream()
        .map(Object::toString)
        .toList();
  }

  private static String sha256(Path file) throws Exception {
    return HexFormat.of()
        .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
  }

  /// The SHA-256 of all jars by name.
  private Map<String, String> jars() throws Exception {
    Map<String, String> jars = new TreeMap<>();
    try (Stream<Path> files = Files.list(archive.resolve("lib"))) {
      for (Path file : files.filter(it -> it.toString().endsWith(".jar")).toList()) {
        jars.put(file.getFileName().toString(), sha256(file));
      }
    }
    return jars;
  }

  private static String jar(JsonNode component) {
    String purl = component.get("purl").asText();
    String classifier = purl.contains("classifier=linux-x86_64") ? "-linux-x86_64" : "";
    return component.get("name").asText()
        + "-"
        + component.get("version").asText()
        + classifier
        + ".jar";
  }

  @Test
  void hasAnSbomThatIsValid() throws Exception {
    String document = Files.readString(DIST.resolve(NAME + ".cdx.json"));

    assertThat(problems(document)).isEmpty();
    assertThat(problems(document.replaceFirst("\"excluded\"", "\"left out\""))).isNotEmpty();
    assertThat(problems(document.replace("\"Apache-2.0\"", "\"Apache-9\""))).isNotEmpty();
  }

  @Test
  void hasAnSbomOfTheseJars() throws Exception {
    Map<String, String> described = new TreeMap<>();
    described.put("stripebridge.jar", digest(bom.at("/metadata/component")));
    for (JsonNode component : bom.get("components")) {
      if (!component.get("scope").asText().equals("excluded")) {
        described.put(jar(component), digest(component));
      }
    }
    assertThat(described).isEqualTo(jars());
  }

  private static String digest(JsonNode component) {
    assertThat(component.get("hashes")).hasSize(1);
    assertThat(component.at("/hashes/0/alg").asText()).isEqualTo("SHA-256");
    return component.at("/hashes/0/content").asText();
  }

  @Test
  void excludesSolacesLibraryAndNothingElse() {
    List<JsonNode> excluded =
        bom.get("components")
            .valueStream()
            .filter(component -> component.get("scope").asText().equals("excluded"))
            .toList();

    assertThat(excluded)
        .singleElement()
        .satisfies(component -> {
          assertThat(jar(component)).isEqualTo(LIBRARY.fileName());
          assertThat(digest(component)).isEqualTo(LIBRARY.sha256());
          assertThat(component.at("/licenses/0/license/name").asText())
              .isEqualTo(LIBRARY.licence());
        });
  }

  @Test
  void holdsNoClassOfSolacesClient() throws Exception {
    TreeSet<String> found = new TreeSet<>();
    for (String jar : jars().keySet()) {
      try (ZipFile zip = new ZipFile(archive.resolve("lib").resolve(jar).toFile())) {
        zip.stream()
            .map(entry -> entry.getName())
            .filter(name -> name.startsWith("com/solacesystems/") && !name.endsWith("/"))
            .forEach(found::add);
      }
    }
    assertThat(found).isEmpty();
  }

  /// The place that an artifact was fetched from differs from builder to builder.
  @Test
  void namesNoRegistry() throws Exception {
    assertThat(Files.readString(DIST.resolve(NAME + ".cdx.json")))
        .doesNotContainPattern("(?i)maven\\.(org|apache)|sonatype|artifactory|jfrog|nexus")
        .doesNotContain(System.getProperty("user.home"), Project.root().toString());
  }

  @Test
  void namesALicenceOfEachJarAndHoldsItsText() throws Exception {
    String list = Files.readString(archive.resolve("THIRD-PARTY.txt"));
    for (String jar : jars().keySet()) {
      if (!jar.matches("(stripebridge|solace-semp-v2-client).*")) {
        assertThat(list).containsPattern("(?m)^" + jar + "\n  licence: \\S");
      }
    }
    assertThat(list)
        .contains("picocli-4.7.7.jar\n")
        .contains("note:    changed by stripebridge")
        .doesNotContain(LIBRARY.fileName());
    list.lines()
        .filter(line -> line.startsWith("  text:    licenses/"))
        .map(line -> line.substring("  text:    ".length()))
        .forEach(text -> assertThat(archive.resolve(text)).isNotEmptyFile());
    assertThat(archive).isDirectoryContaining("glob:**/LICENSE");
    assertThat(archive).isDirectoryContaining("glob:**/NOTICE");
  }

  @Test
  void saysNothingOfWhoBuiltIt() throws Exception {
    List<String> entries =
        run("tar", "--numeric-owner", "-tvzf", DIST.resolve(NAME + ".tar.gz").toString())
            .lines()
            .toList();

    assertThat(entries)
        .allMatch(line -> line.matches("[d-]rw[x-]r-[x-]r-[x-] 0/0 .*"), "of root, readable by all")
        .allMatch(line -> line.contains(" 2026-11-20 00:00 "), "of the date of the release")
        .anyMatch(line -> line.startsWith("-rwxr-xr-x") && line.endsWith("/bin/stripebridge"))
        .noneMatch(line -> line.contains(".aot") || line.contains("sol-jcsmp"));
  }

  @Test
  void hasChecksums() throws Exception {
    assertThat(DIST.resolve("SHA256SUMS"))
        .hasContent(
            "%s  %s.cdx.json\n%s  %2$s.tar.gz\n"
                .formatted(
                    sha256(DIST.resolve(NAME + ".cdx.json")),
                    NAME,
                    sha256(DIST.resolve(NAME + ".tar.gz"))));
  }
}
