package stripebridge.cli.validate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.cli.CliHarness;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.Destination;
import stripebridge.core.broker.EventPublisher.ProducerListener;
import stripebridge.core.broker.MessageContent;
import stripebridge.core.broker.MessageContent.Extras;
import stripebridge.core.broker.Payload;
import stripebridge.core.broker.QueueAccess;
import stripebridge.core.broker.Refusal;
import stripebridge.sandbox.SandboxOptions;

class ValidateCommandTest {
  private static final List<String> QUEUES =
      List.of(
          "stripe.payments.inbound",
          "stripe.subscriptions.inbound",
          "stripe.invoices.inbound",
          "stripe.customers.inbound",
          "stripe.all.inbound",
          "stripe.errors.dmq");

  @TempDir Path folder;

  private static void assertPassed(CliHarness.Run run) {
    assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
    assertThat(run.out()).contains(" 0 failed, ");
    // Without the latency at the end, which has more digits on a busy machine.
    assertThat(run.out().lines().map(line -> line.replaceFirst("  [\\d.]+ m?s$", "")))
        .allSatisfy(line -> assertThat(line.length()).isLessThan(81));
  }

  private static void assertEmpty(ValidateHarness harness, List<String> queues) {
    for (String queue : queues) {
      assertThat(harness.vpn().queue(queue).messages()).as(queue).isEmpty();
    }
  }

  @Test
  void followsEachTypeIntoItsQueuesAndLeavesNothing() throws Exception {
    try (ValidateHarness harness = new ValidateHarness(folder).started()) {
      CliHarness.Run run = harness.validate();
      assertPassed(run);
      assertThat(run.err()).isEmpty();
      assertThat(run.out())
          .contains("✓ invoice.payment_failed → stripe.invoices.inbound, stripe.all.inbound  ")
          .contains("✓ product.created → stripe.all.inbound  ")
          .contains("✓ the same 16 events again: 200 duplicate\n")
          .contains("✓ each event is on each of its queues once, and on no other\n")
          .contains("✓ a wrong secret: answered 400 signature_mismatch, no message\n")
          .contains("✓ a stale timestamp: answered 400 timestamp_too_old, no message\n")
          .contains("✓ a changed body: answered 400 signature_mismatch, no message\n")
          .contains("✓ no signature: answered 400 signature_missing, no message\n")
          .contains("found on stripe.errors.dmq, and removed\n")
          .containsPattern("stripe_webhooks_received_total +0 +37 +\\+37 +ok\n")
          .containsPattern("stripe\\.all\\.inbound spooled +0 +17 +\\+17 +ok\n")
          .containsPattern("Latency from webhook to queue: avg \\d+ ms, p50 .*, p95 .*, max ");
      assertEmpty(harness, QUEUES);
      assertThat(harness.vpn().queue("stripe.all.inbound").recorded())
          .hasSize(17)
          .allSatisfy(message -> {
            assertThat(message.properties()).containsEntry("synthetic", true);
            assertThat(message.properties()).containsEntry("livemode", false);
          });
      assertThat(witnesses(run, harness)).isFalse();
    }
  }

  private static boolean witnesses(CliHarness.Run run, ValidateHarness harness) {
    Matcher matcher = Pattern.compile("stripe\\.validate\\.\\w+").matcher(run.out());
    assertThat(matcher.find()).isTrue();
    return harness.hasQueue(matcher.group());
  }

  @Test
  void triesTheRequestedTypes() throws Exception {
    try (ValidateHarness harness = new ValidateHarness(folder).started()) {
      CliHarness.Run run = harness.validate("--types", "refund.created,charge.failed");
      assertPassed(run);
      assertThat(run.out()).contains("✓ refund.created").doesNotContain("payout.failed");
      CliHarness.Run unknown = harness.validate("--types", "refund.craeted");
      assertThat(unknown.exitCode()).isEqualTo(2);
      assertThat(unknown.err()).contains("did you mean 'refund.created'?");
    }
  }

  @Test
  void writesItsReports() throws Exception {
    try (ValidateHarness harness = new ValidateHarness(folder).started()) {
      assertPassed(
          harness.validate(
              "--types", "payout.failed", "--report", "junit=r.xml", "json=r.json", "md=r.md"));
      assertThat(Files.readString(folder.resolve("r.xml"))).contains("<testsuite name=");
      assertThat(Files.readString(folder.resolve("r.json"))).contains("\"passed\" : true");
      assertThat(Files.readString(folder.resolve("r.md"))).startsWith("# Validation passed\n");
      CliHarness.Run run = harness.validate("--report", "junit=nowhere/r.xml");
      assertThat(run.exitCode()).isEqualTo(2);
      assertThat(run.err()).startsWith("error: cannot write the report");
      assertThat(harness.validate("--report", "html=r").err())
          .contains("--report takes junit=FILE");
      CliHarness.Run refused = harness.validate("--types=no", "--report", "junit=none.xml");
      assertThat(refused.exitCode()).isEqualTo(2);
      assertThat(folder.resolve("none.xml")).doesNotExist();
    }
  }

  @Test
  void refusesToRunWhereConsumersAreBound() throws Exception {
    try (ValidateHarness harness = new ValidateHarness(folder).started();
        QueueAccess.Session session = harness.messaging().open();
        QueueAccess.Consumer _ = session.consume("stripe.invoices.inbound", 1, false)) {
      String client = harness.vpn().clients().stream().max(String::compareTo).orElseThrow();
      CliHarness.Run run = harness.validate();
      assertThat(run.exitCode()).isEqualTo(2);
      assertThat(run.out()).isEmpty();
      assertThat(run.err())
          .startsWith(
              "error: nothing was posted: consumers would receive the messages of the validation:"
                  + " 'stripe.invoices.inbound' by ")
          .contains("--with-consumers", "synthetic=true");
      assertThat(harness.vpn().clients()).anySatisfy(it -> assertThat(run.err()).contains(it));
      assertThat(client).isNotEmpty();
      assertThat(harness.vpn().queue("stripe.all.inbound").recorded()).isEmpty();
    }
  }

  /// Consumers receive our messages, and can recognize them.
  @Test
  void provesByCountersWhatConsumersReceive() throws Exception {
    try (ValidateHarness harness = new ValidateHarness(folder).started();
        QueueAccess.Session session = harness.messaging().open();
        QueueAccess.Consumer consumer = session.consume("stripe.invoices.inbound", 9, false)) {
      consumer.start();
      CliHarness.Run run = harness.validate("--with-consumers");
      assertPassed(run);
      assertThat(run.out().replaceAll("\\s+", " "))
          .contains(
              "✓ invoice.finalized → stripe.invoices.inbound (by counters, 1 consumer bound),"
                  + " stripe.all.inbound ");
      for (int i = 0; i < 3; i++) {
        assertThat(
                Optional.ofNullable(consumer.next(Duration.ofSeconds(20)))
                    .orElseThrow()
                    .message()
                    .content()
                    .userProperties())
            .containsEntry("synthetic", true);
      }
    }
  }

  @Test
  void reportsAMissingSubscriptionOfAConsumedQueue() throws Exception {
    try (ValidateHarness harness = new ValidateHarness(folder).started();
        QueueAccess.Session session = harness.messaging().open();
        QueueAccess.Consumer _ = session.consume("stripe.invoices.inbound", 9, false)) {
      harness.vpn().unsubscribe("stripe.invoices.inbound", "stripe/webhook/v1/invoice/>");
      CliHarness.Run run = harness.validate("--with-consumers", "--timeout=2");
      assertThat(run.exitCode()).isEqualTo(3);
      assertThat(run.out().replaceAll("\\s+", " "))
          .contains("no subscription of stripe.invoices.inbound matches");
    }
  }

  @Test
  void provesByCountersWhatIsInDeepQueues() throws Exception {
    try (ValidateHarness harness = new ValidateHarness(folder).started()) {
      publish(harness, 10_001, "stripe/webhook/v1/other/thing/acct_1", Map.of());
      CliHarness.Run run = harness.validate("--types", "payout.failed");
      assertPassed(run);
      assertThat(run.out().replaceAll("\\s+", " "))
          .contains("stripe.all.inbound (by counters, holds 10,001 messages)");
      assertThat(harness.vpn().queue("stripe.all.inbound").depth()).isEqualTo(10_003);
    }
  }

  @Test
  void leavesTheMessagesOfOthers() throws Exception {
    try (ValidateHarness harness = new ValidateHarness(folder).started()) {
      publish(harness, 5, "stripe/webhook/v1/invoice/finalized/acct_e2e", Map.of());
      assertPassed(harness.validate());
      for (String queue : List.of("stripe.all.inbound", "stripe.invoices.inbound")) {
        assertThat(harness.vpn().queue(queue).messages()).hasSize(5);
        assertThat(harness.vpn().queue(queue).counter("redeliveredMsgCount")).isZero();
      }
    }
  }

  @Test
  void removesMessagesOfEarlierValidationsIfConfigured() throws Exception {
    try (ValidateHarness harness = new ValidateHarness(folder).started()) {
      String topic = "stripe/webhook/v1/invoice/finalized/";
      Map<String, Object> left = Map.of("synthetic", true, "stripe_account_id", "acct_e2e");
      publish(harness, 2, topic + "acct_e2e", left);
      publish(harness, 3, topic + "acct_e2e", Map.of("stripe_account_id", "acct_e2e"));
      publish(
          harness, 4, topic + "acct_2", Map.of("synthetic", true, "stripe_account_id", "acct_2"));
      CliHarness.Run run =
          harness.validateAt(
              harness.url().toString(),
              Map.of("E2E_QUEUE_DRAIN_BEFORE_TEST", "true"),
              "--types=payout.failed");
      assertPassed(run);
      assertThat(run.out()).contains("✓ the queues are drained: 4 messages removed\n");
      assertThat(harness.vpn().queue("stripe.invoices.inbound").messages()).hasSize(7);
    }
  }

  @Test
  void drainsTheQueuesOnlyWithYes() throws Exception {
    try (ValidateHarness harness = new ValidateHarness(folder).started()) {
      publish(harness, 3, "stripe/webhook/v1/invoice/finalized/acct_1", Map.of());
      CliHarness.Run refused = harness.validate("--drain");
      assertThat(refused.exitCode()).isEqualTo(2);
      assertThat(refused.err())
          .contains("there is no terminal to confirm it on")
          .contains("pass --yes");
      assertThat(harness.vpn().queue("stripe.all.inbound").messages()).hasSize(3);
      CliHarness.Run run = harness.validate("--drain", "--yes", "--types=payout.failed");
      assertPassed(run);
      assertThat(run.out()).contains("✓ the queues are drained: 6 messages removed\n");
      assertEmpty(harness, QUEUES);
    }
  }

  @Test
  void removesTheWitnessOfAValidationThatDied() throws Exception {
    try (ValidateHarness harness = new ValidateHarness(folder).started();
        QueueAccess.Session session = harness.messaging().open()) {
      harness.vpn().createOpenQueue("stripe.validate.dead", "stripe/webhook/v1/*/*/acct_e2e");
      harness.vpn().createOpenQueue("stripe.validate.alive");
      try (QueueAccess.Consumer _ = session.consume("stripe.validate.alive", 1, false)) {
        CliHarness.Run run = harness.validate("--types=payout.failed");
        assertPassed(run);
        assertThat(run.out())
            .contains("removed the queue of a dead validation: stripe.validate.dead");
        assertThat(harness.hasQueue("stripe.validate.dead")).isFalse();
        assertThat(harness.hasQueue("stripe.validate.alive")).isTrue();
      }
    }
  }

  @Test
  void reportsWhatCannotBeCheckedWithoutSemp() throws Exception {
    try (ValidateHarness harness = new ValidateHarness(folder).started()) {
      CliHarness.Run run = harness.validate("--no-semp");
      assertPassed(run);
      assertThat(run.out().replaceAll("\\s+", " "))
          .contains("- the broker matches the topology: not checked, --no-semp")
          .contains("- no consumer receives the messages of the validation: not checked, --no-semp")
          .contains("✓ invoice.finalized → stripe.invoices.inbound, stripe.all.inbound ")
          .contains("- a rejected message goes to the DMQ: not checked, there is no witness queue");
      assertEmpty(harness, QUEUES);
    }
  }

  @Test
  void worksWithoutAWitnessIfTheUserMayNotCreateOne() throws Exception {
    try (ValidateHarness harness =
        new ValidateHarness(
                folder,
                options ->
                    options.withSempUser(SandboxOptions.SempUser.reader("watcher", "watching")))
            .started()) {
      CliHarness.Run run =
          harness.validateAt(
              harness.url().toString(),
              Map.of("SOLACE_SEMP_USERNAME", "watcher", "SOLACE_SEMP_PASSWORD", "watching"));
      assertPassed(run);
      assertThat(run.out())
          .contains("- a witness queue receives what is published: not checked, ")
          .contains("✓ each event is on each of its queues once, and on no other\n");
      assertEmpty(harness, QUEUES);
    }
  }

  /// Ctrl-C must not leave a queue that nobody consumes.
  @Test
  void removesItsWitnessWhenItIsStopped() throws Exception {
    try (ValidateHarness harness = new ValidateHarness(folder).started()) {
      harness.vpn().updateQueue("stripe.all.inbound", Map.of("ingressEnabled", false));
      try (CliHarness.Running running = harness.start("--timeout=60")) {
        String witness = running.await("stripe\\.validate\\.\\w+").group();
        assertThat(harness.hasQueue(witness)).isTrue();
        CliHarness.Run run = running.stop();
        assertThat(run.exitCode()).isEqualTo(130);
        assertThat(run.err()).startsWith("error: stopped: ");
        assertThat(harness.hasQueue(witness)).isFalse();
      }
    }
  }

  @Test
  void validatesASandboxRegardlessOfTheEnvironment() throws Exception {
    CliHarness cli =
        new CliHarness(folder)
            .onTrueTime()
            .file(".env", "SOLACE_HOST=tcp://broker.example\nAPP_PORT=none\nSOLACE_FOO=1\n")
            .env("SOLACE_SEMP_HOST", "https://broker.example")
            .env("STRIPE_WEBHOOK_SECRET", "")
            .env("E2E_STRIPE_ACCOUNT_ID", "no/account")
            .env("INBOX_PATH", folder.resolve("precious.db").toString());
    CliHarness.Run run = cli.run("validate", "--sandbox", "--e2e-stripe-account-id", "acct_mine");
    assertPassed(run);
    assertThat(run.err())
        .isEqualTo(
            "note: --sandbox starts its own broker and bridge; .env and settings are not read\n");
    assertThat(run.out()).contains("of account acct_mine\n").contains(" 0 not checked, ");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(folder.resolve(".env"));
    }
  }

  @Test
  void refusesOptionsThatTheSandboxSets() {
    for (String option : List.of("--app-url=http://h", "--admin-url=http://h", "--solace-vpn=v")) {
      CliHarness.Run run = new CliHarness(folder).run("validate", "--sandbox", option);
      assertThat(run.exitCode()).isEqualTo(2);
      assertThat(run.err()).contains("does not go with --sandbox");
    }
  }

  @Test
  void addsUpTheCountersOfReplicas() throws Exception {
    try (ValidateHarness harness = new ValidateHarness(folder).started();
        FaultyFront other = new FaultyFront(harness.url(), idle())) {
      String url = harness.url().toString();
      CliHarness.Run run = harness.validate("--admin-url", url, "--admin-url", other.url());
      assertPassed(run);
      assertThat(run.out()).containsPattern("stripe_webhooks_verified_total +5 +38 +\\+33 +ok");
    }
  }

  @Test
  void findsReplicasByTheAddressesOfAName() throws Exception {
    try (ValidateHarness harness = new ValidateHarness(folder).started()) {
      String url = "http://localhost:" + harness.url().getPort();

      assertPassed(harness.validate("--admin-url", url, "--each-address"));
    }
  }

  @Test
  void saysThatANameHasNoAddress() throws Exception {
    try (ValidateHarness harness = new ValidateHarness(folder).started()) {
      CliHarness.Run run =
          harness.validate("--admin-url", "http://bridges.invalid:9090", "--each-address");

      assertThat(run.exitCode()).isEqualTo(4);
      assertThat(run.err()).contains("cannot find the replicas: bridges.invalid has no address");
    }
  }

  @Test
  void refusesAddressesWithoutPlainUrls() {
    CliHarness cli = new CliHarness(folder);

    assertThat(cli.run("validate", "--each-address").err()).contains("needs --admin-url");
    assertThat(cli.run("validate", "--each-address", "--admin-url", "https://h").err())
        .contains("--each-address needs http:// in --admin-url");
  }

  /// The metrics of a replica whose counters are all five and do not change.
  private static UnaryOperator<String> idle() {
    AtomicReference<@Nullable String> page = new AtomicReference<>();
    return now -> {
      page.compareAndSet(
          null, now.replaceAll("(?m)^([a-z_]+_(?:total|count)(?:\\{.*})?) .*$", "$1 5"));
      return String.valueOf(page.get());
    };
  }

  private static void publish(
      ValidateHarness harness, int messages, String topic, Map<String, Object> properties)
      throws Exception {
    AtomicLong acknowledged = new AtomicLong();
    try (QueueAccess.Session session = harness.messaging().open()) {
      QueueAccess.Sender sender = session.sender(new Counting(acknowledged));
      for (int i = 1; i <= messages; i++) {
        sender.send(
            i,
            new MessageContent(
                Destination.topic(topic),
                "evt_other_" + i,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                -1,
                Duration.ZERO,
                true,
                properties,
                Extras.NONE,
                Payload.bytes("{}".getBytes(UTF_8))),
            i == messages);
      }
      ValidateHarness.await("published", () -> acknowledged.get() == messages);
    }
  }

  private record Counting(AtomicLong count) implements ProducerListener {
    @Override
    public void acknowledged(long correlation) {
      count.incrementAndGet();
    }

    @Override
    public void refused(long correlation, Refusal refusal) {}

    @Override
    public void connectionChanged(boolean up) {}

    @Override
    public void lost(BrokerException cause) {}
  }
}
