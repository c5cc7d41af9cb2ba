package stripebridge.acceptance.deploy.compose;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/// A compose file: which services start with which profiles and variables, and how.
///
/// Reads what `compose.yaml` uses of the Compose specification; anything else of a service that
/// changes how its process runs is refused rather than ignored.
public final class ComposeFile {
  private final Path root;
  private final Map<String, Object> document;

  private ComposeFile(Path root, Map<String, Object> document) {
    this.root = root;
    this.document = document;
  }

  /// Reads `compose.yaml`.
  ///
  /// @param root its directory, from which its paths start
  public static ComposeFile read(Path root) {
    try {
      return new ComposeFile(root, parse(Files.readString(root.resolve("compose.yaml"))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A file that is parsed already.
  ///
  /// @param root the directory from which its paths start
  static ComposeFile of(Path root, Map<String, Object> document) {
    return new ComposeFile(root, document);
  }

  /// The mappings and lists of a YAML text, with its anchors and merges resolved. Each may be
  /// changed: none is in two places.
  static Map<String, Object> parse(String text) {
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    Object loaded = new Yaml(new SafeConstructor(options)).load(text);
    return Node.of("compose.yaml", loaded).copied().map();
  }

  /// The variables of the files that `--env-file` names; the last one wins. Takes lines of
  /// `NAME=value` without quotes, as in `deploy/compose/*.env`.
  public static Map<String, String> variables(Path... files) {
    Map<String, String> variables = new LinkedHashMap<>();
    for (Path file : files) {
      try {
        Files.readAllLines(file).stream()
            .filter(line -> !line.isBlank() && !line.startsWith("#"))
            .map(line -> line.split("=", 2))
            .forEach(line -> variables.put(line[0], line[1]));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return variables;
  }

  /// The parsed file.
  Map<String, Object> document() {
    return document;
  }

  /// The directory from which its paths start.
  public Path root() {
    return root;
  }

  /// The profiles that any service names.
  public Set<String> profiles() {
    return all(Map.of()).stream()
        .flatMap(service -> service.profiles().stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /// The services that `docker compose up` starts, those of scale 0 included.
  ///
  /// @param profiles the profiles that are switched on
  /// @param variables the environment and the files of `--env-file`
  /// @throws ComposeFileException when Compose refuses the file
  public List<ComposeService> services(Set<String> profiles, Map<String, String> variables) {
    return all(variables).stream()
        .filter(service ->
            service.profiles().isEmpty()
                || service.profiles().stream().anyMatch(profiles::contains))
        .toList();
  }

  /// The service of this name, started or not.
  public ComposeService service(String name, Map<String, String> variables) {
    return all(variables).stream()
        .filter(service -> service.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new ComposeFileException("there is no service " + name));
  }

  /// All services.
  List<ComposeService> all(Map<String, String> variables) {
    Map<String, String> complete = new LinkedHashMap<>(variables);
    complete.computeIfAbsent(
        "COMPOSE_PROJECT_NAME", _ -> Node.of("compose.yaml", document).text("name", ""));
    Node file = Node.of("compose.yaml", document).interpolated(complete);
    ServiceReader reader = new ServiceReader(root, file);
    List<ComposeService> services = new ArrayList<>();
    Node list = file.child("services");
    list.keys().forEach(name -> services.add(reader.read(name, list.child(name))));
    return services;
  }
}
