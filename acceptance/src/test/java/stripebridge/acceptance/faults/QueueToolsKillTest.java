package stripebridge.acceptance.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.solacesystems.jcsmp.BytesMessage;
import com.solacesystems.jcsmp.DeliveryMode;
import com.solacesystems.jcsmp.JCSMPException;
import com.solacesystems.jcsmp.JCSMPFactory;
import com.solacesystems.jcsmp.JCSMPProperties;
import com.solacesystems.jcsmp.JCSMPSession;
import com.solacesystems.jcsmp.JCSMPStreamingPublishCorrelatingEventHandler;
import com.solacesystems.jcsmp.XMLMessageProducer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.cli.messages.MessageJsonReader;
import stripebridge.core.broker.QueueMessage;
import stripebridge.sandbox.RecordedMessage;
import stripebridge.sandbox.SandboxBroker;

/// Kills `drain` and `redrive` with SIGKILL at random moments.
@Tag("faults")
class QueueToolsKillTest {
  private static final int MESSAGES = 5_000;
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final SandboxBroker broker = SandboxBroker.start();
  @TempDir Path folder;

  @BeforeEach
  void open() {
    broker.vpn("default").createOpenQueue("source", "in/>").createOpenQueue("target", "out/>");
  }

  @AfterEach
  void close() {
    broker.close();
  }

  @Test
  void everyDrainedMessageIsOnTheQueueOrInTheFile() throws Exception {
    RandomGenerator random = Rounds.random("QueueToolsKillTest.drain");
    for (int round = 1; round <= Rounds.of(3); round++) {
      Set<String> all = publish("in/", round);
      Path file = folder.resolve("drained-" + round);
      String[] drain = {"drain", "--queue", "source", "--to", file.toString(), "--yes"};
      killAfter(random.nextInt(0, MESSAGES), "source", drain);

      List<String> inFile = ids(file);
      Set<String> somewhere = new HashSet<>(inFile);
      somewhere.addAll(ids("source"));
      assertThat(somewhere).as("on the queue or in the file").isEqualTo(all);

      assertThat(finish(drain)).isZero();
      List<String> afterwards = ids(file);
      assertThat(new HashSet<>(afterwards)).isEqualTo(all);
      System.out.printf(
          "round %d: killed with %d in the file, %d copies%n",
          round, inFile.size(), afterwards.size() - all.size());
      Eventually.await(
          "the queue is empty", PATIENCE, () -> broker.vpn("default").queue("source").depth() == 0);
    }
  }

  @Test
  void everyRedrivenMessageIsOnTheQueueOrAtItsTarget() throws Exception {
    RandomGenerator random = Rounds.random("QueueToolsKillTest.redrive");
    for (int round = 1; round <= Rounds.of(3); round++) {
      broker.vpn("default").unsubscribe("target", "out/>").subscribe("source", "out/>");
      Set<String> all = publish("out/", round);
      broker.vpn("default").unsubscribe("source", "out/>").subscribe("target", "out/>");
      String[] redrive = {"redrive", "--queue", "source", "--all", "--yes"};
      killAfter(random.nextInt(0, MESSAGES), "source", redrive);

      Set<String> somewhere = new HashSet<>(ids("target"));
      int redriven = somewhere.size();
      somewhere.addAll(ids("source"));
      assertThat(somewhere).as("on the queue or at its target").isEqualTo(all);

      assertThat(finish(redrive)).isZero();
      List<String> afterwards = ids("target");
      assertThat(new HashSet<>(afterwards)).isEqualTo(all);
      System.out.printf(
          "round %d: killed with %d redriven, %d copies%n",
          round, redriven, afterwards.size() - all.size());
      assertThat(finish("drain", "--queue", "target", "--discard", "--yes")).isZero();
      Eventually.await(
          "the queue is empty", PATIENCE, () -> broker.vpn("default").queue("target").depth() == 0);
    }
  }

  /// Starts a command, and kills it once it has taken the given number of messages off a queue.
  private void killAfter(int taken, String queue, String... command) throws Exception {
    Process process = process(command).start();
    try {
      Eventually.await(
          taken + " are taken",
          PATIENCE,
          () ->
              broker.vpn("default").queue(queue).depth() <= MESSAGES - taken || !process.isAlive());
    } finally {
      process.destroyForcibly().onExit().join();
    }
  }

  private int finish(String... command) throws Exception {
    Process process = process(command).start();
    if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("the command does not end: " + String.join(" ", command));
    }
    return process.exitValue();
  }

  private ProcessBuilder process(String... command) {
    ProcessBuilder builder =
        new ProcessBuilder(ServeProcess.commandLine(List.of(), command))
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("SOLACE_"));
    builder.environment().put("SOLACE_HOST", broker.smfUri());
    builder.environment().put("SOLACE_VPN", "default");
    builder.environment().put("SOLACE_USERNAME", "default");
    builder.environment().put("SOLACE_PASSWORD", "default");
    return builder;
  }

  private Set<String> publish(String topic, int round) throws Exception {
    JCSMPProperties properties = new JCSMPProperties();
    properties.setProperty(JCSMPProperties.HOST, broker.smfUri());
    properties.setProperty(JCSMPProperties.VPN_NAME, "default");
    properties.setProperty(JCSMPProperties.USERNAME, "default");
    properties.setProperty(JCSMPProperties.PASSWORD, "default");
    properties.setProperty(JCSMPProperties.PUB_ACK_WINDOW_SIZE, 255);
    JCSMPSession session = JCSMPFactory.onlyInstance().createSession(properties);
    session.connect();
    try {
      XMLMessageProducer producer = session.getMessageProducer(new Unanswered());
      Set<String> ids = new HashSet<>();
      for (int i = 1; i <= MESSAGES; i++) {
        BytesMessage message = JCSMPFactory.onlyInstance().createMessage(BytesMessage.class);
        String id = "evt_" + round + "_" + i;
        message.setApplicationMessageId(id);
        message.setDeliveryMode(DeliveryMode.PERSISTENT);
        message.setData("{\"event_type\":\"invoice.paid\"}".getBytes(UTF_8));
        producer.send(message, JCSMPFactory.onlyInstance().createTopic(topic + i));
        ids.add(id);
      }
      Eventually.await(
          "all are published",
          PATIENCE,
          () -> broker.vpn("default").queue("source").depth() == MESSAGES);
      return ids;
    } finally {
      session.closeSession();
    }
  }

  private static final class Unanswered implements JCSMPStreamingPublishCorrelatingEventHandler {
    @Override
    public void responseReceivedEx(Object key) {}

    @Override
    public void handleErrorEx(Object key, JCSMPException cause, long timestamp) {
      throw new AssertionError(cause);
    }
  }

  private List<String> ids(String queue) {
    return broker.vpn("default").queue(queue).messages().stream()
        .map(RecordedMessage::applicationMessageId)
        .map(id -> id.orElse(""))
        .toList();
  }

  /// The ids in complete lines; a torn line may be followed by others.
  private static List<String> ids(Path file) throws Exception {
    List<String> ids = new ArrayList<>();
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file)) {
        try {
          QueueMessage message = MessageJsonReader.read(line.getBytes(UTF_8));
          ids.add(String.valueOf(message.content().applicationMessageId()));
        } catch (MessageJsonReader.Unreadable _) {
          System.out.println("a torn line in " + file);
        }
      }
    }
    return ids;
  }
}
