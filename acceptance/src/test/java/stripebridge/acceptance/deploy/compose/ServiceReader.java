package stripebridge.acceptance.deploy.compose;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import stripebridge.acceptance.deploy.compose.ComposeService.Condition;
import stripebridge.acceptance.deploy.compose.ComposeService.Dependency;
import stripebridge.acceptance.deploy.compose.ComposeService.Healthcheck;
import stripebridge.acceptance.deploy.compose.ComposeService.MountedFile;
import stripebridge.acceptance.deploy.compose.ComposeService.Port;
import stripebridge.acceptance.deploy.compose.ComposeService.Volume;

/// Reads the services of one file whose variables have their values.
final class ServiceReader {
  // Keys that a process cannot be run without. All others are about the container around it.
  private static final Set<String> REFUSED = Set.of("env_file", "extends", "links", "volumes_from");
  private static final Pattern DURATION = Pattern.compile("(\\d+)(ms|s|m|h)");
  private static final Pattern PORT = Pattern.compile("(?:([0-9.]+):)?(\\d+):(\\d+)");
  private static final Pattern VOLUME = Pattern.compile("([A-Za-z0-9_-]+):(/[^:]+)");
  private static final Duration STOP_GRACE_PERIOD = Duration.ofSeconds(10);

  private final Path root;
  private final Node file;

  ServiceReader(Path root, Node file) {
    this.root = root;
    this.file = file;
  }

  ComposeService read(String name, Node service) {
    for (String key : service.keys()) {
      if (REFUSED.contains(key)) {
        throw new ComposeFileException(service.child(key).place() + " is not read here");
      }
    }
    Optional<Path> build =
        Optional.of(service.child("build"))
            .filter(node -> !node.isAbsent())
            .map(node -> root.resolve(node.text()).normalize());
    List<MountedFile> files = new ArrayList<>();
    files(service, "secrets", "/run/secrets/", files);
    files(service, "configs", "/", files);
    return new ComposeService(
        name,
        Set.copyOf(service.texts("profiles")),
        service.text("image", ""),
        build,
        service.texts("entrypoint"),
        service.texts("command"),
        environment(service.child("environment")),
        files,
        volumes(service),
        service.texts("tmpfs").stream().map(text -> text.split(":", 2)[0]).toList(),
        service.texts("ports").stream().map(ServiceReader::port).toList(),
        dependencies(service.child("depends_on")),
        healthcheck(service.child("healthcheck")),
        service.child("stop_grace_period").isAbsent()
            ? STOP_GRACE_PERIOD
            : duration(service.child("stop_grace_period")),
        service.text("restart", "no"),
        Integer.parseInt(service.text("scale", "1")));
  }

  private static Map<String, String> environment(Node environment) {
    Map<String, String> variables = new LinkedHashMap<>();
    environment
        .keys()
        .forEach(variable -> variables.put(variable, environment.child(variable).text()));
    return variables;
  }

  private void files(Node service, String kind, String directory, List<MountedFile> files) {
    for (Node item : service.child(kind).items()) {
      boolean isShort = item.value() instanceof String;
      String source = isShort ? item.text() : item.text("source", "");
      String target = isShort ? source : item.text("target", source);
      Node definition = file.child(kind).child(source);
      if (definition.isAbsent()) {
        throw new ComposeFileException(item.place() + " names " + source + ", which is not there");
      }
      files.add(
          new MountedFile(
              root.resolve(definition.child("file").text()).normalize(),
              target.startsWith("/") ? target : directory + target,
              kind.equals("secrets")));
    }
  }

  private Map<String, Volume> volumes(Node service) {
    Map<String, Volume> volumes = new LinkedHashMap<>();
    for (Node item : service.child("volumes").items()) {
      Matcher parts = VOLUME.matcher(item.text());
      if (!parts.matches()) {
        throw item.unexpected("the name of a volume and a path");
      }
      String name = parts.group(1);
      Node all = file.child("volumes");
      if (!all.keys().contains(name)) {
        throw new ComposeFileException(item.place() + " names " + name + ", which is not there");
      }
      String byDefault = file.text("name", "") + "_" + name;
      volumes.put(parts.group(2), new Volume(name, all.child(name).text("name", byDefault)));
    }
    return volumes;
  }

  private static Port port(String text) {
    Matcher parts = PORT.matcher(text);
    if (!parts.matches()) {
      throw new ComposeFileException("'" + text + "' is not [ADDRESS:]HOST:CONTAINER");
    }
    String address = parts.group(1) == null ? "" : parts.group(1);
    return new Port(address, Integer.parseInt(parts.group(2)), Integer.parseInt(parts.group(3)));
  }

  private static Map<String, Dependency> dependencies(Node dependsOn) {
    Map<String, Dependency> dependencies = new LinkedHashMap<>();
    for (String other : dependsOn.keys()) {
      Node one = dependsOn.child(other);
      Condition condition;
      try {
        condition = Condition.valueOf(one.text("condition", "").toUpperCase(Locale.ROOT));
      } catch (IllegalArgumentException _) {
        throw one.child("condition").unexpected("a condition");
      }
      dependencies.put(
          other, new Dependency(condition, one.flag("required", true), one.flag("restart", false)));
    }
    return dependencies;
  }

  private static Optional<Healthcheck> healthcheck(Node check) {
    if (check.isAbsent()) {
      return Optional.empty();
    }
    List<String> test = check.texts("test");
    if (test.size() < 2 || !test.getFirst().equals("CMD")) {
      throw check.child("test").unexpected("a list that begins with CMD");
    }
    return Optional.of(
        new Healthcheck(
            test.subList(1, test.size()),
            duration(check.child("interval")),
            duration(check.child("timeout")),
            Integer.parseInt(check.text("retries", "3")),
            duration(check.child("start_period"))));
  }

  /// A duration such as `1m30s`.
  private static Duration duration(Node node) {
    String text = node.text();
    Matcher parts = DURATION.matcher(text);
    Duration sum = Duration.ZERO;
    int end = 0;
    while (parts.find() && parts.start() == end) {
      long number = Long.parseLong(parts.group(1));
      sum =
          sum.plus(
              switch (parts.group(2)) {
                case "ms" -> Duration.ofMillis(number);
                case "s" -> Duration.ofSeconds(number);
                case "m" -> Duration.ofMinutes(number);
                default -> Duration.ofHours(number);
              });
      end = parts.end();
    }
    if (end != text.length() || end == 0) {
      throw node.unexpected("a duration");
    }
    return sum;
  }
}
