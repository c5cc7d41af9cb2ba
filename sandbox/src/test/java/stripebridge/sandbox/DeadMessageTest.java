package stripebridge.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.solacesystems.jcsmp.BytesMessage;
import com.solacesystems.jcsmp.BytesXMLMessage;
import com.solacesystems.jcsmp.XMLMessage.Outcome;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(SmfTransport.class)
class DeadMessageTest {
  private final SmfTransport wire;
  private final Fixture sandbox;

  DeadMessageTest(SmfTransport wire) {
    this.wire = wire;
    this.sandbox = new Fixture(wire);
  }

  @AfterEach
  void close() {
    sandbox.close();
  }

  private static void publish(Fixture to, boolean isDmqEligible, long timeToLive) throws Exception {
    Client client = to.connect();
    BytesMessage message = Client.message("m");
    message.setDMQEligible(isDmqEligible);
    message.setTimeToLive(timeToLive);
    client.send(message, Client.topic("t"));
    client.result();
  }

  private static void reject(Fixture in) throws Exception {
    try (Client.BoundConsumer consumer = in.connect().consume("q")) {
      consumer.next().settle(Outcome.REJECTED);
      Fixture.await("it left the queue", () -> in.queue("q").depth() == 0);
    }
  }

  @Test
  void movesRejectedMessagesWhateverTheirFlag() throws Exception {
    sandbox.openQueue("dmq", Map.of());
    sandbox.openQueue("q", Map.of("deadMsgQueue", "dmq"), "t");
    publish(sandbox, false, 0);
    reject(sandbox);

    Fixture.await("it is in the dead message queue", () -> sandbox.queue("dmq").depth() == 1);
  }

  @Test
  void respectsTheFlagWhenTheQueueDoes() throws Exception {
    sandbox.openQueue("dmq", Map.of());
    sandbox.openQueue("q", Map.of("deadMsgQueue", "dmq", "respectDmqEligibleEnabled", true), "t");
    publish(sandbox, false, 0);
    reject(sandbox);
    publish(sandbox, true, 0);
    reject(sandbox);

    Fixture.await("the eligible one", () -> sandbox.queue("dmq").depth() == 1);
    assertThat(sandbox.queue("dmq").messages().getFirst().isDmqEligible()).isTrue();
    assertThat(sandbox.queue("dmq").recorded()).hasSize(1);
  }

  @Test
  void respectsTheFlagWhenTheVpnForbidsOverrides() throws Exception {
    sandbox.vpn().update(Map.of("allowDmqEligibleEndpointOverrideEnabled", false));
    sandbox.openQueue("dmq", Map.of());
    sandbox.openQueue("q", Map.of("deadMsgQueue", "dmq", "maxRedeliveryCount", 1), "t");
    publish(sandbox, false, 0);
    try (Client.BoundConsumer consumer = sandbox.connect().consume("q")) {
      consumer.next().settle(Outcome.FAILED);
      consumer.next().settle(Outcome.FAILED);
      Fixture.await(
          "it is discarded",
          () -> sandbox.queue("q").counter("maxRedeliveryExceededDiscardedMsgCount") == 1);
    }
    assertThat(sandbox.queue("dmq").recorded()).isEmpty();
  }

  @Test
  void respectsTheFlagAsOlderBrokersDo() throws Exception {
    try (Fixture older = new Fixture(wire, SandboxOptions.defaults().withSempVersion("2.39"))) {
      older.openQueue("dmq", Map.of());
      older.openQueue("q", Map.of("deadMsgQueue", "dmq"), "t");
      publish(older, false, 0);
      reject(older);
      publish(older, true, 0);
      reject(older);

      Fixture.await("the eligible one", () -> older.queue("dmq").depth() == 1);
      assertThat(older.queue("dmq").recorded()).hasSize(1);
    }
  }

  @Test
  void discardsWithoutADeadMessageQueue() throws Exception {
    sandbox.openQueue("q", Map.of("respectTtlEnabled", true), "t");
    publish(sandbox, true, 1);

    Fixture.await(
        "it is discarded", () -> sandbox.queue("q").counter("maxTtlExpiredDiscardedMsgCount") == 1);
    assertThat(sandbox.queue("q").depth()).isZero();
  }

  @Test
  void countsMessagesThatTheDeadMessageQueueRefuses() throws Exception {
    sandbox.openQueue("dmq", Map.of("ingressEnabled", false));
    sandbox.openQueue("q", Map.of("deadMsgQueue", "dmq", "respectTtlEnabled", true), "t");
    publish(sandbox, true, 1);

    Fixture.await(
        "it is counted", () -> sandbox.queue("q").counter("maxTtlExpiredToDmqFailedMsgCount") == 1);
  }

  @Test
  void movesExpiredMessages() throws Exception {
    sandbox.openQueue("dmq", Map.of("respectTtlEnabled", true));
    sandbox.openQueue("q", Map.of("deadMsgQueue", "dmq", "respectTtlEnabled", true), "t");
    publish(sandbox, true, 1);

    Fixture.await(
        "it is in the dead message queue",
        () -> sandbox.queue("q").counter("maxTtlExpiredToDmqMsgCount") == 1);
    // Its time to live counts only once: it does not expire again.
    assertThat(sandbox.queue("dmq").depth()).isEqualTo(1);
    assertThat(sandbox.queue("q").depth()).isZero();
  }

  @Test
  void keepsExpiredMessagesWhenTheQueueIgnoresTtl() throws Exception {
    sandbox.openQueue("ignoring", Map.of(), "t");
    sandbox.openQueue("respecting", Map.of("respectTtlEnabled", true), "t");
    publish(sandbox, true, 1);

    Fixture.await(
        "the respecting queue expired it", () -> sandbox.queue("respecting").depth() == 0);
    assertThat(sandbox.queue("ignoring").depth()).isEqualTo(1);
  }

  @Test
  void expiresByTheShorterOfMessageAndQueue() throws Exception {
    sandbox.openQueue("q", Map.of("respectTtlEnabled", true, "maxTtl", 3_600), "t");
    publish(sandbox, true, 1);
    publish(sandbox, true, 0);

    Fixture.await("the short one expired", () -> sandbox.queue("q").depth() == 1);
    sandbox.vpn().updateQueue("q", Map.of("maxTtl", 1));
    Fixture.await("the other one too", () -> sandbox.queue("q").depth() == 0);
  }

  @Test
  void expiresNoDeliveredMessage() throws Exception {
    sandbox.openQueue("q", Map.of("respectTtlEnabled", true), "t");
    sandbox.openQueue("other", Map.of("respectTtlEnabled", true), "t");
    try (Client.BoundConsumer consumer = sandbox.connect().consume("q")) {
      publish(sandbox, true, 300);
      consumer.next();
      Fixture.await("the other copy expired", () -> sandbox.queue("other").depth() == 0);
      assertThat(sandbox.queue("q").depth()).isEqualTo(1);
    }
    // It is back in the queue, and expired.
    Fixture.await("it expired", () -> sandbox.queue("q").depth() == 0);
  }

  @Test
  void expiresAMessageThatWasReturnedBeforeItsTime() throws Exception {
    sandbox.openQueue("q", Map.of("respectTtlEnabled", true), "t");
    publish(sandbox, true, 1_500);
    try (Client.BoundConsumer consumer = sandbox.connect().consume("q")) {
      consumer.next();
    }
    assertThat(sandbox.queue("q").unacknowledged()).isZero();

    Fixture.await("it expired", () -> sandbox.queue("q").depth() == 0);
  }

  @Test
  void movesTheMessageUnchanged() throws Exception {
    sandbox.openQueue("dmq", Map.of());
    sandbox.openQueue("q", Map.of("deadMsgQueue", "dmq"), "t");
    publish(sandbox, true, 0);
    RecordedMessage before = sandbox.queue("q").messages().getFirst();
    reject(sandbox);
    Fixture.await("it is in the dead message queue", () -> sandbox.queue("dmq").depth() == 1);
    RecordedMessage after = sandbox.queue("dmq").messages().getFirst();

    assertThat(after.destination()).isEqualTo("t");
    assertThat(after.replicationGroupMessageId()).isEqualTo(before.replicationGroupMessageId());
    try (Client.BoundConsumer consumer = sandbox.connect().consume("dmq")) {
      BytesXMLMessage message = consumer.next();
      assertThat(message.getDestination().getName()).isEqualTo("t");
      assertThat(message.getReplicationGroupMessageId().toString())
          .isEqualTo(before.replicationGroupMessageId());
    }
  }
}
