package stripebridge.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.solacesystems.jcsmp.JCSMPException;
import com.solacesystems.jcsmp.JCSMPFactory;
import com.solacesystems.jcsmp.JCSMPProperties;
import com.solacesystems.jcsmp.JCSMPSession;
import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Optional;
import java.util.function.Function;
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
  enum TlsWire {
    TCPS(SandboxBroker::smfTlsUri),
    WSS(SandboxBroker::webTlsUri);

    @SuppressWarnings("ImmutableEnumChecker") // A method reference has no state.
    private final Function<SandboxBroker, String> uri;

    TlsWire(Function<SandboxBroker, String> uri) {
      this.uri = uri;
    }
  }

  /// A trust store, as the client library takes it.
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

  private static void connect(String uri, String trustStore) throws JCSMPException {
    JCSMPProperties properties = new JCSMPProperties();
    properties.setProperty(JCSMPProperties.HOST, uri);
    properties.setProperty(JCSMPProperties.VPN_NAME, "default");
    properties.setProperty(JCSMPProperties.USERNAME, "default");
    properties.setProperty(JCSMPProperties.PASSWORD, "default");
    properties.setProperty(JCSMPProperties.SSL_TRUST_STORE, trustStore);
    properties.setProperty(JCSMPProperties.SSL_TRUST_STORE_PASSWORD, PASSWORD);
    properties.setProperty(JCSMPProperties.SSL_TRUST_STORE_FORMAT, "jks");
    JCSMPSession session = JCSMPFactory.onlyInstance().createSession(properties);
    try {
      session.connect();
    } finally {
      session.closeSession();
    }
  }

  @ParameterizedTest
  @EnumSource
  void letsClientsInThatTrustTheGeneratedCertificate(TlsWire wire) throws Exception {
    try (var broker =
        SandboxBroker.start(SandboxOptions.defaults().withTls(SandboxOptions.Tls.GENERATED))) {
      connect(wire.uri.apply(broker), trusting(broker.certificatePem().orElseThrow()));
    }
  }

  @ParameterizedTest
  @EnumSource
  void showsTheCertificateThatIsGiven(TlsWire wire) throws Exception {
    var certificate =
        new HeldCertificate.Builder()
            .addSubjectAlternativeName(InetAddress.ofLiteral("127.0.0.1").getHostAddress())
            .build();
    var given =
        new HandshakeCertificates.Builder().heldCertificate(certificate).build().sslContext();
    var tls = new SandboxOptions.Tls(0, Optional.empty(), 0, Optional.of(given));
    try (var broker = SandboxBroker.start(SandboxOptions.defaults().withTls(tls))) {
      assertThat(broker.certificatePem()).isEmpty();
      connect(wire.uri.apply(broker), trusting(certificate.certificatePem()));
    }
  }

  @Test
  void isOfNoUseToClientsThatTrustAnother() throws Exception {
    var other = new HeldCertificate.Builder().build();
    String trust = trusting(other.certificatePem());
    try (var broker =
        SandboxBroker.start(SandboxOptions.defaults().withTls(SandboxOptions.Tls.GENERATED))) {
      String uri = broker.smfTlsUri();
      assertThatThrownBy(() -> connect(uri, trust)).isInstanceOf(JCSMPException.class);
    }
  }
}
