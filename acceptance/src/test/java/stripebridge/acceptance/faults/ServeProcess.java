package stripebridge.acceptance.faults;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import stripebridge.cli.Main;
import stripebridge.sandbox.SandboxBroker;

/// Runs `stripebridge serve` as a child process, in a folder that outlives it.
public final class ServeProcess implements AutoCloseable {
  /// The secret that signs webhooks.
  public static final String SECRET = "whsec_of_the_fault_suites";

  private static final Duration START_MAX = Duration.ofMinutes(1);
  private static final Pattern LISTENING = Pattern.compile("listening on (http://[^/]+)/");

  private final Process process;
  private final Path log;
  private final HttpClient client = HttpClient.newHttpClient();
  private String url = "";

  private ServeProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /// Options that a test may change.
  ///
  /// @param jvm options of the JVM
  /// @param wrapper a command line to which the JVM's command line is appended
  /// @param environment settings in addition to the broker's
  public record Options(List<String> jvm, List<String> wrapper, Map<String, String> environment) {
    public static final Options DEFAULTS = new Options(List.of(), List.of(), Map.of());

    Options withJvm(String... options) {
      return new Options(List.of(options), wrapper, environment);
    }

    Options withWrapper(String... command) {
      return new Options(jvm, List.of(command), environment);
    }

    Options withSetting(String name, String value) {
      Map<String, String> more = new HashMap<>(environment);
      more.put(name, value);
      return new Options(jvm, wrapper, more);
    }
  }

  /// Starts `serve` and waits until it listens.
  static ServeProcess start(Path folder, SandboxBroker broker, Options options) throws Exception {
    return start(
        folder,
        Map.of(
            "SOLACE_HOST",
            broker.smfUri(),
            "SOLACE_VPN",
            "default",
            "SOLACE_USERNAME",
            "default",
            "SOLACE_PASSWORD",
            "default"),
        options);
  }

  /// Same as above, with the settings of a broker.
  public static ServeProcess start(Path folder, Map<String, String> broker, Options options)
      throws Exception {
    Path log = Files.createTempFile(folder, "serve-", ".log");
    List<String> command = new ArrayList<>(options.wrapper());
    command.addAll(commandLine(options.jvm(), "serve"));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.matches("(SOLACE|STRIPE|APP|INBOX|REDIS)_.*"));
    environment.put("STRIPE_WEBHOOK_SECRET", SECRET);
    environment.putAll(broker);
    environment.put("APP_HOST", "127.0.0.1");
    environment.put("APP_PORT", "0");
    environment.put("RETRY_BACKOFF_BASE_SECONDS", "0.1");
    environment.putAll(options.environment());
    ServeProcess started = new ServeProcess(builder.start(), log);
    started.awaitListening();
    return started;
  }

  /// The command line that runs one of our commands as a process.
  ///
  /// @param jvm options of the JVM
  public static List<String> commandLine(List<String> jvm, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-XX:TieredStopAtLevel=1");
    command.addAll(jvm);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(Main.class.getName());
    command.addAll(List.of(arguments));
    return command;
  }

  private void awaitListening() throws Exception {
    try {
      Eventually.await(
          "serve listens",
          START_MAX,
          () -> {
            if (!process.isAlive()) {
              throw new AssertionError("serve has ended: " + Files.readString(log));
            }
            Matcher found = LISTENING.matcher(Files.readString(log));
            if (!found.find()) {
              return false;
            }
            url = found.group(1);
            return true;
          });
    } catch (Exception | AssertionError e) {
      process.destroyForcibly();
      throw e;
    }
  }

  String url() {
    return url;
  }

  /// A URI below the address of `serve`.
  public URI uri(String path) {
    return URI.create(url + path);
  }

  long pid() {
    return process.pid();
  }

  /// Sends `serve` a signal.
  ///
  /// @param name such as STOP, which freezes it until CONT
  void signal(String name) throws Exception {
    new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start().waitFor();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  String log() throws IOException {
    return Files.readString(log);
  }

  HttpResponse<String> get(String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(10)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  boolean isReady() throws Exception {
    return get("/ready").statusCode() == 200;
  }

  /// The value of a series without labels.
  OptionalDouble metric(String name) throws Exception {
    return get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .findFirst();
  }

  void awaitDrained(Duration max) throws Exception {
    Eventually.await("the inbox is empty", max, () -> metric("async_queue_size").orElse(1) == 0);
  }

  /// SIGKILL.
  void kill() {
    // Killing a wrapper such as strace leaves its child running.
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly().onExit().join();
    client.shutdownNow();
  }

  /// Waits until `serve` ends by itself, and returns the exit code.
  int awaitEnd(Duration max) throws InterruptedException {
    if (!process.waitFor(max.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new AssertionError("serve did not end by itself within " + max);
    }
    return process.exitValue();
  }

  /// Sends SIGTERM, and returns the exit code.
  int terminate(Duration max) throws InterruptedException {
    Instant asked = Instant.now();
    process.destroy();
    if (!process.waitFor(max.toMillis(), TimeUnit.MILLISECONDS)) {
      process.destroyForcibly();
      throw new AssertionError(
          "serve did not end within " + Duration.between(asked, Instant.now()));
    }
    return process.exitValue();
  }

  /// SIGKILL.
  @Override
  public void close() {
    kill();
  }
}
