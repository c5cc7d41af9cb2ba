package stripebridge.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.logging.LogManager;
import stripebridge.cli.option.TopologyOption;
import stripebridge.cli.sandbox.ClientLogin;
import stripebridge.cli.sandbox.SandboxTopology;
import stripebridge.cli.setup.CacheJava;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.EventPublisher;
import stripebridge.core.broker.OutgoingMessage;
import stripebridge.core.broker.Refusal;
import stripebridge.core.config.ConfigReader;
import stripebridge.core.config.DotEnv;
import stripebridge.core.config.SettingGroup;
import stripebridge.core.config.SolaceSettings;
import stripebridge.core.config.Sources;
import stripebridge.core.config.Sources.SettingFiles.Content.Unreadable;
import stripebridge.core.event.EventId;
import stripebridge.core.topology.model.BrokerObjects;
import stripebridge.sandbox.SandboxBroker;
import stripebridge.sandbox.SandboxOptions;
import stripebridge.solace.messaging.SmfPublisher;
import stripebridge.stripe.event.EventSpec;
import stripebridge.stripe.event.TestEvent;
import stripebridge.stripe.event.TestEvents;

/// Makes the AOT caches in a folder of jars, by running commands against a sandbox on free ports of
/// the loopback. There are two: a JVM links all classes of its cache when it starts, so the
/// commands that need no broker have a small one.
///
/// A process of its own: the build starts it, and so does `setup` where an archive was unpacked.
final class AotTrainer {
  private static final String PASSWORD = "training";
  private static final String QUEUE = "stripe.all.inbound";
  private static final String EVENT = "event.json";
  // Twenty times what it takes; a JVM that hangs must not hang the build.
  private static final long MINUTES_MAX = 5;

  private final Path lib;
  private final Path folder;

  private AotTrainer(Path lib, Path folder) {
    this.lib = lib;
    this.folder = folder;
  }

  /// Ends the process with 0 when both caches are made.
  ///
  /// @param arguments the folder of jars, and a folder to work in; what is in it is overwritten
  public static void main(String[] arguments) throws Exception {
    LogManager.getLogManager().reset(); // Solace's client reports each connection.
    Path lib = Path.of(arguments[0]).toAbsolutePath();
    Path folder = Files.createDirectories(Path.of(arguments[1]).toAbsolutePath());
    TestEvent event =
        new TestEvents(1)
            .make(EventSpec.of("charge.succeeded", Instant.ofEpochSecond(1_786_180_500)));
    Files.write(folder.resolve(EVENT), event.body());
    System.exit(new AotTrainer(lib, folder).train() ? 0 : 1);
  }

  private boolean train() throws Exception {
    BrokerObjects objects = TopologyOption.shipped().objects();
    try (SandboxBroker broker = SandboxBroker.start(SandboxOptions.defaults())) {
      new SandboxTopology(broker.vpn("default"), _ -> PASSWORD, _ -> {}).create(objects);
      publish(broker);
      String username = ClientLogin.of(objects.clientUsernames()).orElseThrow().username();
      Map<String, String> settings = new HashMap<>();
      settings.put("SOLACE_HOST", broker.smfUri());
      settings.put("SOLACE_VPN", "default");
      settings.put("SOLACE_USERNAME", username);
      settings.put("SOLACE_PASSWORD", PASSWORD);
      settings.put("SOLACE_SEMP_HOST", broker.sempUri());
      settings.put("SOLACE_SEMP_USERNAME", broker.options().semp().username());
      settings.put("SOLACE_SEMP_PASSWORD", broker.options().semp().password());
      Process small =
          start(
              "stripebridge.aot",
              settings,
              "0 --version",
              "0 --help",
              "2 --no-such-option",
              "0 provision --help",
              "0 queues --help",
              "0 trigger --list",
              "0 config show",
              "0 envelope " + EVENT);
      Process large =
          start(
              "stripebridge-broker.aot",
              settings,
              "0 provision --check",
              "0 queues",
              "0 queues " + QUEUE,
              "0 queues -o json",
              "0 consume --count 1 --queue " + QUEUE,
              "0 consume --count 1 -o json --queue " + QUEUE);
      CacheJava.note(lib);
      boolean isSmallMade = ended(small, "stripebridge.aot");
      boolean isLargeMade = ended(large, "stripebridge-broker.aot");
      return isSmallMade && isLargeMade;
    }
  }

  /// Publishes one message as the bridge does.
  private void publish(SandboxBroker broker) throws Exception {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    int code =
        StripebridgeCli.run(
            new String[] {"envelope", EVENT},
            Map.of(),
            folder,
            InputStream.nullInputStream(),
            new PrintStream(printed, false, StandardCharsets.UTF_8),
            System.err);
    if (code != 0) {
      throw new IllegalStateException("cannot make an envelope: exit code " + code);
    }
    // The topic is on a line of its own.
    String[] topicAndEnvelope = printed.toString(StandardCharsets.UTF_8).split("\n", 2);
    Map<String, String> client =
        Map.of(
            "SOLACE_HOST", broker.smfUri(),
            "SOLACE_VPN", "default",
            "SOLACE_USERNAME", "default",
            "SOLACE_PASSWORD", "default");
    SolaceSettings settings =
        new ConfigReader(
                new Sources(Map.of(), client, DotEnv.EMPTY, _ -> new Unreadable("not needed")))
            .read(EnumSet.of(SettingGroup.SOLACE))
            .solace();
    CompletableFuture<Long> published = new CompletableFuture<>();
    try (EventPublisher.Producer producer =
        new SmfPublisher(settings).open(new FirstOutcome(published))) {
      producer.send(
          1,
          new OutgoingMessage(
              topicAndEnvelope[0],
              new EventId("evt_training"),
              topicAndEnvelope[1].strip().getBytes(StandardCharsets.UTF_8),
              Map.of(),
              "training",
              Duration.ZERO,
              true),
          true);
      Object _ = published.get(1, TimeUnit.MINUTES);
    }
  }

  /// The broker's answer to the only message.
  private record FirstOutcome(CompletableFuture<Long> published)
      implements EventPublisher.ProducerListener {
    @Override
    public void acknowledged(long correlation) {
      published.complete(correlation);
    }

    @Override
    public void refused(long correlation, Refusal refusal) {
      published.completeExceptionally(new IllegalStateException(refusal.toString()));
    }

    @Override
    public void connectionChanged(boolean up) {}

    @Override
    public void lost(BrokerException cause) {
      published.completeExceptionally(cause);
    }
  }

  private Process start(String cache, Map<String, String> settings, String... commandLines)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.add("-XX:AOTCacheOutput=" + folder.resolve(cache));
    command.addAll(List.of("-XX:+UseSerialGC", "-Djdk.console=java.base"));
    command.addAll(List.of("-cp", lib.resolve("stripebridge.jar").toString()));
    command.add("stripebridge.cli.AotTraining");
    command.addAll(List.of(commandLines));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    // Settings in the environment of the build must not change what is recorded.
    builder
        .environment()
        .keySet()
        .removeIf(name -> !name.equals("PATH") && !name.equals("HOME") && !name.startsWith("LC_"));
    builder.environment().putAll(settings);
    return builder
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve(cache + ".log").toFile())
        .start();
  }

  /// Moves the cache to its jars once it is whole: a command that starts meanwhile uses the old
  /// cache, a new one, or none.
  private boolean ended(Process process, String cache) throws Exception {
    boolean ended = process.waitFor(MINUTES_MAX, TimeUnit.MINUTES);
    if (!ended) {
      process.destroyForcibly();
    }
    Path made = folder.resolve(cache);
    if (ended && process.exitValue() == 0 && Files.exists(made)) {
      Files.move(made, lib.resolve(cache), StandardCopyOption.REPLACE_EXISTING);
      return true;
    }
    System.err.println(
        "error: cannot make the AOT cache "
            + cache
            + ": "
            + (ended ? "the JVM ended with " + process.exitValue() : "the JVM hangs")
            + "\nhint:  see "
            + folder.resolve(cache + ".log"));
    return false;
  }
}
