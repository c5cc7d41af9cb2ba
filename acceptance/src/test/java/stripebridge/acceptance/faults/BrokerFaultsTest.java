package stripebridge.acceptance.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stripebridge.sandbox.Fault;
import stripebridge.sandbox.PublishRefusal;
import stripebridge.sandbox.SandboxBroker;
import stripebridge.sandbox.SandboxOptions;

/// Under load, the broker goes away, drops connections, is slow, stops acknowledging, and refuses
/// messages.
@Tag("faults")
class BrokerFaultsTest {
  private static final Duration RECOVER_MAX = Duration.ofMinutes(2);

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(ints = {0, 20})
  void losesNothingAndKeepsTheOrderUnderAnyBrokerFault(int latencyMillis) throws Exception {
    RandomGenerator random = Rounds.random("BrokerFaultsTest");
    Load load = new Load(8);
    ServeProcess.Options options =
        ServeProcess.Options.DEFAULTS.withJvm("-Xmx96m").withSetting("LOG_LEVEL", "WARN");
    SandboxOptions distant =
        SandboxOptions.defaults().withLatency(Duration.ofMillis(latencyMillis));
    try (SandboxBroker broker = SandboxBroker.start(distant)) {
      Arrivals arrivals = new Arrivals(broker);
      try (ServeProcess serve = ServeProcess.start(folder, broker, options)) {
        Eventually.await("ready", RECOVER_MAX, serve::isReady);
        for (int round = 1; round <= Rounds.of(3); round++) {
          List<Fault> faults = faults(random);
          System.out.println("round " + round + ": " + faults);
          for (Fault fault : faults) {
            try (Load.Running _ = load.start(serve.uri("/webhooks/stripe"))) {
              Eventually.pause(Duration.ofMillis(random.nextInt(50, 500)));
              broker.inject(fault);
              if (fault instanceof Fault.Outage(Duration duration)) {
                Eventually.await(
                    "not ready", duration, () -> serve.get("/ready").body().contains("\"broker\""));
                assertThat(serve.metric("solace_connection_status")).hasValue(0);
                Eventually.pause(duration.minus(Duration.ofMillis(500)));
              } else {
                Eventually.pause(Duration.ofMillis(random.nextInt(200, 800)));
              }
            }
            broker.clearFaults();
            serve.awaitDrained(RECOVER_MAX);
            Eventually.await("ready", RECOVER_MAX, serve::isReady);
            assertThat(serve.metric("solace_connection_status")).hasValue(1);
          }
        }
        assertThat(serve.metric("inbox_parked")).hasValue(0);
        assertThat(serve.log()).doesNotContain("OutOfMemoryError", "\"msg\":\"bug\"");
      }
      arrivals.assertNothingIsMissing(load.stored());
      arrivals.assertOrderOfEachCustomer();
      assertThat(load.answers()).containsOnlyKeys(200);
      System.out.println("BrokerFaultsTest: " + load.answers() + ", " + arrivals.count());
    }
  }

  /// Each kind once, with random duration or count; only refusals that allow a retry.
  private static List<Fault> faults(RandomGenerator random) {
    List<Fault> faults = new ArrayList<>();
    int outage = Rounds.areMany() ? 20_000 : random.nextInt(1_000, 3_000);
    faults.add(new Fault.Outage(Duration.ofMillis(outage)));
    faults.add(new Fault.DropConnection(0));
    faults.add(new Fault.DropConnection(random.nextInt(1, 300)));
    faults.add(new Fault.SlowAcks(Duration.ofMillis(random.nextInt(10, 200))));
    faults.add(new Fault.StallAcks());
    for (PublishRefusal refusal : PublishRefusal.values()) {
      switch (refusal) {
        case MESSAGE_TOO_LARGE, INVALID_TOPIC_SYNTAX, QUEUE_NOT_FOUND, PUBLISH_ACL_DENIED -> {}
        default -> faults.add(new Fault.RejectPublish(random.nextInt(1, 20), refusal));
      }
    }
    Collections.shuffle(faults, Random.from(random));
    return faults;
  }

  /// Waiting events use no heap: the heap is small, and all events arrive in the end.
  @Test
  void keepsWaitingEventsOutOfTheHeap() throws Exception {
    int events = Rounds.areMany() ? 200_000 : 6_000;
    Load load = new Load(16);
    ServeProcess.Options small =
        ServeProcess.Options.DEFAULTS
            .withJvm("-Xmx96m")
            .withSetting("ASYNC_QUEUE_SIZE", "1000000")
            .withSetting("LOG_LEVEL", "WARN");
    try (SandboxBroker broker = SandboxBroker.start()) {
      Arrivals arrivals = new Arrivals(broker);
      try (ServeProcess serve = ServeProcess.start(folder, broker, small)) {
        Eventually.await("ready", RECOVER_MAX, serve::isReady);
        broker.inject(new Fault.Outage(Duration.ofHours(1)));
        try (Load.Running running = load.start(serve.uri("/webhooks/stripe"), events / 16)) {
          running.join();
        }
        assertThat(serve.metric("async_queue_size").orElse(0)).isGreaterThan(events * 0.9);
        broker.clearFaults();
        serve.awaitDrained(Duration.ofMinutes(10));
        assertThat(serve.log()).doesNotContain("OutOfMemoryError", "\"msg\":\"bug\"");
      }
      arrivals.assertNothingIsMissing(load.stored());
      arrivals.assertOrderOfEachCustomer();
      assertThat(load.answers()).containsOnlyKeys(200);
    }
  }

  /// A connection that stays up and never acknowledges is detected after 30 s and rebuilt.
  @Test
  void rebuildsAConnectionThatNeverAcknowledges() throws Exception {
    Load load = new Load(4);
    try (SandboxBroker broker = SandboxBroker.start()) {
      Arrivals arrivals = new Arrivals(broker);
      try (ServeProcess serve = ServeProcess.start(folder, broker, ServeProcess.Options.DEFAULTS)) {
        broker.inject(new Fault.StallAcks());
        try (Load.Running running = load.start(serve.uri("/webhooks/stripe"), 10)) {
          running.join();
        }
        Eventually.await(
            "given up", RECOVER_MAX, () -> serve.log().contains("\"msg\":\"producer_lost\""));
        assertThat(serve.get("/ready").body()).contains("\"broker\"");
        broker.clearFaults();
        serve.awaitDrained(RECOVER_MAX);
        Eventually.await("ready", RECOVER_MAX, serve::isReady);
      }
      arrivals.assertNothingIsMissing(load.stored());
      arrivals.assertOrderOfEachCustomer();
    }
  }

  /// A message that the broker always refuses is parked, and no other message waits for it.
  @Test
  void parksPermanentlyRefusedMessages() throws Exception {
    Load load = new Load(1);
    try (SandboxBroker broker = SandboxBroker.start()) {
      Arrivals arrivals = new Arrivals(broker);
      try (ServeProcess serve = ServeProcess.start(folder, broker, ServeProcess.Options.DEFAULTS)) {
        broker.inject(new Fault.RejectPublish(3, PublishRefusal.MESSAGE_TOO_LARGE));
        try (Load.Running running = load.start(serve.uri("/webhooks/stripe"), 1)) {
          running.join();
        }
        Eventually.await(
            "it is parked", RECOVER_MAX, () -> serve.metric("inbox_parked").orElse(0) == 1);
        try (Load.Running running = load.start(serve.uri("/webhooks/stripe"), 5)) {
          running.join();
        }
        serve.awaitDrained(RECOVER_MAX);
        Eventually.await(
            "the log says why", RECOVER_MAX, () -> serve.log().contains("MESSAGE_TOO_LARGE"));
      }
      assertThat(load.stored()).hasSize(6);
      assertThat(arrivals.ids()).hasSize(5);
    }
  }

  /// A topic that an ACL profile forbids is held until the ACL profile allows it.
  @Test
  void holdsATopicThatAnAclProfileForbids() throws Exception {
    Load load = new Load(4);
    try (SandboxBroker broker = SandboxBroker.start()) {
      Arrivals arrivals = new Arrivals(broker);
      try (ServeProcess serve = ServeProcess.start(folder, broker, ServeProcess.Options.DEFAULTS)) {
        broker
            .vpn("default")
            .createAclProfile(
                "one-account-less",
                Map.of(
                    "clientConnectDefaultAction", "allow", "publishTopicDefaultAction", "allow"));
        broker
            .vpn("default")
            .addPublishException("one-account-less", "stripe/webhook/v1/charge/succeeded/acct_0");
        broker
            .vpn("default")
            .updateClientUsername("default", Map.of("aclProfileName", "one-account-less"));
        try (Load.Running running = load.start(serve.uri("/webhooks/stripe"), 5)) {
          running.join();
        }
        Eventually.await(
            "5 wait", RECOVER_MAX, () -> serve.metric("async_queue_size").orElse(0) == 5);
        Eventually.await(
            "the log says why", RECOVER_MAX, () -> serve.log().contains("PUBLISH_ACL_DENIED"));
        assertThat(serve.get("/ready").body())
            .contains("stripe/webhook/v1/charge/succeeded/acct_0", "PUBLISH_ACL_DENIED");
        assertThat(arrivals.ids()).hasSize(15).noneMatch(id -> id.startsWith("evt_0_"));
        broker.vpn("default").updateClientUsername("default", Map.of("aclProfileName", "default"));
        serve.awaitDrained(RECOVER_MAX);
      }
      arrivals.assertNothingIsMissing(load.stored());
      arrivals.assertOrderOfEachCustomer();
      assertThat(load.stored()).hasSize(20);
    }
  }
}
