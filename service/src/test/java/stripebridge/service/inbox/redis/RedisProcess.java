package stripebridge.service.inbox.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisException;
import redis.embedded.core.ExecutableProvider;

/// A real redis-server in a folder, on its own port. It can be killed, frozen and restarted with
/// its data. `REDIS_SERVER` in the environment names a binary to use instead of the bundled 6.2.
public final class RedisProcess implements AutoCloseable {
  private static final Duration START_MAX = Duration.ofMinutes(1);
  private static final int PORT_TRIES = 5;

  private static final class Binary {
    static final File FILE = extracted();

    private static File extracted() {
      String given = System.getenv().getOrDefault("REDIS_SERVER", "");
      if (!given.isEmpty()) {
        return new File(given);
      }
      try {
        return ExecutableProvider.newJarResourceProvider().get();
      } catch (IOException e) {
        throw new AssertionError("cannot unpack redis-server", e);
      }
    }
  }

  private final Path folder;
  private final int port;
  private final List<String> before;
  private final List<String> settings;
  private Process process;

  private RedisProcess(Path folder, int port, List<String> before, List<String> settings)
      throws Exception {
    this.folder = folder;
    this.port = port;
    this.before = before;
    this.settings = settings;
    process = run();
  }

  /// Starts a server, and waits until it replies.
  ///
  /// @param settings command-line arguments, such as `--appendonly`, `yes`
  public static RedisProcess start(Path folder, String... settings) throws Exception {
    return start(folder, List.of(), List.of(settings));
  }

  /// Starts a Sentinel, which watches the master under the name `main`.
  public static RedisProcess startSentinel(Path folder, RedisProcess master) throws Exception {
    Path file = folder.resolve("sentinel.conf");
    Files.writeString(file, "sentinel monitor main 127.0.0.1 %d 1\n".formatted(master.port));
    return start(folder, List.of(file.toString()), List.of("--sentinel"));
  }

  private static RedisProcess start(Path folder, List<String> before, List<String> settings)
      throws Exception {
    AssertionError failure = new AssertionError("never tried");
    for (int i = 0; i < PORT_TRIES; i++) {
      try {
        RedisProcess started = new RedisProcess(folder, freePort(), before, settings);
        started.awaitReply();
        return started;
      } catch (AssertionError e) {
        // Most likely, another process took the port meanwhile.
        failure = e;
      }
    }
    throw failure;
  }

  /// A port that is free at the moment.
  public static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private Process run() throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Binary.FILE.getAbsolutePath());
    command.addAll(before);
    command.addAll(List.of("--port", Integer.toString(port), "--bind", "127.0.0.1"));
    command.addAll(List.of("--dir", folder.toString()));
    if (before.isEmpty()) {
      command.addAll(List.of("--save", ""));
    }
    command.addAll(settings);
    return new ProcessBuilder(command)
        .directory(folder.toFile())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
        .start();
  }

  private Path log() {
    return folder.resolve("redis-" + port + ".log");
  }

  private void awaitReply() throws IOException {
    Instant deadline = Instant.now().plus(START_MAX);
    while (true) {
      if (!process.isAlive()) {
        throw new AssertionError("redis-server has ended: " + Files.readString(log()));
      }
      try {
        if (command("PING").equals("PONG")) {
          return;
        }
      } catch (JedisException _) {
        // It is starting, or still loading its data.
      }
      if (Instant.now().isAfter(deadline)) {
        process.destroyForcibly();
        throw new AssertionError("redis-server does not reply: " + Files.readString(log()));
      }
      LockSupport.parkNanos(5_000_000);
    }
  }

  public int port() {
    return port;
  }

  /// The URL of its database 0.
  public String url() {
    return "redis://127.0.0.1:" + port;
  }

  public long usedMemory() {
    return command("INFO", "memory")
        .lines()
        .filter(line -> line.startsWith("used_memory:"))
        .mapToLong(line -> Long.parseLong(line.substring("used_memory:".length()).strip()))
        .findFirst()
        .orElseThrow();
  }

  /// Sends a command on a new connection. Lists in the reply are joined by line breaks.
  public String command(String name, String... arguments) {
    try (Connection connection = new Connection("127.0.0.1", port)) {
      int password = settings.indexOf("--requirepass") + 1;
      if (password > 0) {
        connection.executeCommand(
            new CommandArguments(Protocol.Command.AUTH).add(settings.get(password)));
      }
      CommandArguments command = new CommandArguments(() -> name.getBytes(UTF_8));
      for (String argument : arguments) {
        command.add(argument.getBytes(UTF_8));
      }
      return text(connection.executeCommand(command));
    }
  }

  private static String text(Object reply) {
    if (!Reply.isList(reply)) {
      return Reply.text(reply);
    }
    List<String> lines = new ArrayList<>();
    Reply.list(reply).forEach(each -> lines.add(text(each)));
    return String.join("\n", lines);
  }

  /// SIGKILL.
  public void kill() {
    process.destroyForcibly().onExit().join();
  }

  /// Restarts it with its data, on the same port.
  public void restart() throws Exception {
    process = run();
    awaitReply();
  }

  /// SIGSTOP.
  public void freeze() throws Exception {
    signal("-STOP");
  }

  /// SIGCONT.
  public void thaw() throws Exception {
    signal("-CONT");
  }

  private void signal(String signal) throws Exception {
    new ProcessBuilder("kill", signal, Long.toString(process.pid())).start().waitFor();
  }

  @Override
  public void close() {
    kill();
  }
}
