import com.solacesystems.jcsmp.BytesMessage;
import com.solacesystems.jcsmp.DeliveryMode;
import com.solacesystems.jcsmp.JCSMPException;
import com.solacesystems.jcsmp.JCSMPFactory;
import com.solacesystems.jcsmp.JCSMPProperties;
import com.solacesystems.jcsmp.JCSMPSession;
import com.solacesystems.jcsmp.JCSMPStreamingPublishCorrelatingEventHandler;
import com.solacesystems.jcsmp.XMLMessageProducer;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.logging.LogManager;
import stripebridge.cli.StripebridgeCli;
import stripebridge.cli.sandbox.ClientLogin;
import stripebridge.cli.sandbox.SandboxTopology;
import stripebridge.core.topology.model.BrokerObjects;
import stripebridge.core.topology.yaml.TopologyReader;
import stripebridge.sandbox.SandboxBroker;
import stripebridge.sandbox.SandboxOptions;

/// Makes the AOT caches in a folder of jars, by running commands against a sandbox on free ports of
/// the loopback. There are two: a JVM links all classes of its cache when it starts, so the
/// commands that need no broker have a small one.
///
/// A build step, run from its source by `java`; not part of the application.
final class TrainAotCaches {
  private static final String PASSWORD = "training";
  private static final String QUEUE = "stripe.all.inbound";
  // Twenty times what it takes; a JVM that hangs must not hang the build.
  private static final long MINUTES_MAX = 5;

  private final Path lib;
  private final Path folder;
  private final String event;

  private TrainAotCaches(Path lib, Path folder, String event) {
    this.lib = lib;
    this.folder = folder;
    this.event = event;
  }

  /// @param arguments the folder of jars, an empty folder to work in, a topology, a Stripe event
  public static void main(String[] arguments) throws Exception {
    LogManager.getLogManager().reset(); // Solace's client reports each connection.
    Path lib = Path.of(arguments[0]).toAbsolutePath();
    Path folder = Files.createDirectories(Path.of(arguments[1]).toAbsolutePath());
    String topology = Files.readString(Path.of(arguments[2]));
    Path event = Path.of(arguments[3]).toAbsolutePath();
    // A file name without spaces, which separate the words of a command line.
    Files.write(folder.resolve("event.json"), Files.readAllBytes(event));
    boolean made = new TrainAotCaches(lib, folder, "event.json").train(topology);
    System.exit(made ? 0 : 1);
  }

  private boolean train(String topology) throws Exception {
    BrokerObjects objects = TopologyReader.read("topology.yaml", topology).objects();
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
              "0 envelope " + event);
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
      return ended(small, "stripebridge.aot") & ended(large, "stripebridge-broker.aot");
    }
  }

  /// Publishes one message as the bridge does.
  private void publish(SandboxBroker broker) throws Exception {
    ByteArrayOutputStream envelope = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(envelope, false, StandardCharsets.UTF_8);
    int code =
        StripebridgeCli.run(
            new String[] {"envelope", event},
            Map.of(),
            folder,
            InputStream.nullInputStream(),
            out,
            System.err);
    if (code != 0) {
      throw new IllegalStateException("cannot make an envelope: exit code " + code);
    }
    JCSMPProperties properties = new JCSMPProperties();
    properties.setProperty(JCSMPProperties.HOST, broker.smfUri());
    properties.setProperty(JCSMPProperties.VPN_NAME, "default");
    properties.setProperty(JCSMPProperties.USERNAME, "default");
    properties.setProperty(JCSMPProperties.PASSWORD, "default");
    JCSMPSession session = JCSMPFactory.onlyInstance().createSession(properties);
    session.connect();
    CompletableFuture<Object> published = new CompletableFuture<>();
    XMLMessageProducer producer =
        session.getMessageProducer(
            new JCSMPStreamingPublishCorrelatingEventHandler() {
              @Override
              public void responseReceivedEx(Object key) {
                published.complete(key);
              }

              @Override
              public void handleErrorEx(Object key, JCSMPException cause, long at) {
                published.completeExceptionally(cause);
              }
            });
    BytesMessage message = JCSMPFactory.onlyInstance().createMessage(BytesMessage.class);
    message.setData(envelope.toByteArray());
    message.setDeliveryMode(DeliveryMode.PERSISTENT);
    message.setCorrelationKey(QUEUE);
    message.setHTTPContentType("application/json");
    producer.send(message, JCSMPFactory.onlyInstance().createQueue(QUEUE));
    Object _ = published.get(1, TimeUnit.MINUTES);
    session.closeSession();
  }

  private Process start(String cache, Map<String, String> settings, String... commandLines)
      throws Exception {
    Files.deleteIfExists(lib.resolve(cache));
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.add("-XX:AOTCacheOutput=" + lib.resolve(cache));
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

  private boolean ended(Process process, String cache) throws Exception {
    boolean ended = process.waitFor(MINUTES_MAX, TimeUnit.MINUTES);
    if (!ended) {
      process.destroyForcibly();
    }
    if (ended && process.exitValue() == 0 && Files.exists(lib.resolve(cache))) {
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
