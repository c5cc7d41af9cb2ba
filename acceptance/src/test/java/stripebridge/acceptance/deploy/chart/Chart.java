package stripebridge.acceptance.deploy.chart;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.InstallCommand;
import com.marcnuri.helm.LintResult;
import com.marcnuri.helm.TemplateCommand;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import stripebridge.acceptance.Project;
import stripebridge.acceptance.deploy.manifest.Manifests;

/// A rendering of the chart: its values, and the release that it is rendered for. Helm itself
/// renders, as a library in this process, and asks no cluster.
///
/// @param release the release's name
/// @param namespace the release's namespace
/// @param revision the release's revision, from 1
/// @param values YAML texts; each overrides those before it
/// @param hasSchema whether Helm checks the values by `values.schema.json`
public record Chart(
    String release, String namespace, int revision, List<String> values, boolean hasSchema) {
  /// The chart's folder.
  public static final Path FOLDER = Project.root().resolve("helm/stripe-solace-bridge");

  /// The newest version of Kubernetes that the chart is tested with. Helm's library would think of
  /// 1.20, which the chart refuses.
  private static final String KUBERNETES = "1.33.0";

  private static final String HOOK = "helm.sh/hook:";
  private static final String HIDDEN_HOOK = "helm.sh/hidden-hook:";
  private static final String NOTES = "\nNOTES:\n";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  /// Several tests look at the same rendering.
  private static final Map<Chart, String> RENDERED = new ConcurrentHashMap<>();

  private static final Map<Chart, List<HasMetadata>> PARSED = new ConcurrentHashMap<>();

  /// A rendering takes long enough without the files being copied each time.
  private static final Map<Copy, Path> COPIES = new ConcurrentHashMap<>();

  private record Copy(int revision, boolean hasSchema, String hook) {}

  public Chart {
    values = List.copyOf(values);
  }

  /// The first revision of the release `bridge` in the namespace `payments`, with the defaults.
  /// These lack an image, so that they cannot be rendered.
  public static Chart withDefaults() {
    return new Chart("bridge", "payments", 1, List.of(), true);
  }

  /// Names an image too, as a user must; else it has the defaults.
  public static Chart withImage() {
    return withDefaults()
        .with("image.repository", "registry.example.com/stripebridge")
        .with("image.tag", "1.2.3");
  }

  /// The values of one of the chart's own files for tests.
  ///
  /// @param shape the file's name without `-values.yaml`, such as `replicas`
  public static Chart ofShape(String shape) {
    return withDefaults().withValues(FOLDER.resolve("ci").resolve(shape + "-values.yaml"));
  }

  /// The names of the chart's own files for tests, without `-values.yaml`, in order.
  public static List<String> shapes() {
    String end = "-values.yaml";
    try (Stream<Path> files = Files.list(FOLDER.resolve("ci"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(end))
          .map(name -> name.substring(0, name.length() - end.length()))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Renders for another release.
  public Chart ofRelease(String name, String inNamespace) {
    return new Chart(name, inNamespace, revision, values, hasSchema);
  }

  /// Renders another revision.
  public Chart atRevision(int number) {
    return new Chart(release, namespace, number, values, hasSchema);
  }

  /// Renders as with `--skip-schema-validation`.
  Chart withoutSchema() {
    return new Chart(release, namespace, revision, values, false);
  }

  /// Adds the values of a YAML file.
  public Chart withValues(Path file) {
    try {
      return withValues(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  /// Adds the values of a YAML text.
  public Chart withValues(String yaml) {
    return new Chart(
        release,
        namespace,
        revision,
        Stream.concat(values.stream(), Stream.of(yaml)).toList(),
        hasSchema);
  }

  /// Adds one value.
  ///
  /// @param path such as `config.redis.enabled`
  /// @param value a text, number, boolean, list or map; null removes a default
  public Chart with(String path, @Nullable Object value) {
    List<String> keys = List.of(path.split("\\."));
    Object tree = value;
    for (String key : keys.reversed()) {
      Map<String, @Nullable Object> parent = new LinkedHashMap<>();
      parent.put(key, tree);
      tree = parent;
    }
    try {
      return withValues(JSON.writeValueAsString(tree));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The rendered manifests as YAML, in Helm's order, with those of `helm test`.
  ///
  /// @throws IllegalStateException if Helm refuses to render; its message is Helm's own
  public String render() {
    return RENDERED.computeIfAbsent(
        this,
        chart ->
            inFolder(folder -> chart.template(folder, HIDDEN_HOOK).replace(HIDDEN_HOOK, HOOK)));
  }

  /// The rendered objects, in Helm's order, with those of `helm test`.
  ///
  /// @throws IllegalStateException if Helm refuses to render
  public List<HasMetadata> objects() {
    return PARSED.computeIfAbsent(this, chart -> Manifests.parse(chart.render()));
  }

  /// What `helm template --no-hooks` prints: the manifests without those of `helm test`.
  ///
  /// @throws IllegalStateException if Helm refuses to render
  public String manifests() {
    return inFolder(folder -> template(folder, HOOK));
  }

  /// What `helm install` tells the user.
  ///
  /// @throws IllegalStateException if Helm refuses to render
  public String notes() {
    return inFolder(folder -> {
      InstallCommand install =
          new Helm(copy(HOOK))
              .install()
              .clientOnly()
              .dryRun()
              .withName(release)
              .withNamespace(namespace)
              .withKubeVersion(KUBERNETES);
      for (Path file : valuesFiles(folder)) {
        install = install.withValuesFile(file);
      }
      String output = install.call().getOutput();
      return output.substring(output.indexOf(NOTES) + NOTES.length());
    });
  }

  /// What `helm lint --strict` says about the chart with these values; empty if it finds nothing
  /// wrong.
  List<String> lint() {
    return inFolder(folder -> {
      Path copy = copyTo(folder, HOOK);
      // Helm's library lints a chart with its own values only.
      ObjectNode all = (ObjectNode) YAML.readTree(FOLDER.resolve("values.yaml").toFile());
      for (String text : values) {
        override(all, (ObjectNode) YAML.readTree(text));
      }
      Files.writeString(copy.resolve("values.yaml"), JSON.writeValueAsString(all));
      LintResult result = new Helm(copy).lint().strict().call();
      return result.isFailed() ? result.getMessages() : List.of();
    });
  }

  private static void override(ObjectNode all, ObjectNode values) {
    values
        .properties()
        .forEach(value -> {
          if (all.get(value.getKey()) instanceof ObjectNode group
              && value.getValue() instanceof ObjectNode own) {
            override(group, own);
          } else {
            all.set(value.getKey(), value.getValue());
          }
        });
  }

  private String template(Path folder, String hook) throws IOException {
    TemplateCommand template =
        new Helm(copy(hook))
            .template()
            .withName(release)
            .withNamespace(namespace)
            .withKubeVersion(KUBERNETES);
    for (Path file : valuesFiles(folder)) {
      template = template.withValuesFile(file);
    }
    return template.call();
  }

  private List<Path> valuesFiles(Path folder) throws IOException {
    List<Path> files = new ArrayList<>();
    for (String text : values) {
      files.add(Files.writeString(folder.resolve("values-" + files.size() + ".yaml"), text));
    }
    return files;
  }

  /// A copy of the chart. Helm's library renders revision 1 only, so the copy names the revision;
  /// and it leaves out hooks, so the copy can call them something else.
  private Path copy(String hook) {
    return COPIES.computeIfAbsent(
        new Copy(revision, hasSchema, hook),
        copy -> {
          try {
            Path folder = Files.createTempDirectory("stripebridge-chart");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
            return copyTo(folder, hook);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  private Path copyTo(Path folder, String hook) throws IOException {
    Path copy = folder.resolve("chart");
    try (Stream<Path> files = Files.walk(FOLDER)) {
      for (Path file : files.toList()) {
        Path target = copy.resolve(FOLDER.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else if (hasSchema || !file.endsWith("values.schema.json")) {
          Files.writeString(
              target,
              Files.readString(file)
                  .replace(".Release.Revision", "(int " + revision + ")")
                  .replace(HOOK, hook));
        }
      }
    }
    return copy;
  }

  private interface Task<T> {
    T in(Path folder) throws IOException;
  }

  private static <T> T inFolder(Task<T> task) {
    try {
      Path folder = Files.createTempDirectory("stripebridge-chart");
      try {
        return task.in(folder);
      } finally {
        delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.toList().reversed()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
