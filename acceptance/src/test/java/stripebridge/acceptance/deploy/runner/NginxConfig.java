package stripebridge.acceptance.deploy.runner;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Lets nginx run without a network and a root of its own: in a copy of its configuration, it
/// listens on the pod's address, names of Services are addresses, and paths those of this machine.
final class NginxConfig {
  private static final Pattern LISTEN = Pattern.compile("(\\blisten\\s+)(\\d+)\\b");

  /// A path of a file, and not of a URL.
  private static final Pattern PATH =
      Pattern.compile("(?<!location )(?<!location = )(?<=\\s)/[a-z]+/[^;\\s]*");

  private NginxConfig() {}

  /// The command with the copy.
  ///
  /// @param arguments with `-c`, and the path on this machine of a configuration that is mounted
  static List<String> command(
      List<String> arguments, PodFolder folder, String address, Map<String, List<String>> names)
      throws IOException {
    if (arguments.size() != 2 || !arguments.getFirst().equals("-c")) {
      throw new IllegalArgumentException("the runner knows nginx -c FILE only, not " + arguments);
    }
    Path nginx =
        LauncherNode.find("nginx")
            .orElseThrow(() -> new IllegalStateException("this machine has no nginx"));
    String text = Files.readString(Path.of(arguments.getLast()));
    Path copy = folder.root().resolveSibling("nginx.conf");
    Files.writeString(copy, rewritten(text, folder, address, names));
    List<String> command = new ArrayList<>(List.of(nginx.toString(), "-p", folder.root() + "/"));
    if (System.getProperty("user.name").equals("root")) {
      // Otherwise its workers would be nobody, whom the folders of tests are closed to.
      command.addAll(List.of("-g", "user root;"));
    }
    command.addAll(List.of("-c", copy.toString()));
    return command;
  }

  static String rewritten(
      String text, PodFolder folder, String address, Map<String, List<String>> names) {
    String local = LISTEN.matcher(text).replaceAll("$1" + address + ":$2");
    for (Map.Entry<String, List<String>> name : names.entrySet()) {
      local =
          Pattern.compile("(?<![\\w.-])" + Pattern.quote(name.getKey()) + "(?=:\\d)")
              .matcher(local)
              .replaceAll(name.getValue().getFirst());
    }
    return PATH.matcher(local)
        .replaceAll(path ->
            Matcher.quoteReplacement(
                folder.isMounted(path.group()) ? folder.onHost(path.group()) : path.group()));
  }
}
