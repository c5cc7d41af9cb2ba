package stripebridge.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.solacesystems.jcsmp.BytesXMLMessage;
import com.solacesystems.jcsmp.JCSMPException;
import com.solacesystems.jcsmp.JCSMPProperties;
import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TlsTest {
  private static final String PASSWORD = "changeit";

  @TempDir private Path folder;

  /// The ways to connect with TLS.
  enum TlsTransport {
    TCPS(SandboxBroker::smfTlsUri),
    WSS(SandboxBroker::webTlsUri);

    @SuppressWarnings("ImmutableEnumChecker") // A method reference has no state.
    private final Function<SandboxBroker, String> uri;

    TlsTransport(Function<SandboxBroker, String> uri) {
      this.uri = uri;
    }
  }

  /// Writes a trust store for the client library.
  private String trusting(String pem) throws Exception {
    KeyStore store = KeyStore.getInstance("JKS");
    store.load(null, null);
    store.setCertificateEntry(
        "sandbox",
        CertificateFactory.getInstance("X.509")
            .generateCertificate(
                new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII))));
    Path file = Files.createTempFile(folder, "trust", ".jks");
    try (OutputStream out = Files.newOutputStream(file)) {
      store.store(out, PASSWORD.toCharArray());
    }
    return file.toString();
  }

  private static Client connect(String uri, String trustStore) throws JCSMPException {
    JCSMPProperties properties = Client.properties(uri);
    properties.setProperty(JCSMPProperties.SSL_TRUST_STORE, trustStore);
    properties.setProperty(JCSMPProperties.SSL_TRUST_STORE_PASSWORD, PASSWORD);
    properties.setProperty(JCSMPProperties.SSL_TRUST_STORE_FORMAT, "jks");
    return Client.connect(properties);
  }

  @ParameterizedTest
  @EnumSource
  void acceptsClientsThatTrustTheGeneratedCertificate(TlsTransport wire) throws Exception {
    try (SandboxBroker broker =
        SandboxBroker.start(SandboxOptions.defaults().withTls(SandboxOptions.Tls.GENERATED))) {
      connect(wire.uri.apply(broker), trusting(broker.certificatePem().orElseThrow())).close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void carriesMessagesBothWays(TlsTransport wire) throws Exception {
    SandboxOptions options = SandboxOptions.defaults().withTls(SandboxOptions.Tls.GENERATED);
    try (SandboxBroker broker = SandboxBroker.start(options);
        Client client =
            connect(wire.uri.apply(broker), trusting(broker.certificatePem().orElseThrow()))) {
      broker.vpn("default").createOpenQueue("q", "t");
      // Longer than a TLS record, and than the longest WebSocket frame with a short length.
      String large = "x".repeat(200_000);
      client.publish("t", "small", large, "small again");
      try (Client.BoundConsumer consumer = client.consume("q")) {
        for (String sent : List.of("small", large, "small again")) {
          BytesXMLMessage message = consumer.next();
          assertThat(Client.text(message)).isEqualTo(sent);
          message.ackMessage();
        }
        Fixture.await("all are consumed", () -> broker.vpn("default").queue("q").depth() == 0);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void usesTheGivenCertificate(TlsTransport wire) throws Exception {
    HeldCertificate certificate =
        new HeldCertificate.Builder()
            .addSubjectAlternativeName(InetAddress.ofLiteral("127.0.0.1").getHostAddress())
            .build();
    SSLContext given =
        new HandshakeCertificates.Builder().heldCertificate(certificate).build().sslContext();
    SandboxOptions.Tls tls = new SandboxOptions.Tls(0, Optional.empty(), 0, Optional.of(given));
    try (SandboxBroker broker = SandboxBroker.start(SandboxOptions.defaults().withTls(tls))) {
      assertThat(broker.certificatePem()).isEmpty();
      connect(wire.uri.apply(broker), trusting(certificate.certificatePem())).close();
    }
  }

  @Test
  void isRejectedByClientsThatTrustAnother() throws Exception {
    HeldCertificate other = new HeldCertificate.Builder().build();
    String trust = trusting(other.certificatePem());
    try (SandboxBroker broker =
        SandboxBroker.start(SandboxOptions.defaults().withTls(SandboxOptions.Tls.GENERATED))) {
      String uri = broker.smfTlsUri();
      assertThatThrownBy(() -> connect(uri, trust)).isInstanceOf(JCSMPException.class);
    }
  }
}
