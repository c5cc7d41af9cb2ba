package stripebridge.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.solacesystems.jcsmp.AccessDeniedException;
import com.solacesystems.jcsmp.EndpointProperties;
import com.solacesystems.jcsmp.JCSMPErrorResponseSubcodeEx;
import com.solacesystems.jcsmp.JCSMPFactory;
import com.solacesystems.jcsmp.JCSMPSession;
import com.solacesystems.jcsmp.Queue;
import com.solacesystems.jcsmp.Topic;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(SmfTransport.class)
class EndpointsTest {
  private final Fixture sandbox;

  EndpointsTest(SmfTransport wire) {
    this.sandbox = new Fixture(wire);
  }

  @AfterEach
  void close() {
    sandbox.close();
  }

  private static Topic topic(String name) {
    return JCSMPFactory.onlyInstance().createTopic(name);
  }

  private static EndpointProperties queueProperties() {
    EndpointProperties properties = new EndpointProperties();
    properties.setAccessType(EndpointProperties.ACCESSTYPE_NONEXCLUSIVE);
    properties.setPermission(EndpointProperties.PERMISSION_CONSUME);
    properties.setQuota(7);
    properties.setMaxMsgSize(1_234);
    properties.setMaxMsgRedelivery(3);
    properties.setRespectsMsgTTL(true);
    properties.setDiscardBehavior(EndpointProperties.DISCARD_NOTIFY_SENDER_OFF);
    return properties;
  }

  @Test
  void areCreatedAndDeletedByClients() throws Exception {
    Client client = sandbox.connect();
    client.session.provision(
        Client.queue("made"), queueProperties(), JCSMPSession.WAIT_FOR_CONFIRM);
    client.session.addSubscription(
        Client.queue("made"), topic("t/>"), JCSMPSession.WAIT_FOR_CONFIRM);
    client.publish("t/1", "one");
    assertThat(sandbox.queue("made").depth()).isEqualTo(1);

    client.session.removeSubscription(
        Client.queue("made"), topic("t/>"), JCSMPSession.WAIT_FOR_CONFIRM);
    client.publish("t/2", "two");
    assertThat(sandbox.queue("made").depth()).isEqualTo(1);

    client.session.deprovision(Client.queue("made"), JCSMPSession.WAIT_FOR_CONFIRM);
    assertThatThrownBy(() -> sandbox.queue("made")).isInstanceOf(SandboxException.class);
  }

  @Test
  void haveTheAttributesThatTheClientAskedFor() throws Exception {
    Client client = sandbox.connect();
    client.session.provision(
        Client.queue("made"), queueProperties(), JCSMPSession.WAIT_FOR_CONFIRM);

    Map<String, Object> attributes = sandbox.queue("made").attributes();
    assertThat(attributes)
        .containsEntry("owner", "default")
        .containsEntry("accessType", "non-exclusive")
        .containsEntry("permission", "consume")
        .containsEntry("maxMsgSpoolUsage", 7L)
        .containsEntry("maxMsgSize", 1_234L)
        .containsEntry("maxRedeliveryCount", 3L)
        .containsEntry("respectTtlEnabled", true)
        .containsEntry("rejectMsgToSenderOnDiscardBehavior", "never")
        .containsEntry("ingressEnabled", true)
        .containsEntry("egressEnabled", true);
  }

  @Test
  void areNotCreatedTwice() throws Exception {
    Client client = sandbox.connect();
    sandbox.openQueue("q", Map.of());

    assertThat(
            Fixture.subcodeOf(() ->
                client.session.provision(
                    Client.queue("q"), queueProperties(), JCSMPSession.WAIT_FOR_CONFIRM)))
        .isEqualTo(JCSMPErrorResponseSubcodeEx.ENDPOINT_ALREADY_EXISTS);
    client.session.provision(
        Client.queue("q"),
        queueProperties(),
        JCSMPSession.FLAG_IGNORE_ALREADY_EXISTS | JCSMPSession.WAIT_FOR_CONFIRM);
    assertThat(
            Fixture.subcodeOf(() ->
                client.session.deprovision(Client.queue("other"), JCSMPSession.WAIT_FOR_CONFIRM)))
        .isEqualTo(JCSMPErrorResponseSubcodeEx.UNKNOWN_QUEUE_NAME);
  }

  @Test
  void areChangedOnlyWithPermission() {
    sandbox.openQueue("q", Map.of("permission", "consume"));

    assertThatThrownBy(() ->
            sandbox
                .connect()
                .session
                .addSubscription(Client.queue("q"), topic("t"), JCSMPSession.WAIT_FOR_CONFIRM))
        .isInstanceOf(AccessDeniedException.class);
    assertThatThrownBy(() ->
            sandbox.connect().session.deprovision(Client.queue("q"), JCSMPSession.WAIT_FOR_CONFIRM))
        .isInstanceOf(AccessDeniedException.class);
    assertThat(sandbox.queue("q").depth()).isZero();
  }

  @Test
  void takeASubscriptionOnce() throws Exception {
    sandbox.openQueue("q", Map.of(), "t");
    JCSMPSession session = sandbox.connect().session;

    assertThat(
            Fixture.subcodeOf(() ->
                session.addSubscription(
                    Client.queue("q"), topic("t"), JCSMPSession.WAIT_FOR_CONFIRM)))
        .isEqualTo(JCSMPErrorResponseSubcodeEx.SUBSCRIPTION_ALREADY_PRESENT);
    assertThat(
            Fixture.subcodeOf(() ->
                session.removeSubscription(
                    Client.queue("q"), topic("other"), JCSMPSession.WAIT_FOR_CONFIRM)))
        .isEqualTo(JCSMPErrorResponseSubcodeEx.SUBSCRIPTION_NOT_FOUND);
  }

  @Test
  void areTemporaryWhenTheClientAsksForIt() throws Exception {
    Client client = sandbox.connect();
    Queue queue = client.session.createTemporaryQueue();
    Client.BoundConsumer consumer = client.bind(queue, _ -> {}, new EndpointProperties());
    consumer.flow.start();
    client.session.addSubscription(queue, topic("t"), JCSMPSession.WAIT_FOR_CONFIRM);

    client.publish("t", "by topic");
    client.send(Client.message("by name"), queue);
    client.result();
    assertThat(consumer.nextTexts(2)).containsExactly("by topic", "by name");
    assertThat(sandbox.queue(queue.getName()).depth()).isEqualTo(2);

    consumer.close();
    assertThatThrownBy(() -> sandbox.queue(queue.getName())).isInstanceOf(SandboxException.class);
  }
}
