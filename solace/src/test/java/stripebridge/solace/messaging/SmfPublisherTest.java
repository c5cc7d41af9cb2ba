package stripebridge.solace.messaging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.solacesystems.jcsmp.JCSMPProperties;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.EventPublisher.Producer;
import stripebridge.core.broker.OutgoingMessage;
import stripebridge.core.broker.Refusal;
import stripebridge.core.config.BrokerAddress;
import stripebridge.core.config.Secret;
import stripebridge.core.config.SolaceSettings;
import stripebridge.core.config.TlsTrust;
import stripebridge.core.event.EventId;
import stripebridge.sandbox.Fault;
import stripebridge.sandbox.PublishRefusal;
import stripebridge.sandbox.RecordedMessage;
import stripebridge.sandbox.SandboxBroker;
import stripebridge.sandbox.SandboxException;
import stripebridge.sandbox.SandboxOptions;
import stripebridge.sandbox.SandboxVpn;

class SmfPublisherTest {
  private static final String TOPIC = "stripe/webhook/v1/charge/succeeded/acct_1";

  private SandboxBroker broker = SandboxBroker.start();
  private final Answers answers = new Answers();
  @TempDir Path folder;

  @AfterEach
  void stop() {
    broker.close();
  }

  private SandboxVpn vpn() {
    return broker.vpn("default");
  }

  private static SolaceSettings settings(TlsTrust trust, String vpn, BrokerAddress... addresses) {
    return new SolaceSettings(List.of(addresses), vpn, "default", new Secret("default"), trust);
  }

  private static BrokerAddress address(int port) {
    return new BrokerAddress(BrokerAddress.Scheme.TCP, "127.0.0.1", port);
  }

  private SmfPublisher publisher() {
    return new SmfPublisher(
        settings(new TlsTrust.JavaDefault(), "default", address(broker.smfPort())));
  }

  private static OutgoingMessage message(int number) {
    return message(number, TOPIC, "{}");
  }

  private static OutgoingMessage message(int number, String topic, String payload) {
    return new OutgoingMessage(
        topic,
        new EventId("evt_" + number),
        payload.getBytes(UTF_8),
        Map.of("event_type", "charge.succeeded", "livemode", true, "number", 7L),
        "cus_1",
        Duration.ofMinutes(5),
        true);
  }

  private void awaitAnswers(int count) {
    Answers.await(count + " answers", () -> answers.count() == count);
  }

  /// The client reports it on another thread than acknowledgements, perhaps after them.
  private void awaitRestored() {
    Answers.await("restored", () -> answers.connection().equals(List.of(false, true)));
  }

  @Test
  void publishesEveryFieldOfAMessage() throws Exception {
    vpn().createOpenQueue("q", "stripe/webhook/v1/>");
    try (Producer producer = publisher().open(answers)) {
      producer.send(41, message(1, TOPIC, "{\"é\":1}"), true);
      awaitAnswers(1);
    }

    assertThat(answers.acknowledged()).containsExactly(41L);
    RecordedMessage message = vpn().queue("q").messages().getFirst();
    assertThat(message.destination()).isEqualTo(TOPIC);
    assertThat(message.text()).isEqualTo("{\"é\":1}");
    assertThat(message.applicationMessageId()).contains("evt_1");
    assertThat(message.correlationId()).contains("evt_1");
    assertThat(message.httpContentType()).contains("application/json");
    assertThat(message.partitionKey()).contains("cus_1");
    assertThat(message.timeToLive()).isEqualTo(Duration.ofMinutes(5));
    assertThat(message.isDmqEligible()).isTrue();
    assertThat(message.properties())
        .containsEntry("event_type", "charge.succeeded")
        .containsEntry("livemode", true)
        .containsEntry("number", 7L)
        .containsEntry("JMSXGroupID", "cus_1");
  }

  @Test
  void keepsTheOrderAndGetsOneAnswerPerMessage() throws Exception {
    vpn().createOpenQueue("q", "stripe/webhook/v1/>");
    try (Producer producer = publisher().open(answers)) {
      for (int i = 0; i < 1_000; i++) {
        producer.send(i, message(i), i % 64 == 63 || i == 999);
      }
      awaitAnswers(1_000);
    }
    assertThat(vpn().queue("q").messages())
        .extracting(message -> message.applicationMessageId().orElseThrow())
        .containsExactlyElementsOf(IntStream.range(0, 1_000).mapToObj(i -> "evt_" + i).toList());
  }

  @ParameterizedTest
  @EnumSource
  void distinguishesTransientFromPermanentRefusals(PublishRefusal refusal) throws Exception {
    vpn().createOpenQueue("q", "stripe/webhook/v1/>");
    broker.inject(new Fault.RejectPublish(1, refusal));
    try (Producer producer = publisher().open(answers)) {
      producer.send(1, message(1), true);
      awaitAnswers(1);
      producer.send(2, message(2), true);
      awaitAnswers(2);
    }

    Refusal.Kind kind =
        switch (refusal) {
          case MESSAGE_TOO_LARGE, INVALID_TOPIC_SYNTAX, QUEUE_NOT_FOUND -> Refusal.Kind.PERMANENT;
          default -> Refusal.Kind.TRANSIENT;
        };
    assertThat(answers.refused()).containsOnlyKeys(1L);
    assertThat(answers.refusalOf(1).kind()).as(refusal.name()).isEqualTo(kind);
    assertThat(answers.refusalOf(1).code()).isEqualTo(refusal.name());
    assertThat(answers.acknowledged()).containsExactly(2L);
  }

  @Test
  void isRefusedByARealQueueToo() throws Exception {
    vpn().createOpenQueue("q", "stripe/webhook/v1/>");
    try (Producer producer = publisher().open(answers)) {
      vpn().updateQueue("q", Map.of("ingressEnabled", false));
      vpn().updateQueue("q", Map.of("rejectMsgToSenderOnDiscardBehavior", "always"));
      producer.send(1, message(1), true);
      awaitAnswers(1);
      vpn().updateQueue("q", Map.of("ingressEnabled", true));
      producer.send(2, message(2), true);
      awaitAnswers(2);
    }
    assertThat(answers.refusalOf(1).kind()).isEqualTo(Refusal.Kind.TRANSIENT);
    assertThat(answers.acknowledged()).containsExactly(2L);
  }

  @Test
  void restoresABrokenConnectionAndGetsEveryAnswer() throws Exception {
    vpn().createOpenQueue("q", "stripe/webhook/v1/>");
    try (Producer producer = publisher().open(answers)) {
      broker.inject(new Fault.DropConnection(100));
      for (int i = 0; i < 200; i++) {
        producer.send(i, message(i), i == 199);
      }
      awaitAnswers(200);
      awaitRestored();
    }
    assertThat(answers.lost()).isEmpty();
    // The flow was resumed: a message sent twice is there once.
    assertThat(vpn().queue("q").messages()).hasSize(200);
  }

  @Test
  void resendsWhatARestartedBrokerLacks() throws Exception {
    vpn().createOpenQueue("q", "stripe/webhook/v1/>");
    int port = broker.smfPort();
    broker.inject(new Fault.StallAcks());
    try (Producer producer = publisher().open(answers)) {
      producer.send(1, message(1), true);
      Answers.await("the message is there", () -> vpn().queue("q").depth() == 1);
      broker.close();
      broker = startOn(port);
      awaitAnswers(1);
      producer.send(2, message(2), true);
      awaitAnswers(2);
      awaitRestored();
    }
    assertThat(answers.lost()).isEmpty();
  }

  @Test
  void isLostWhenTheBrokerStaysAway() throws Exception {
    vpn().createOpenQueue("q", "stripe/webhook/v1/>");
    broker.inject(new Fault.StallAcks());
    SmfPublisher impatient =
        new SmfPublisher(
            settings(new TlsTrust.JavaDefault(), "default", address(broker.smfPort())), 1);
    try (Producer producer = impatient.open(answers)) {
      producer.send(1, message(1), true);
      Answers.await("the message is there", () -> vpn().queue("q").depth() == 1);
      broker.close();
      Answers.await("the producer is lost", () -> !answers.lost().isEmpty());
      assertThatThrownBy(() -> producer.send(2, message(2), true))
          .isInstanceOf(BrokerException.Unavailable.class)
          .hasMessageStartingWith("cannot send the message of evt_2: ");
    }
    assertThat(answers.connection()).containsExactly(false);
    assertThat(answers.lost()).hasSize(1);
    assertThat(answers.count()).isZero();
  }

  /// The port may be taken for a moment, by a client whose connection attempt reached itself.
  private static SandboxBroker startOn(int port) {
    SandboxOptions options =
        SandboxOptions.defaults().withPorts(new SandboxOptions.Ports(port, Optional.empty(), 0));
    SandboxBroker[] started = new SandboxBroker[1];
    Answers.await(
        "port " + port + " is free",
        () -> {
          try {
            started[0] = SandboxBroker.start(options);
            return true;
          } catch (SandboxException _) {
            return false;
          }
        });
    return started[0];
  }

  @Test
  void releasesASenderThatTheBrokerBlocks() throws Exception {
    vpn().createOpenQueue("q", "stripe/webhook/v1/>");
    broker.inject(new Fault.StallAcks());
    Producer producer = publisher().open(answers);
    CompletableFuture<Integer> sent = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(() -> {
          int count = 0;
          try {
            while (count < 1_000) {
              producer.send(count, message(count), false);
              count++;
            }
            sent.completeExceptionally(new AssertionError("nothing kept it"));
          } catch (BrokerException.Unavailable _) {
            sent.complete(count);
          } catch (BrokerException e) {
            sent.completeExceptionally(e);
          }
        });
    Answers.await("a full window", () -> vpn().queue("q").depth() >= 255);

    producer.close();

    assertThat(sent.get(20, TimeUnit.SECONDS)).isEqualTo(255);
    broker.clearFaults();
    assertThat(answers.count()).isZero();
    assertThat(answers.lost()).isEmpty();
  }

  @Test
  void reportsWhyTheLoginFails() {
    SolaceSettings wrong =
        new SolaceSettings(
            List.of(address(broker.smfPort())),
            "default",
            "default",
            new Secret("not-this-one"),
            new TlsTrust.JavaDefault());
    BrokerException.Refused refused =
        catchThrowableOfType(
            BrokerException.Refused.class, () -> new SmfPublisher(wrong).open(answers));
    assertThat(refused)
        .hasMessage(
            "cannot connect 'tcp://127.0.0.1:%d' as 'default' of vpn 'default': the broker said 401"
                    .formatted(broker.smfPort())
                + " Unauthorized");

    SolaceSettings elsewhere =
        settings(new TlsTrust.JavaDefault(), "nowhere", address(broker.smfPort()));
    assertThatThrownBy(() -> new SmfPublisher(elsewhere).open(answers))
        .isInstanceOf(BrokerException.Refused.class)
        .hasMessageContaining("of vpn 'nowhere': the broker said 403 ");
  }

  @Test
  void needsAProfileThatAllowsGuaranteedMessages() {
    vpn().createClientProfile("weak", Map.of("allowGuaranteedMsgSendEnabled", false));
    vpn().updateClientUsername("default", Map.of("clientProfileName", "weak"));

    assertThatThrownBy(() -> publisher().open(answers))
        .isInstanceOf(BrokerException.Refused.class)
        .hasMessageContaining("its client profile allows no guaranteed messages");
  }

  @Test
  void reportsThatNothingListens() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    SmfPublisher publisher =
        new SmfPublisher(settings(new TlsTrust.JavaDefault(), "default", address(port)));
    assertThatThrownBy(() -> publisher.open(answers))
        .isInstanceOf(BrokerException.Unavailable.class)
        .hasMessage(
            "cannot connect 'tcp://127.0.0.1:%d' as 'default' of vpn 'default': Connection refused"
                .formatted(port));
  }

  @Test
  void treatsAnUnknownHostAsUnavailable() {
    BrokerAddress unknown =
        new BrokerAddress(BrokerAddress.Scheme.TCP, "no-such-host.invalid", 55_555);
    SmfPublisher publisher =
        new SmfPublisher(settings(new TlsTrust.JavaDefault(), "default", unknown));
    assertThatThrownBy(() -> publisher.open(answers))
        .isInstanceOf(BrokerException.Unavailable.class)
        .hasMessageContaining("no-such-host.invalid");
  }

  @Test
  void takesTheNextAddress() throws Exception {
    vpn().createOpenQueue("q", "stripe/webhook/v1/>");
    int nobody;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobody = socket.getLocalPort();
    }
    SmfPublisher publisher =
        new SmfPublisher(
            settings(
                new TlsTrust.JavaDefault(), "default", address(nobody), address(broker.smfPort())));
    try (Producer producer = publisher.open(answers)) {
      producer.send(1, message(1), true);
      awaitAnswers(1);
    }
    assertThat(answers.acknowledged()).containsExactly(1L);
  }

  @Test
  void canBeInterruptedWhileItConnects() throws Exception {
    try (ServerSocket mute = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      SmfPublisher publisher =
          new SmfPublisher(
              settings(new TlsTrust.JavaDefault(), "default", address(mute.getLocalPort())));
      CompletableFuture<Throwable> end = new CompletableFuture<>();
      Thread opening =
          Thread.ofPlatform()
              .start(() -> {
                try (Producer _ = publisher.open(answers)) {
                  end.complete(new AssertionError("it opened"));
                } catch (BrokerException | InterruptedException e) {
                  end.complete(e);
                }
              });
      Socket accepted = mute.accept();
      opening.interrupt();
      assertThat(end.get(20, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
      accepted.close();
    }
  }

  @Test
  void connectsOverTlsToATrustedBroker() throws Exception {
    try (SandboxBroker secure =
        SandboxBroker.start(SandboxOptions.defaults().withTls(SandboxOptions.Tls.GENERATED))) {
      secure.vpn("default").createOpenQueue("q", "stripe/webhook/v1/>");
      int port = URI.create(secure.smfTlsUri()).getPort();
      BrokerAddress address = new BrokerAddress(BrokerAddress.Scheme.TCPS, "127.0.0.1", port);
      Path pem = Files.writeString(folder.resolve("ca.pem"), secure.certificatePem().orElseThrow());

      TlsTrust trust = new TlsTrust.File(pem.toString(), new Secret(""));
      try (Producer producer =
          new SmfPublisher(settings(trust, "default", address)).open(answers)) {
        producer.send(1, message(1), true);
        awaitAnswers(1);
      }
      assertThat(answers.acknowledged()).containsExactly(1L);

      SmfPublisher distrustful =
          new SmfPublisher(settings(new TlsTrust.JavaDefault(), "default", address));
      assertThatThrownBy(() -> distrustful.open(answers))
          .isInstanceOf(BrokerException.Invalid.class)
          .hasMessageContaining("the certificate is not trusted: ")
          .hasMessageContaining("unable to find valid certification path");
    }
  }

  @Test
  void refusesTheCertificateOfAnotherHost() throws Exception {
    HeldCertificate other =
        new HeldCertificate.Builder().addSubjectAlternativeName("broker.example").build();
    SSLContext context =
        new HandshakeCertificates.Builder().heldCertificate(other).build().sslContext();
    SandboxOptions options =
        SandboxOptions.defaults()
            .withTls(new SandboxOptions.Tls(0, Optional.empty(), 0, Optional.of(context)));
    try (SandboxBroker secure = SandboxBroker.start(options)) {
      int port = URI.create(secure.smfTlsUri()).getPort();
      BrokerAddress address = new BrokerAddress(BrokerAddress.Scheme.TCPS, "127.0.0.1", port);
      Path pem = Files.writeString(folder.resolve("ca.pem"), other.certificatePem());
      TlsTrust trust = new TlsTrust.File(pem.toString(), new Secret(""));

      assertThatThrownBy(() -> new SmfPublisher(settings(trust, "default", address)).open(answers))
          .isInstanceOf(BrokerException.Invalid.class)
          .hasMessageContaining("the certificate is not trusted: ");
    }
  }

  @Test
  void waitsForAClientNameThatIsInUse() throws Exception {
    SandboxOptions options =
        SandboxOptions.defaults().withClientNames(SandboxOptions.ClientNames.REFUSE);
    try (SandboxBroker strict = SandboxBroker.start(options)) {
      SolaceSettings settings =
          settings(new TlsTrust.JavaDefault(), "default", address(strict.smfPort()));
      SmfSession.Properties named =
          properties -> properties.setProperty(JCSMPProperties.CLIENT_NAME, "same");
      try (SmfSession _ = SmfSession.connect(settings, named, 0, _ -> {})) {
        assertThatThrownBy(() -> SmfSession.connect(settings, named, 0, _ -> {}))
            .isInstanceOf(BrokerException.Unavailable.class)
            .hasMessageEndingWith("the broker said 403 Client Name Already In Use");
      }
    }
  }

  @Test
  void namesACaFileThatItCannotUse() {
    BrokerAddress address = new BrokerAddress(BrokerAddress.Scheme.TCPS, "127.0.0.1", 1);
    TlsTrust trust = new TlsTrust.File(folder.resolve("none.pem").toString(), new Secret(""));
    assertThatThrownBy(() -> new SmfPublisher(settings(trust, "default", address)).open(answers))
        .isInstanceOf(BrokerException.Invalid.class)
        .hasMessageContaining("none.pem': there is no such file");
  }
}
