package stripebridge.bench.tools;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import stripebridge.bench.Rows;
import stripebridge.bench.Samples;
import stripebridge.cli.StripebridgeCli;
import stripebridge.sandbox.SandboxBroker;
import stripebridge.service.telemetry.LibraryLog;

/// Measures the promised speed of `drain`, `redrive` and `consume`, each compared with the official
/// client alone, and each from connecting to closing.
///
/// Prints medians of rounds in which all sides take turns, so that other load on the machine
/// affects all of them.
public final class QueueToolsBench {
  private static final int ROUNDS = Rows.ROUNDS;
  private static final int WARM_UP_ROUNDS = 3;
  private static final int MESSAGES = Integer.getInteger("messages", 100_000);
  private static final int MANY = Integer.getInteger("many", 1_000_000);
  private static final int FEW = 10;
  private static final int LOOKS = 25;
  private static final int WARM_UP_LOOKS = 15;

  /// After this time without a message, both sides consider the queue empty; it is not counted.
  private static final Duration SILENCE = Duration.ofMillis(400);

  private static final String FROM = "bench.dmq";
  private static final String BACK = "bench.inbound";

  private static final double DRAIN_MIN = 0.5;
  private static final double DISCARD_MIN = 0.8;
  private static final double REDRIVE_MIN = 0.5;
  private static final double CONSUME_MAX = 1.5;

  private final SandboxBroker broker;
  private final Path folder;

  private QueueToolsBench(SandboxBroker broker, Path folder) {
    this.broker = broker;
    this.folder = folder;
  }

  /// Prints all measurements; exits with 1 if a promise is missed.
  public static void main(String[] args) throws Exception {
    LibraryLog.silence();
    Path folder = Files.createTempDirectory("stripebridge-bench-");
    System.out.printf(
        "%nQueue tools, %,d envelopes of %,d bytes, %d processors, medians of %d rounds%n",
        MESSAGES, Envelopes.payload().length, Runtime.getRuntime().availableProcessors(), ROUNDS);
    Rows rows = Rows.ofCommandLine();
    try (SandboxBroker broker = SandboxBroker.start()) {
      QueueToolsBench bench = new QueueToolsBench(broker, folder);
      rows.run("drain", bench::drain);
      rows.run("redrive", bench::redrive);
      rows.run("consume", bench::consume);
    } finally {
      Files.deleteIfExists(folder);
    }
    System.exit(rows.exitCode());
  }

  private boolean drain() throws Exception {
    Samples toFile = new Samples();
    Samples discarded = new Samples();
    for (int round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
      double bare = rate(() -> RawClient.take(broker, FROM, SILENCE));
      Path file = folder.resolve("drained.jsonl");
      toFile.add(round, rate(() -> run("drain", FROM, "--to", file.toString())), bare);
      Files.delete(file);
      discarded.add(round, rate(() -> run("drain", FROM, "--discard")), bare);
    }
    return toFile.atLeast("drain --to, vs. a bare consumer", DRAIN_MIN)
        & discarded.atLeast("drain --discard, vs. the same", DISCARD_MIN);
  }

  private boolean redrive() throws Exception {
    Samples redriven = new Samples();
    for (int round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
      double bare = rate(() -> RawClient.move(broker, FROM, SILENCE));
      redriven.add(round, rate(() -> run("redrive", FROM, "--all")), bare);
    }
    return redriven.atLeast("redrive, vs. bare consume-publish", REDRIVE_MIN);
  }

  private interface Task {
    void run() throws Exception;
  }

  /// The number of messages that leave the queue per second.
  private double rate(Task task) throws Exception {
    recreate(FROM, Envelopes.TOPIC);
    RawClient.fill(broker, MESSAGES);
    // From here on, published messages reach another queue, as with a DMQ.
    broker.vpn("default").unsubscribe(FROM, Envelopes.TOPIC);
    recreate(BACK, Envelopes.TOPIC);
    long begun = System.nanoTime();
    task.run();
    long nanos = System.nanoTime() - begun - SILENCE.toNanos();
    long left = broker.vpn("default").queue(FROM).depth();
    if (left > 0) {
      throw new IllegalStateException(left + " messages are left");
    }
    return MESSAGES * 1e9 / nanos;
  }

  private void recreate(String queue, String... subscriptions) {
    try {
      broker.vpn("default").deleteQueue(queue);
    } catch (RuntimeException _) {
      // There is no such queue the first time.
    }
    broker.vpn("default").createOpenQueue(queue, subscriptions);
    broker.vpn("default").updateQueue(queue, Map.of("maxMsgSpoolUsage", 100_000));
  }

  private boolean consume() throws Exception {
    recreate(BACK);
    recreate(FROM, Envelopes.TOPIC);
    RawClient.fill(broker, MANY);
    broker.vpn("default").unsubscribe(FROM, Envelopes.TOPIC);
    recreate(BACK, Envelopes.TOPIC);
    RawClient.fill(broker, FEW);
    Samples times = new Samples();
    for (int look = -WARM_UP_LOOKS; look < LOOKS; look++) {
      times.add(look, look(FROM), look(BACK));
    }
    return times.atMost("consume --count 10, %,d vs. %d".formatted(MANY, FEW), "ms", CONSUME_MAX);
  }

  private double look(String queue) {
    long begun = System.nanoTime();
    cli("consume", "--queue", queue, "--count", "10");
    return (System.nanoTime() - begun) / 1e6;
  }

  private void run(String command, String queue, String... options) {
    List<String> args =
        new ArrayList<>(
            List.of(command, "--queue", queue, "--yes", "--timeout", SILENCE.toMillis() + "ms"));
    args.addAll(List.of(options));
    cli(args.toArray(String[]::new));
  }

  /// Runs a command as a script would.
  private void cli(String... args) {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    int code =
        StripebridgeCli.run(
            args,
            Map.of(
                "SOLACE_HOST", broker.smfUri(),
                "SOLACE_VPN", "default",
                "SOLACE_USERNAME", "default",
                "SOLACE_PASSWORD", "default",
                "SOLACE_SEMP_HOST", broker.sempUri(),
                "SOLACE_SEMP_USERNAME", broker.options().semp().username(),
                "SOLACE_SEMP_PASSWORD", broker.options().semp().password()),
            folder,
            InputStream.nullInputStream(),
            new PrintStream(OutputStream.nullOutputStream(), false, UTF_8),
            new PrintStream(said, true, UTF_8));
    if (code != 0) {
      throw new IllegalStateException(
          "%s ended with %d: %s".formatted(List.of(args), code, said.toString(UTF_8)));
    }
  }
}
