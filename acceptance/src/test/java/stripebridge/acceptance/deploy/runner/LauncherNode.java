package stripebridge.acceptance.deploy.runner;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import redis.embedded.core.ExecutableProvider;
import stripebridge.acceptance.Project;

/// Runs containers as ordinary processes: ours by the launcher of the source tree, Redis by the
/// binary that the tests bring, nginx by the one of this machine.
///
/// Nothing confines them. They could write what `readOnlyRootFilesystem` forbids, run as the user
/// of the tests, and share the network. So that they still find what the manifest says, paths of
/// volumes in variables and arguments are replaced by paths of this machine, and addresses that
/// mean the pod itself, or all of its own, by the pod's.
final class LauncherNode implements Node {
  private static final Pattern OWN_ADDRESS =
      Pattern.compile("\\b(0\\.0\\.0\\.0|127\\.0\\.0\\.1)\\b");
  private static final String APP = "/opt/stripebridge/bin/";
  private static final int REDIS_PORT = 6379;

  private final Network network;

  LauncherNode(Network network) {
    this.network = network;
  }

  @Override
  public ProcessBuilder process(
      PodPlan plan, PodFolder folder, String address, List<String> command) throws IOException {
    List<String> local = new ArrayList<>();
    for (String word : command) {
      local.add(argument(word, folder, address));
    }
    ProcessBuilder builder = new ProcessBuilder(program(local, folder, address));
    builder.directory(Path.of(folder.onHost(plan.workdir())).toFile());
    Map<String, String> environment = builder.environment();
    environment.clear();
    plan.environment()
        .forEach((name, value) ->
            environment.put(name, OWN_ADDRESS.matcher(path(value, folder)).replaceAll(address)));
    environment.putIfAbsent("PATH", "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin");
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.put("APP_HOST", address);
    addJavaOptions(environment, network.hosts().toString(), folder.onHost("/tmp"));
    return builder;
  }

  /// Has Java take names from the file, and its temporary files to the pod's own folder.
  static void addJavaOptions(Map<String, String> environment, String hosts, String temporary) {
    environment.merge(
        "JDK_JAVA_OPTIONS",
        "\"-Djdk.net.hosts.file=" + hosts + "\" \"-Djava.io.tmpdir=" + temporary + "\"",
        (given, ours) -> given + " " + ours);
  }

  private static String argument(String word, PodFolder folder, String address) {
    int equals = word.indexOf('=');
    String local =
        word.startsWith("--") && equals > 0
            ? word.substring(0, equals + 1) + path(word.substring(equals + 1), folder)
            : path(word, folder);
    return OWN_ADDRESS
        .matcher(local)
        .replaceAll(address)
        .replace("/dev/tcp/localhost", "/dev/tcp/" + address);
  }

  private static String path(String word, PodFolder folder) {
    return word.startsWith("/") && folder.isMounted(word) ? folder.onHost(word) : word;
  }

  private List<String> program(List<String> command, PodFolder folder, String address)
      throws IOException {
    List<String> arguments = command.subList(1, command.size());
    return switch (command.getFirst()) {
      case APP + "stripebridge" -> with(Project.root().resolve("stripebridge"), arguments);
      case APP + "health" -> with(Project.root().resolve("deploy/image/health"), arguments);
      case "redis-server" -> {
        List<String> all =
            new ArrayList<>(
                with(ExecutableProvider.newJarResourceProvider().get().toPath(), arguments));
        all.addAll(
            List.of("--bind", address, "--port", Integer.toString(REDIS_PORT), "--save", ""));
        yield all;
      }
      case "redis-cli" ->
          answers(arguments, List.of("-e", "ping"), address, REDIS_PORT, "PING", "+PONG*");
      case "wget" -> {
        URI url = URI.create(arguments.getLast());
        yield answers(
            arguments,
            List.of("-q", "-O", "/dev/null", arguments.getLast()),
            url.getHost(),
            url.getPort(),
            "GET " + url.getPath() + " HTTP/1.0\\r\\n",
            "HTTP/1.1 200 *");
      }
      case "nginx" -> NginxConfig.command(arguments, folder, address, network.names());
      default -> command;
    };
  }

  private static List<String> with(Path program, List<String> arguments) {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(arguments);
    return command;
  }

  /// Stands for a client that this machine may lack: sends a line, and compares the first one that
  /// comes back.
  private static List<String> answers(
      List<String> given,
      List<String> expected,
      String address,
      int port,
      String line,
      String answer) {
    if (!given.equals(expected)) {
      throw new IllegalArgumentException("the runner knows " + expected + " only, not " + given);
    }
    String script =
        "exec 3<>/dev/tcp/%s/%d && printf '%s\\r\\n' >&3 && read -r first <&3 && [[ $first == %s ]]"
            .formatted(address, port, line, answer.replace(" ", "\\ "));
    return List.of("bash", "-c", script);
  }

  @Override
  public Optional<ProcessHandle> container(Process started) {
    // The launcher has replaced itself by Java.
    return Optional.of(started.toHandle());
  }

  /// Where a program of this machine is; empty if it is not on the PATH, nor where servers are.
  static Optional<Path> find(String program) {
    String path = System.getenv().getOrDefault("PATH", "") + ":/usr/sbin:/usr/local/sbin";
    return Pattern.compile(":")
        .splitAsStream(path)
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, program))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
