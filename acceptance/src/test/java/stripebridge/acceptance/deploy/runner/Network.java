package stripebridge.acceptance.deploy.runner;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Addresses and names of pods and Services. Each has a loopback address of its own, so that it
/// listens on the ports that its manifest names, and none of the machine's own is taken. Linux has
/// all of 127.0.0.0/8 on its loopback interface; other systems only 127.0.0.1.
///
/// Names are in a file that the pods' JVMs read instead of asking DNS. Thread-safe.
final class Network {
  // Webhooks and SEMP, the administrator's, Redis, SMF.
  private static final List<Integer> PORTS = List.of(8080, 9090, 6379, 55555);

  private final Path folder;
  private final Path hosts;
  private final String prefix;
  private final Map<String, List<String>> names = new TreeMap<>();
  private int last;

  Network(Path folder) {
    SecureRandom random = new SecureRandom();
    prefix = "127.%d.".formatted(1 + random.nextInt(254));
    last = random.nextInt(60_000);
    try {
      this.folder = Files.createDirectories(folder);
      hosts = folder.resolve("hosts");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    write();
  }

  /// Whether this system has such addresses.
  static boolean isPossible() {
    return System.getProperty("os.name").equals("Linux");
  }

  /// A port of pods that another program has on every address of this machine, and so on theirs.
  /// One caller at a time: it binds the ports itself for a moment.
  static synchronized Optional<Integer> takenPort() {
    for (int port : PORTS) {
      try (ServerSocket probe = new ServerSocket()) {
        probe.bind(new InetSocketAddress("127.255.255.254", port));
      } catch (IOException e) {
        return Optional.of(port);
      }
    }
    return Optional.empty();
  }

  /// An address that nothing else of this runner has.
  synchronized String newAddress() {
    last++;
    // Neither .0 nor .255, which programs may take for a network.
    return prefix + (last / 250) % 250 + "." + (1 + last % 250);
  }

  /// Gives a name these addresses, and no others.
  synchronized void set(String name, List<String> addresses) {
    if (!addresses.equals(names.get(name))) {
      names.put(name, List.copyOf(addresses));
      write();
    }
  }

  synchronized void remove(String name) {
    if (names.remove(name) != null) {
      write();
    }
  }

  /// The first address of a name.
  synchronized Optional<String> find(String name) {
    return names.getOrDefault(name, List.of()).stream().findFirst();
  }

  synchronized Map<String, List<String>> names() {
    return Map.copyOf(names);
  }

  /// The file in the format of `/etc/hosts`, with only these names.
  Path hosts() {
    return hosts;
  }

  /// Where that file is, with nothing else.
  Path folder() {
    return folder;
  }

  private void write() {
    StringBuilder text = new StringBuilder("127.0.0.1 localhost\n");
    names.forEach((name, addresses) ->
        addresses.forEach(address -> text.append(address).append(' ').append(name).append('\n')));
    try {
      Path next = hosts.resolveSibling("hosts.next");
      Files.writeString(next, text);
      // At once: a JVM may be reading it.
      Files.move(next, hosts, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
