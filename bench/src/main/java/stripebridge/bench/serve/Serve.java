package stripebridge.bench.serve;

import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import stripebridge.cli.Main;
import stripebridge.sandbox.SandboxBroker;

/// `stripebridge serve` in a JVM of its own.
final class Serve implements AutoCloseable {
  private final Process process;
  private final int port;

  Serve(Path folder, SandboxBroker broker, String... jvmOptions) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(List.of(jvmOptions));
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), Main.class.getName(), "serve"));
    Files.createDirectories(folder);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
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
    process = builder.start();
    BufferedReader errors = process.errorReader();
    String line = errors.readLine();
    while (line != null && !line.contains("listening on")) {
      System.out.println(line);
      line = errors.readLine();
    }
    if (line == null) {
      throw new IllegalStateException("serve did not start");
    }
    Thread.ofVirtual().start(() -> errors.lines().forEach(System.out::println));
    String address = line.substring(0, line.lastIndexOf("/webhooks"));
    port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
  }

  int port() {
    return port;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  static void await(java.util.function.BooleanSupplier condition) {
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
