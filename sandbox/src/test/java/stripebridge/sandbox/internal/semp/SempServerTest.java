package stripebridge.sandbox.internal.semp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static stripebridge.sandbox.internal.semp.SempHarness.ACTION;
import static stripebridge.sandbox.internal.semp.SempHarness.ADMIN;
import static stripebridge.sandbox.internal.semp.SempHarness.CONFIG;
import static stripebridge.sandbox.internal.semp.SempHarness.MONITOR;
import static stripebridge.sandbox.internal.semp.SempHarness.READER;
import static stripebridge.sandbox.internal.semp.SempHarness.VPN;
import static stripebridge.sandbox.internal.semp.SempHarness.VPN_ADMIN;

import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import stripebridge.sandbox.internal.model.SempVersion;

/// Users' rights, and the server's limits.
class SempServerTest {

  private static final String QUEUES = CONFIG + VPN + "/queues";

  private final SempHarness semp = new SempHarness();

  @AfterEach
  void stop() {
    semp.close();
  }

  @Test
  void asksForAPassword() {
    SempHarness.Reply none = semp.send("GET", QUEUES, Optional.empty(), Map.of());
    SempHarness.Reply wrong =
        semp.send("GET", QUEUES, Optional.empty(), SempUser.global("admin", "not-the-password"));

    for (SempHarness.Reply reply : List.of(none, wrong)) {
      assertThat(reply.status()).isEqualTo(401);
      assertThat(reply.headers().get("www-authenticate")).containsExactly("Basic realm=\"SEMP\"");
      assertThat(reply.body().at("/meta/responseCode").asInt()).isEqualTo(401);
    }
  }

  @Test
  void recognizesASessionByItsCookie() {
    SempHarness.Reply first = semp.get(QUEUES);
    String cookie =
        Objects.requireNonNull(first.headers().get("set-cookie")).getFirst().split(";", 2)[0];

    SempHarness.Reply second =
        semp.send("GET", QUEUES, Optional.empty(), Map.of("Cookie", "a=b; " + cookie));
    SempHarness.Reply forged =
        semp.send("GET", QUEUES, Optional.empty(), Map.of("Cookie", "SolSession=nonsense"));

    assertThat(second.status()).isEqualTo(200);
    assertThat(second.headers()).doesNotContainKey("set-cookie");
    assertThat(forged.status()).isEqualTo(401);
  }

  @Test
  void acceptsABearerTokenWithoutASession() {
    SempHarness.Reply reply =
        semp.send("GET", QUEUES, Optional.empty(), Map.of("Authorization", "Bearer token"));
    SempHarness.Reply wrong =
        semp.send("GET", QUEUES, Optional.empty(), Map.of("Authorization", "Bearer x"));

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.headers()).doesNotContainKey("set-cookie");
    assertThat(wrong.status()).isEqualTo(401);
  }

  @Test
  void letsAVpnUserChangeOnlyThatVpn() {
    semp.post(CONFIG + "/msgVpns", "{'msgVpnName':'other'}");

    assertThat(as(VPN_ADMIN, "POST", QUEUES, "{'queueName':'q'}").status()).isEqualTo(200);
    assertThat(as(VPN_ADMIN, "GET", CONFIG + "/msgVpns/other", "").errorCode()).isEqualTo(72);
    assertThat(as(VPN_ADMIN, "GET", CONFIG + "/msgVpns", "").data()).hasSize(1);
    assertThat(as(VPN_ADMIN, "GET", MONITOR + "/msgVpns/other/queues", "").errorCode())
        .isEqualTo(72);
    assertThat(as(VPN_ADMIN, "POST", CONFIG + "/msgVpns", "{'msgVpnName':'x'}").errorCode())
        .isEqualTo(72);
    assertThat(as(VPN_ADMIN, "DELETE", CONFIG + VPN, "").errorCode()).isEqualTo(72);
  }

  @Test
  void reservesGlobalAttributesForGlobalUsers() {
    String profiles = CONFIG + VPN + "/clientProfiles";
    String profile = "{'clientProfileName':'p'}";

    SempHarness.Reply refused = as(VPN_ADMIN, "POST", profiles, profile);
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.errorCode()).isEqualTo(72);
    assertThat(refused.body().at("/meta/error/status").asText()).isEqualTo("UNAUTHORIZED");
    assertThat(as(VPN_ADMIN, "PUT", profiles + "/p", "{}").errorCode()).isEqualTo(72);
    assertThat(semp.post(profiles, profile).status()).isEqualTo(200);
    assertThat(as(VPN_ADMIN, "GET", profiles + "/p", "").status()).isEqualTo(200);
    assertThat(as(VPN_ADMIN, "DELETE", profiles + "/p", "").errorCode()).isEqualTo(72);

    assertThat(as(VPN_ADMIN, "PATCH", CONFIG + VPN, "{'maxMsgSpoolUsage':5}").errorCode())
        .isEqualTo(72);
    assertThat(as(VPN_ADMIN, "PATCH", CONFIG + VPN, "{'eventLogTag':'t'}").status()).isEqualTo(200);
  }

  @Test
  void keepsGlobalAttributesWhenAVpnUserReplacesIt() {
    semp.patch(CONFIG + VPN, "{'maxMsgSpoolUsage':5,'eventLogTag':'t'}");

    SempHarness.Reply reply = as(VPN_ADMIN, "PUT", CONFIG + VPN, "{'enabled':true}");

    assertThat(reply.data().path("maxMsgSpoolUsage").asInt()).isEqualTo(5);
    assertThat(reply.data().path("eventLogTag").asText()).isEmpty();
  }

  @Test
  void letsAReaderOnlyRead() {
    semp.post(QUEUES, "{'queueName':'q'}");

    assertThat(as(READER, "GET", QUEUES, "").status()).isEqualTo(200);
    assertThat(as(READER, "POST", QUEUES, "{'queueName':'r'}").errorCode()).isEqualTo(72);
    assertThat(as(READER, "DELETE", QUEUES + "/q", "").errorCode()).isEqualTo(72);
    assertThat(as(READER, "PUT", ACTION + VPN + "/queues/q/deleteMsgs", "{}").errorCode())
        .isEqualTo(72);
  }

  @Test
  void reportsTheCurrentUser() {
    assertThat(semp.get(CONFIG + "/about/user").data().path("username").asText())
        .isEqualTo("admin");
    assertThat(
            as(VPN_ADMIN, "GET", MONITOR + "/about/user", "")
                .data()
                .path("globalAccessLevel")
                .asText())
        .isEqualTo("none");
  }

  @Test
  void refusesABodyThatIsTooLarge() {
    SempHarness.Reply reply = semp.post(QUEUES, "{'queueName':'" + "q".repeat(1 << 20) + "'}");

    assertThat(reply.status()).isEqualTo(413);
  }

  @Test
  void keepsOnAnsweringAfterRefusals() {
    for (String body : List.of("[[[[[[[[[[[[[[[[[[[[", "{'a':{'a':{}}}", "null", "\u0000")) {
      assertThat(semp.post(QUEUES, body).status()).as(body).isEqualTo(400);
    }
    assertThat(as(ADMIN, "TRACE", QUEUES, "").errorCode()).isEqualTo(14);
    assertThat(semp.get(QUEUES).status()).isEqualTo(200);
  }

  @Test
  void speaksTls() {
    HeldCertificate certificate =
        new HeldCertificate.Builder().addSubjectAlternativeName("localhost").build();
    HandshakeCertificates server =
        new HandshakeCertificates.Builder().heldCertificate(certificate).build();
    HandshakeCertificates client =
        new HandshakeCertificates.Builder()
            .addTrustedCertificate(certificate.certificate())
            .build();
    try (SempHarness secure =
        new SempHarness(
            SempVersion.NEWEST,
            Optional.of(server.sslContext()),
            HttpClient.newBuilder().sslContext(client.sslContext()).build())) {
      SempHarness.Reply reply = secure.get(CONFIG + "/about/api");

      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.body().at("/links/uri").asText()).startsWith("https://localhost:");
    }
  }

  @Test
  void stopsListeningWhenClosed() {
    SempHarness closed = new SempHarness();
    URI uri = closed.uri("/");
    closed.close();

    assertThatThrownBy(() -> new Socket(uri.getHost(), uri.getPort()).close())
        .isInstanceOf(ConnectException.class);
  }

  @Test
  void logsChangesAndFailures() {
    semp.get(QUEUES);
    semp.post(QUEUES, "{'queueName':'q'}");
    semp.get(QUEUES + "/none");

    assertThat(semp.log)
        .containsExactly(
            "semp POST " + QUEUES + " status=200", "semp GET " + QUEUES + "/none status=400");
  }

  private SempHarness.Reply as(SempUser user, String method, String path, String body) {
    return semp.send(method, path, body.isEmpty() ? Optional.empty() : Optional.of(body), user);
  }
}
