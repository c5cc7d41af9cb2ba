import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipFile;

/// Describes what an archive holds: from the SBOM that the CycloneDX plugin made of the POMs to one
/// of the jars that are really there, and a list of their licences for people. Fails for a jar that
/// is in one and not in the other, and for a licence whose text would be missing.
///
/// A step of `make dist`, run from its source by `java`.
final class Describe {
  private static final String EXCLUDED = "sol-jcsmp";
  private static final String APACHE = "Apache-2.0";

  /// Where what a POM says, or what was read from it, is not all.
  private static final Map<String, List<String>> LICENCES =
      Map.of(
          // The POM links to the text with three clauses and calls it "The BSD License".
          "jline-native", List.of("BSD-3-Clause"),
          "jline-terminal", List.of("BSD-3-Clause"),
          "jline-terminal-ffm", List.of("BSD-3-Clause"),
          // The bundle is Apache's, and the classes in it are JCraft's.
          "org.apache.servicemix.bundles.jzlib", List.of(APACHE, "BSD-3-Clause"),
          // The list of public suffixes in it is Mozilla's.
          "okhttp", List.of(APACHE, "MPL-2.0"),
          // With parts of an older driver. SQLite itself is in the public domain.
          "sqlite-jdbc", List.of(APACHE, "BSD-2-Clause"));

  /// Texts that the jars do not hold, in licenses/ of the archive.
  private static final Map<String, String> TEXTS =
      Map.of(
          "jedis", "redis.txt",
          "jline-native", "jline.txt",
          "jline-terminal", "jline.txt",
          "jline-terminal-ffm", "jline.txt",
          "org.apache.servicemix.bundles.jzlib", "jzlib.txt",
          "redis-authx-core", "redis.txt",
          "stripe-java", "stripe-java.txt");

  /// Licences that allow what we do, with their text beside it.
  private static final Set<String> FIT =
      Set.of(
          APACHE,
          "BSD-2-Clause",
          "BSD-3-Clause",
          "EPL-2.0",
          "GPL-2.0-with-classpath-exception",
          "MIT",
          "MPL-2.0",
          "Public Domain");

  /// Licences that ask nothing of us for passing binaries on.
  private static final Set<String> WITHOUT_TEXT = Set.of("Public Domain");

  /// What the build does to jars of others (RaiseClassFiles). Their licence asks us to say so.
  private static final Map<String, String> CHANGED =
      Map.of(
          "picocli",
          "changed by stripebridge: class files raised to Java 8, and an empty class"
              + " groovy.lang.Closure added",
          "commons-logging",
          "changed by stripebridge: class files raised to Java 8");

  // Not where an artifact is published: that says nothing about this archive.
  private static final Set<String> REFERENCES = Set.of("website", "vcs", "issue-tracker");

  private final ObjectMapper mapper = new ObjectMapper();
  private final Path lib;
  private final Path texts;
  private final List<String> wrong = new ArrayList<>();

  private Describe(Path lib, Path texts) {
    this.lib = lib;
    this.texts = texts;
  }

  /// @param arguments the SBOM of the plugin, the folder of jars, the folder of licence texts, the
  ///   date of the release, the pinned SHA-256 of sol-jcsmp, the SBOM to write, the list to write
  public static void main(String[] arguments) throws Exception {
    Describe describe = new Describe(Path.of(arguments[1]), Path.of(arguments[2]));
    ObjectNode bom = (ObjectNode) describe.mapper.readTree(Path.of(arguments[0]).toFile());
    describe.complete(bom, arguments[3], arguments[4]);
    String list = describe.list(bom);
    if (!describe.wrong.isEmpty()) {
      System.err.println("error: cannot describe the archive:");
      describe.wrong.forEach(line -> System.err.println("  " + line));
      System.err.println("hint:  run 'make clean' first, or see deploy/dist/Describe.java");
      System.exit(1);
    }
    DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
    printer.indentArraysWith(DefaultIndenter.SYSTEM_LINEFEED_INSTANCE.withLinefeed("\n"));
    printer.indentObjectsWith(DefaultIndenter.SYSTEM_LINEFEED_INSTANCE.withLinefeed("\n"));
    String json = describe.mapper.writer(printer).writeValueAsString(bom);
    Files.writeString(Path.of(arguments[5]), json + "\n");
    Files.writeString(Path.of(arguments[6]), list);
  }

  private void complete(ObjectNode bom, String date, String pin) throws IOException {
    ObjectNode metadata = (ObjectNode) bom.get("metadata");
    metadata.put("timestamp", date);
    for (JsonNode tool : metadata.at("/tools/components")) {
      ((ObjectNode) tool).remove("hashes");
    }
    ObjectNode application = (ObjectNode) metadata.get("component");
    application.put("name", "stripebridge");
    hash(application, sha256(lib.resolve("stripebridge.jar")));
    TreeMap<String, ObjectNode> components = new TreeMap<>();
    Set<String> expected = new TreeSet<>(Set.of("stripebridge.jar"));
    for (JsonNode each : bom.get("components")) {
      ObjectNode component = (ObjectNode) each;
      components.put(component.get("bom-ref").asText(), component);
      if (name(component).equals(EXCLUDED)) {
        component.put("scope", "excluded");
        check(sha256Of(component).equals(pin), EXCLUDED + " has another digest than pom.xml");
        hash(component, pin);
      } else {
        expected.add(jar(component));
        describe(component);
      }
      keepReferences(component);
    }
    for (JsonNode tool : metadata.at("/tools/components")) {
      keepReferences((ObjectNode) tool);
    }
    keepReferences(application);
    compare(expected);
    bom.set("components", mapper.createArrayNode().addAll(components.values()));
  }

  private void describe(ObjectNode component) throws IOException {
    Path jar = lib.resolve(jar(component));
    if (!Files.exists(jar)) {
      return; // Reported with the others.
    }
    String seen = sha256(jar);
    String change = CHANGED.get(name(component));
    if (change != null) {
      component.putObject("pedigree").put("notes", change);
    } else {
      check(seen.equals(sha256Of(component)), jar.getFileName() + " is not the one of its POM");
    }
    hash(component, seen);
    List<String> licences = LICENCES.get(name(component));
    if (licences != null) {
      ArrayNode array = component.putArray("licenses");
      licences.forEach(id -> array.addObject().putObject("license").put("id", id));
    }
  }

  private void compare(Set<String> expected) throws IOException {
    try (Stream<Path> files = Files.list(lib)) {
      Set<String> found =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.endsWith(".jar"))
              .collect(Collectors.toCollection(TreeSet::new));
      for (String name : expected) {
        check(found.contains(name), "lib has no " + name);
      }
      for (String name : found) {
        check(expected.contains(name), "no POM names " + name);
      }
    }
  }

  /// The licences for people.
  private String list(ObjectNode bom) throws IOException {
    StringBuilder text =
        new StringBuilder(
            """
            What this archive holds that is not stripebridge's
            ==================================================

            The jars in lib/, each with its licence, where the text of that licence is, and where
            its source is. LICENSE has the text of the Apache License 2.0; a path after a jar's name
            is inside of that jar. lib/native/ holds files of sqlite-jdbc's jar.

            Not in this archive: sol-jcsmp, Solace's client library (NOTICE).

            """);
    List<JsonNode> components = new ArrayList<>();
    bom.get("components").forEach(components::add);
    components.sort(Comparator.comparing(Describe::jar));
    for (JsonNode component : components) {
      boolean isOurs = component.path("group").asText().equals("stripebridge");
      if (isOurs || name(component).equals(EXCLUDED)) {
        continue;
      }
      Set<String> licences = licences(component);
      text.append(jar(component)).append('\n');
      text.append("  licence: ").append(String.join(", ", licences)).append('\n');
      for (String place : places(component, licences)) {
        text.append("  text:    ").append(place).append('\n');
      }
      source(component).ifPresent(url -> text.append("  source:  ").append(url).append('\n'));
      String change = CHANGED.get(name(component));
      if (change != null) {
        text.append("  note:    ").append(change).append('\n');
      }
      text.append('\n');
    }
    return text.toString();
  }

  private Set<String> licences(JsonNode component) {
    Set<String> licences = new TreeSet<>();
    for (JsonNode each : component.path("licenses")) {
      JsonNode licence = each.get("license");
      check(licence != null, jar(component) + " has a licence expression: " + each);
      if (licence != null) {
        licences.add(licence.path("id").asText(licence.path("name").asText()));
      }
    }
    check(!licences.isEmpty(), jar(component) + " names no licence");
    for (String licence : licences) {
      check(FIT.contains(licence), jar(component) + " has an unlisted licence: " + licence);
    }
    return licences;
  }

  /// Where the texts of the licences are.
  private List<String> places(JsonNode component, Set<String> licences) throws IOException {
    List<String> places = new ArrayList<>();
    if (licences.contains(APACHE)) {
      places.add("LICENSE");
    }
    Path jar = lib.resolve(jar(component));
    if (Files.exists(jar)) {
      try (ZipFile zip = new ZipFile(jar.toFile())) {
        zip.stream()
            .map(entry -> entry.getName())
            .filter(entry -> entry.matches("(?i)(.*/)?[a-z-]*(license|notice|copying)[^/]*"))
            .filter(entry -> !entry.endsWith(".class"))
            .sorted()
            .forEach(entry -> places.add(jar(component) + " " + entry));
      }
    }
    String file = TEXTS.get(name(component));
    if (file != null) {
      check(Files.exists(texts.resolve(file)), "there is no licence text " + file);
      places.add("licenses/" + file);
    }
    boolean isDone = WITHOUT_TEXT.containsAll(licences) || !places.isEmpty();
    check(isDone, jar(component) + " has no licence text: add one to deploy/dist/licenses");
    return places;
  }

  private static Optional<String> source(JsonNode component) {
    Map<String, String> urls = new TreeMap<>();
    component
        .path("externalReferences")
        .forEach(each -> urls.put(each.get("type").asText(), each.get("url").asText()));
    return Optional.ofNullable(urls.getOrDefault("vcs", urls.get("website")));
  }

  private void keepReferences(ObjectNode component) {
    JsonNode references = component.remove("externalReferences");
    ArrayNode kept = mapper.createArrayNode();
    if (references != null) {
      for (JsonNode each : references) {
        if (REFERENCES.contains(each.get("type").asText())) {
          kept.add(each);
        }
      }
    }
    if (!kept.isEmpty()) {
      component.set("externalReferences", kept);
    }
  }

  private void check(boolean holds, String otherwise) {
    if (!holds) {
      wrong.add(otherwise);
    }
  }

  private static String name(JsonNode component) {
    return component.get("name").asText();
  }

  /// The jar's name as Maven copies it: with the version, and the classifier of its package URL.
  private static String jar(JsonNode component) {
    String purl = component.get("purl").asText();
    int at = purl.indexOf("classifier=");
    String classifier = at < 0 ? "" : "-" + purl.substring(at + 11).replaceFirst("&.*", "");
    return name(component) + "-" + component.get("version").asText() + classifier + ".jar";
  }

  private static void hash(ObjectNode component, String sha256) {
    component.putArray("hashes").addObject().put("alg", "SHA-256").put("content", sha256);
  }

  private static String sha256Of(JsonNode component) {
    for (JsonNode hash : component.path("hashes")) {
      if (hash.get("alg").asText().equals("SHA-256")) {
        return hash.get("content").asText();
      }
    }
    return "";
  }

  private static String sha256(Path file) throws IOException {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
