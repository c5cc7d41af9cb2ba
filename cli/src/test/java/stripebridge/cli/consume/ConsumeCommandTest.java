package stripebridge.cli.consume;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import stripebridge.cli.BrokerClient;
import stripebridge.cli.CliHarness;
import stripebridge.sandbox.Fault;

/// Which messages are taken and which stay, on a sandbox with the official client.
class ConsumeCommandTest {
  private static final String TAKING_ONE =
      "taking up to 1 message from 'q'; each is removed once it is printed\n";
  private static final String TAKING_FIVE =
      "taking up to 5 messages from 'q'; each is removed once it is printed\n";

  @TempDir private Path folder;

  private ConsumeHarness harness() throws Exception {
    return new ConsumeHarness(folder);
  }

  private static List<String> texts(int from, int to) {
    return IntStream.rangeClosed(from, to).mapToObj(i -> "m" + i).toList();
  }

  private static String lines(List<String> lines) {
    return String.join("\n", lines) + "\n";
  }

  @Test
  void changesNothingBesideALiveConsumer() throws Exception {
    try (ConsumeHarness harness = harness().withSemp().published(5)) {
      try (BrokerClient live = new BrokerClient(harness.broker(), "live")) {
        live.consume("q", 2, 0);
        assertThat(harness.run("-o", "raw"))
            .isEqualTo(
                new CliHarness.Run(
                    0,
                    lines(texts(1, 5)),
                    """
                    5 messages shown; the queue holds no more
                    take:  stripebridge consume --queue q --ack --count 5
                    """));
        assertThat(harness.texts()).isEqualTo(texts(1, 5));
        live.received().forEach(message -> message.ackMessage());
        harness.await("settled", () -> harness.vpn().queue("q").depth() == 3);
      }
      // The broker had delivered all of them to the live consumer.
      assertThat(harness.deliveriesBefore()).containsExactly(1, 1, 1);
    }
  }

  @Test
  void doesNotRaiseDeliveryCountsByBrowsing() throws Exception {
    try (ConsumeHarness harness = harness().published(4)) {
      assertThat(harness.run("-o", "raw").out()).isEqualTo(lines(texts(1, 4)));
      assertThat(harness.run("--count", "2", "-o", "raw"))
          .isEqualTo(
              new CliHarness.Run(
                  0,
                  lines(texts(1, 2)),
                  """
                  2 messages shown; there may be more
                  more:  stripebridge consume --queue q --count 20
                  take:  stripebridge consume --queue q --ack --count 2
                  """));
      assertThat(harness.deliveriesBefore()).containsExactly(0, 0, 0, 0);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 4", "2, 4", "3, 4", "4, 4", "55, 60", "101, 130"})
  void takesExactlyTheWantedNumber(int count, int there) throws Exception {
    try (ConsumeHarness harness = harness().published(there)) {
      assertThat(harness.run("--ack", "--count", "" + count, "-o", "raw").out())
          .isEqualTo(lines(texts(1, count)));
      harness.await("removed", () -> harness.vpn().queue("q").depth() == there - count);
      assertThat(harness.texts()).isEqualTo(texts(count + 1, there));
      // A sandbox on this machine may answer before the client can cancel its request.
      List<Integer> times = harness.deliveriesBefore();
      assertThat(times.stream().limit(1)).allMatch(delivered -> delivered <= 1);
      assertThat(times.stream().skip(1)).allMatch(delivered -> delivered == 0);
    }
  }

  @Test
  void takesOneByDefault() throws Exception {
    try (ConsumeHarness harness = harness().withSemp().published(3)) {
      assertThat(harness.run("--ack", "-o", "raw"))
          .isEqualTo(
              new CliHarness.Run(
                  0,
                  "m1\n",
                  """
                  taking up to 1 message from 'q'; each is removed once it is printed
                  1 message taken; 2 remain in the queue
                  next:  stripebridge consume --queue q --ack --count 2
                  """));
      harness.await("removed", () -> harness.vpn().queue("q").depth() == 2);
      assertThat(harness.run("--ack", "--count", "9", "-o", "raw"))
          .isEqualTo(
              new CliHarness.Run(
                  0,
                  "m2\nm3\n",
                  """
                  taking up to 9 messages from 'q'; each is removed once it is printed
                  2 messages taken; the queue is empty
                  """));
    }
  }

  @Test
  void takesAllMessagesWhenTheDepthIsUnknown() throws Exception {
    try (ConsumeHarness harness = harness().published(3)) {
      assertThat(harness.run("--ack", "--count", "5", "--timeout", "1s", "-o", "raw"))
          .isEqualTo(
              new CliHarness.Run(
                  0,
                  "m1\nm2\nm3\n",
                  """
                  taking up to 5 messages from 'q'; each is removed once it is printed
                  3 messages taken; no more came
                  """));
    }
  }

  @Test
  void waitsForTheNextMessageForTheTimeout() throws Exception {
    try (ConsumeHarness harness = harness().withSemp().published(1);
        CliHarness.Running running =
            harness.start("--ack", "--count", "2", "--timeout", "10m", "-o", "raw")) {
      MatchResult _ = running.await("^m1$");
      harness.client().publish("t/2", "id2", "m2");
      assertThat(running.join().out()).isEqualTo("m1\nm2\n");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "false, '', queue 'q' is empty",
    "false, --ack, 'no message came from ''q'': it is empty, or other consumers have its messages'",
    "true, '', queue 'q' is empty",
    "true, --ack, queue 'q' is empty"
  })
  void reportsAnEmptyQueue(boolean semp, String ack, String said) throws Exception {
    try (ConsumeHarness harness = harness()) {
      if (semp) {
        harness.withSemp();
      }
      assertThat(ack.isEmpty() ? harness.run() : harness.run(ack))
          .isEqualTo(new CliHarness.Run(0, "", (ack.isEmpty() ? "" : TAKING_ONE) + said + "\n"));
    }
  }

  @Test
  void reportsThatOthersHaveTheMessages() throws Exception {
    try (ConsumeHarness harness = harness().withSemp().published(2);
        BrokerClient live = new BrokerClient(harness.broker(), "live")) {
      live.consume("q", 2, 0);
      assertThat(harness.run("--ack"))
          .isEqualTo(
              new CliHarness.Run(
                  0,
                  "",
                  """
                  taking up to 1 message from 'q'; each is removed once it is printed
                  no message came from 'q': other consumers have its 2 messages, or are served
                    first
                  """));
    }
  }

  @Test
  void showsLaterMessagesUntilItIsStopped() throws Exception {
    try (ConsumeHarness harness = harness().published(1);
        CliHarness.Running running = harness.start("--follow", "-o", "raw")) {
      MatchResult _ = running.await("^m1$");
      harness.client().publish("t/2", "id2", "m2");
      MatchResult _ = running.await("^m2$");
      assertThat(running.stop())
          .isEqualTo(
              new CliHarness.Run(
                  0, "m1\nm2\n", "waiting for messages from 'q'\n2 messages shown\n"));
      assertThat(harness.texts()).isEqualTo(texts(1, 2));
    }
  }

  @Test
  void takesLaterMessagesUntilItIsStopped() throws Exception {
    try (ConsumeHarness harness = harness().published(1);
        CliHarness.Running running = harness.start("--ack", "--follow", "-o", "raw")) {
      MatchResult _ = running.await("^m1$");
      harness.client().publish("t/2", "id2", "m2");
      MatchResult _ = running.await("^m2$");
      assertThat(running.stop())
          .isEqualTo(
              new CliHarness.Run(
                  0,
                  "m1\nm2\n",
                  """
                  waiting for messages from 'q'; each is removed once it is printed
                  2 messages taken
                  """));
      harness.await("removed", () -> harness.vpn().queue("q").depth() == 0);
    }
  }

  @Test
  void endsWith130WhenItIsStoppedBeforeItHasEnough() throws Exception {
    try (ConsumeHarness harness = harness().published(1);
        CliHarness.Running running =
            harness.start("--ack", "--count", "2", "--timeout", "10m", "-o", "raw")) {
      MatchResult _ = running.await("^m1$");
      assertThat(running.stop())
          .isEqualTo(
              new CliHarness.Run(
                  130,
                  "m1\n",
                  """
                  taking up to 2 messages from 'q'; each is removed once it is printed
                  1 message taken
                  """));
      harness.await("removed", () -> harness.vpn().queue("q").depth() == 0);
    }
  }

  /// Accepts some bytes and then breaks, as a pipe to `head` does.
  private static final class Broken extends OutputStream {
    private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
    private final int max;

    Broken(int max) {
      this.max = max;
    }

    @Override
    public void write(int one) throws IOException {
      if (taken.size() == max) {
        throw new IOException("Broken pipe");
      }
      taken.write(one);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"raw", "json", "pretty", "table"})
  void takesNothingThatIsNotRead(String format) throws Exception {
    try (ConsumeHarness harness = harness().published(5)) {
      CliHarness.Run run =
          harness
              .cli()
              .runInto(new Broken(0), ConsumeHarness.with("--ack", "--count", "5", "-o", format));
      assertThat(run).isEqualTo(new CliHarness.Run(0, "", TAKING_FIVE));
      assertThat(harness.texts()).isEqualTo(texts(1, 5));
    }
  }

  @Test
  void endsQuietlyWhenThePipeIsClosed() throws Exception {
    try (ConsumeHarness harness = harness().published(5)) {
      assertThat(
              harness
                  .cli()
                  .runInto(
                      new Broken(7), ConsumeHarness.with("--ack", "--count", "5", "-o", "raw")))
          .isEqualTo(new CliHarness.Run(0, "", TAKING_FIVE));
      harness.await("removed", () -> harness.vpn().queue("q").depth() == 3);
      assertThat(harness.texts()).isEqualTo(texts(3, 5));
      assertThat(harness.cli().runInto(new Broken(1), ConsumeHarness.with("--follow", "-o", "raw")))
          .isEqualTo(new CliHarness.Run(0, "", "waiting for messages from 'q'\n"));
    }
  }

  @Test
  void showsOnlyMatchingMessages() throws Exception {
    try (ConsumeHarness harness = harness().withSemp().published(12)) {
      assertThat(
              harness.run("--filter", "topic=t/1*", "--filter", "redelivered=false", "-o", "raw"))
          .isEqualTo(
              new CliHarness.Run(
                  0,
                  "m1\nm10\nm11\nm12\n",
                  """
                  4 messages shown of 12 looked at
                  take:  stripebridge consume --queue q --ack --filter 'topic=t/1*' --filter \
                  redelivered=false --count 4
                  """));
      assertThat(harness.run("--filter", "topic=x"))
          .isEqualTo(new CliHarness.Run(0, "", "none of 12 messages in 'q' matches\n"));
    }
  }

  @Test
  void takesOnlyMatchingMessages() throws Exception {
    try (ConsumeHarness harness = harness().published(12)) {
      assertThat(
              harness.run(
                  "--ack", "--count", "3", "--filter", "application_message_id=id1?", "-o", "raw"))
          .isEqualTo(
              new CliHarness.Run(
                  0,
                  "m10\nm11\nm12\n",
                  """
                  taking up to 3 matching messages from 'q'; each is removed once it is printed
                  3 messages taken of 12 looked at; there may be more
                  next:  stripebridge consume --queue q --ack --filter \
                  'application_message_id=id1?' --count 3
                  """));
      harness.await("removed", () -> harness.vpn().queue("q").depth() == 9);
      assertThat(harness.texts()).isEqualTo(texts(1, 9));
      assertThat(harness.deliveriesBefore()).isEqualTo(Collections.nCopies(9, 0));
    }
  }

  @Test
  void worksWhenSempFails() throws Exception {
    try (ConsumeHarness harness = harness().withSemp().published(1)) {
      harness.broker().inject(new Fault.FailSemp(503, 100));
      assertThat(harness.run("-o", "raw"))
          .isEqualTo(
              new CliHarness.Run(
                  0,
                  "m1\n",
                  """
                  1 message shown; the queue holds no more
                  take:  stripebridge consume --queue q --ack --count 1
                  """));
    }
  }

  @Test
  void reportsWhyAQueueCannotBeUsed() throws Exception {
    try (ConsumeHarness harness = harness()) {
      Map<String, Object> open = Map.of("egressEnabled", true, "permission", "delete");
      harness
          .vpn()
          .createQueue("shut", Map.of("permission", "delete"))
          .createQueue("closed", Map.of("egressEnabled", true))
          .createQueue("parts", open)
          .updateQueue("parts", Map.of("accessType", "non-exclusive", "partitionCount", 3));
      assertThat(harness.cli().run("consume", "--queue", "nope"))
          .isEqualTo(
              new CliHarness.Run(
                  2,
                  "",
                  """
                  error: cannot browse 'nope': there is no such queue
                  hint:  'stripebridge queues' lists the queues and shows which are shut; a \
                  partitioned queue cannot be browsed, only consumed with --ack
                  """));
      assertThat(harness.cli().run("consume", "--queue", "shut", "--ack").exitCode()).isEqualTo(2);
      assertThat(harness.cli().run("consume", "--queue", "parts").err())
          .startsWith("error: cannot browse 'parts': the queue is partitioned, ");
      assertThat(harness.cli().run("consume", "--queue", "closed"))
          .isEqualTo(
              new CliHarness.Run(
                  5,
                  "",
                  """
                  error: cannot browse 'closed': the user lacks the permission
                  hint:  set SOLACE_USERNAME and SOLACE_PASSWORD to a user that owns the queue, or \
                  that its 'permission' allows
                  """));
      assertThat(harness.cli().env("SOLACE_PASSWORD", "wrong").run("consume", "--queue", "q"))
          .extracting(CliHarness.Run::exitCode)
          .isEqualTo(5);
    }
  }

  @Test
  void endsWith3WhenTheQueueIsDeletedMeanwhile() throws Exception {
    try (ConsumeHarness harness = harness().published(1);
        CliHarness.Running running = harness.start("--ack", "--follow", "-o", "raw")) {
      MatchResult _ = running.await("^m1$");
      harness.vpn().deleteQueue("q");
      CliHarness.Run run = running.join();
      assertThat(run.exitCode()).isEqualTo(3);
      assertThat(run.err())
          .startsWith(
              """
              waiting for messages from 'q'; each is removed once it is printed
              1 message taken
              error: cannot consume 'q': \
              """);
    }
  }

  @Test
  void endsWith4WhenTheBrokerIsDown() throws Exception {
    String gone;
    try (ConsumeHarness harness = harness()) {
      gone = harness.broker().smfUri();
    }
    CliHarness.Run run =
        new CliHarness(folder)
            .env("SOLACE_HOST", gone)
            .env("SOLACE_VPN", "default")
            .env("SOLACE_USERNAME", "default")
            .env("SOLACE_PASSWORD", "default")
            .run("consume", "--queue", "q");
    assertThat(run.exitCode()).isEqualTo(4);
    assertThat(run.err()).contains("hint:  set SOLACE_HOST, or start a broker with");
  }

  @ParameterizedTest
  @CsvSource({
    "--count, 0, --count takes a count from 1",
    "--timeout, 1ms, '--timeout takes a duration from 100ms to 60m, such as 2s'",
    "--filter, invoice, cannot filter by 'invoice': it is not NAME=PATTERN",
    "-o, yaml, 'invalid value for option ''--output'''",
  })
  void refusesInvalidOptions(String option, String value, String said) {
    CliHarness.Run run = new CliHarness(folder).run(ConsumeHarness.with(option, value));
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).startsWith("error: " + said);
  }
}
