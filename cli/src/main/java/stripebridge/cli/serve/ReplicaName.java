package stripebridge.cli.serve;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import stripebridge.core.config.InboxSettings;

/// Names this process among those that share its inbox.
final class ReplicaName {
  // An inbox in a file has one process. With one name, a restart leaves no trace of the former.
  private static final String OF_A_FILE = "serve";
  private static final Path LINUX = Path.of("/proc/sys/kernel/hostname");
  private static final int LENGTH_MAX = 64;

  private ReplicaName() {}

  /// The machine's name, such as a pod's name, and six random digits: two machines may have one
  /// name.
  static String of(InboxSettings inbox, Map<String, String> environment) {
    return switch (inbox) {
      case InboxSettings.Embedded _ -> OF_A_FILE;
      case InboxSettings.Shared _ ->
          "%s.%06x".formatted(clean(machine(environment)), new SecureRandom().nextInt(1 << 24));
    };
  }

  /// Without a look-up of the address, which may take long.
  private static String machine(Map<String, String> environment) {
    String name = environment.getOrDefault("HOSTNAME", "");
    if (!name.isBlank()) {
      return name;
    }
    try {
      return Files.readString(LINUX);
    } catch (IOException _) {
      return "replica";
    }
  }

  private static String clean(String name) {
    String clean = name.strip().replaceAll("[^A-Za-z0-9._-]", "_");
    return clean.substring(0, Math.min(clean.length(), LENGTH_MAX));
  }
}
