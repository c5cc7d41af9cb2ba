package stripebridge.solace.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.config.Secret;
import stripebridge.core.config.SempSettings;
import stripebridge.core.config.TlsTrust;
import stripebridge.sandbox.SandboxBroker;
import stripebridge.sandbox.SandboxOptions;

class TrustedCertificatesTest {
  private static final Secret PASSWORD = new Secret("changeit");

  /// Shared by all tests, which only read: its certificate is slow to make.
  private static SandboxBroker sandbox;

  @TempDir Path folder;

  @BeforeAll
  static void start() {
    sandbox = SandboxBroker.start(SandboxOptions.defaults().withTls(SandboxOptions.Tls.GENERATED));
  }

  @AfterAll
  static void stop() {
    sandbox.close();
  }

  @Test
  void takesAPemFile() throws Exception {
    Path file = Files.writeString(folder.resolve("ca.pem"), pem());
    read(new TlsTrust.File(file.toString(), new Secret("")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"JKS", "PKCS12"})
  void takesAKeyStore(String type) throws Exception {
    read(new TlsTrust.File(keyStore(type).toString(), PASSWORD));
  }

  @Test
  void reportsAnUntrustedCertificate() {
    assertThatThrownBy(() -> read(new TlsTrust.JavaDefault()))
        .isInstanceOf(BrokerException.Invalid.class)
        .hasMessageStartingWith(
            "cannot read the SEMP version: the certificate of "
                + sandbox.sempTlsUri()
                + " is not trusted: ");
  }

  @Test
  void namesAFileThatItCannotUse() throws Exception {
    Path absent = folder.resolve("absent.pem");
    Path empty = Files.createFile(folder.resolve("empty.pem"));
    Path noCertificate = Files.writeString(folder.resolve("key.pem"), "-----BEGIN NOTHING-----");

    assertThatThrownBy(() -> read(new TlsTrust.File(absent.toString(), PASSWORD)))
        .isInstanceOf(BrokerException.Invalid.class)
        .hasMessage("cannot use the CA certificates of '%s': there is no such file", absent);
    assertThatThrownBy(() -> read(new TlsTrust.File(empty.toString(), PASSWORD)))
        .isInstanceOf(BrokerException.Invalid.class);
    assertThatThrownBy(() -> read(new TlsTrust.File(noCertificate.toString(), PASSWORD)))
        .isInstanceOf(BrokerException.Invalid.class);
    assertThatThrownBy(
            () -> read(new TlsTrust.File(keyStore("JKS").toString(), new Secret("wr0ng"))))
        .isInstanceOf(BrokerException.Invalid.class)
        .hasMessageNotContaining("wr0ng");
  }

  private void read(TlsTrust trust) throws Exception {
    SempSettings settings =
        new SempSettings(URI.create(sandbox.sempTlsUri()), "default", WatchedBroker.ADMIN, trust);
    try (SempBrokerAdmin admin = SempBrokerAdmin.open(settings, SempOptions.DEFAULTS)) {
      assertThat(admin.read((_, _) -> false).vpn()).isNotEmpty();
    }
  }

  private Path keyStore(String type) throws Exception {
    KeyStore store = KeyStore.getInstance(type);
    store.load(null, null);
    store.setCertificateEntry(
        "ca",
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(pem().getBytes(UTF_8))));
    Path file = folder.resolve("trust." + type);
    try (OutputStream out = Files.newOutputStream(file)) {
      store.store(out, PASSWORD.reveal().toCharArray());
    }
    return file;
  }

  private String pem() {
    return sandbox.certificatePem().orElseThrow();
  }
}
