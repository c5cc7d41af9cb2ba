package stripebridge.bench.serve;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import stripebridge.sandbox.SandboxBroker;

/// Runs `stripebridge serve` in its own JVM.
final class ServeProcess implements AutoCloseable {
  private final Process process;
  private final int port;

  ServeProcess(Path folder, SandboxBroker broker, String... jvmOptions) throws Exception {
    this(folder, broker, Map.of(), jvmOptions);
  }

  /// @param settings in addition to the fixed ones
  ServeProcess(
      Path folder, SandboxBroker broker, Map<String, String> settings, String... jvmOptions)
      throws Exception {
    this(folder, broker, settings, System.getProperty("java.class.path"), List.of(jvmOptions));
  }

  /// @param classPath of the `serve` to run, which need not be this one
  ServeProcess(
      Path folder,
      SandboxBroker broker,
      Map<String, String> settings,
      String classPath,
      List<String> jvmOptions)
      throws Exception {
    Files.createDirectories(folder);
    Path said = folder.resolve("serve.err");
    ProcessBuilder builder =
        new ProcessBuilder(CliProcess.command(classPath, jvmOptions, List.of("serve")))
            .directory(folder.toFile())
            .redirectError(said.toFile())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder
        .environment()
        .putAll(
            Map.of(
                "STRIPE_WEBHOOK_SECRET", Webhooks.SECRET,
                "SOLACE_HOST", broker.smfUri(),
                "SOLACE_VPN", "default",
                "SOLACE_USERNAME", "default",
                "SOLACE_PASSWORD", "default",
                "APP_HOST", "127.0.0.1",
                "APP_PORT", "0",
                "ASYNC_QUEUE_SIZE", "2000000"));
    builder.environment().putAll(settings);
    process = builder.start();
    await(() -> !process.isAlive() || read(said).contains("/webhooks"));
    String address = read(said);
    if (!address.contains("/webhooks")) {
      throw new IllegalStateException("serve did not start: " + address);
    }
    address = address.substring(0, address.indexOf("/webhooks"));
    port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int port() {
    return port;
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  static void await(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      LockSupport.parkNanos(10_000_000);
    }
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }
}
