package stripebridge.core.tls;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import stripebridge.core.config.Secret;
import stripebridge.core.config.TlsIdentity;
import stripebridge.core.config.TlsTrust;
import stripebridge.core.testing.TestCertificate;

class TlsFilesTest {
  private static final Secret PASSWORD = new Secret("changeit");
  private static final Secret NO_PASSWORD = new Secret("");
  // PKCS#8 puts the version, the algorithm and the lengths before it.
  private static final int PKCS1_STARTS_AT = 26;

  private static TestCertificate rsa;
  private static TestCertificate ec;

  private final Map<String, byte[]> content = new HashMap<>();
  private final TlsFiles files = new TlsFiles(this::read);

  @BeforeAll
  static void create(@TempDir Path folder) throws Exception {
    rsa = TestCertificate.create(folder, "RSA", "localhost");
    ec = TestCertificate.create(folder, "EC", "localhost");
  }

  private byte[] read(String path) throws NoSuchFileException, AccessDeniedException {
    if (path.equals("locked.pem")) {
      throw new AccessDeniedException(path);
    }
    if (!content.containsKey(path)) {
      throw new NoSuchFileException(path);
    }
    return content.get(path);
  }

  private void write(String path, String... blocks) {
    content.put(path, String.join("", blocks).getBytes(UTF_8));
  }

  private KeyAndChain identity() throws TlsFileException {
    return files.identity(new TlsIdentity.Pem("cert.pem", "key.pem"));
  }

  @Test
  void readsKeysOfPkcs8AndPkcs1() throws Exception {
    write("cert.pem", ec.certificatePem(), rsa.certificatePem());
    write("key.pem", TestCertificate.pem("PRIVATE KEY", ec.key().getEncoded()));
    assertThat(identity())
        .isEqualTo(new KeyAndChain(ec.key(), List.of(ec.certificate(), rsa.certificate())));

    write("cert.pem", rsa.certificatePem());
    write("key.pem", TestCertificate.pem("PRIVATE KEY", rsa.key().getEncoded()));
    assertThat(identity().key()).isEqualTo(rsa.key());

    byte[] pkcs8 = rsa.key().getEncoded();
    byte[] pkcs1 = Arrays.copyOfRange(pkcs8, PKCS1_STARTS_AT, pkcs8.length);
    write("key.pem", TestCertificate.pem("RSA PRIVATE KEY", pkcs1));
    assertThat(identity().key()).isEqualTo(rsa.key());
  }

  /// Certbot and HAProxy write such files.
  @Test
  void takesKeyAndCertificateOfOneFileWithTextBetween() throws Exception {
    write(
        "both.pem",
        "subject=CN=localhost\n",
        TestCertificate.pem("PRIVATE KEY", ec.key().getEncoded()),
        "issuer=CN=localhost\r\n",
        ec.certificatePem().replace("\n", "\r\n"));
    assertThat(files.identity(new TlsIdentity.Pem("both.pem", "both.pem")).expiresAt())
        .isEqualTo(ec.certificate().getNotAfter().toInstant());
  }

  @ParameterizedTest
  @CsvSource({
    "PRIVATE KEY,           'its key is damaged, or not of the certificate''s kind (EC)'",
    "EC PRIVATE KEY,        its key is encrypted or not PKCS#8;",
    "ENCRYPTED PRIVATE KEY, its key is encrypted or not PKCS#8;",
    "PUBLIC KEY,            it has no private key in PEM form"
  })
  void saysWhatIsWrongWithAKey(String label, String reason) throws Exception {
    write("cert.pem", ec.certificatePem());
    write("key.pem", TestCertificate.pem(label, rsa.key().getEncoded()));
    assertThatThrownBy(this::identity)
        .isInstanceOf(TlsFileException.class)
        .hasMessageStartingWith("cannot use the key 'key.pem': " + reason);
  }

  @Test
  void refusesTheKeyOfAnotherCertificate(@TempDir Path folder) throws Exception {
    TestCertificate edwards = TestCertificate.create(folder, "Ed25519", "localhost");
    for (TestCertificate one : List.of(ec, rsa, edwards)) {
      write("cert.pem", one.certificatePem());
      write("key.pem", TestCertificate.pem("PRIVATE KEY", one.key().getEncoded()));
      assertThat(identity().key()).isEqualTo(one.key());

      KeyPair other = KeyPairGenerator.getInstance(one.key().getAlgorithm()).generateKeyPair();
      write("key.pem", TestCertificate.pem("PRIVATE KEY", other.getPrivate().getEncoded()));
      assertThatThrownBy(this::identity)
          .isInstanceOf(TlsFileException.class)
          .hasMessage(
              "cannot use the key 'key.pem': it is not the key of the certificate 'cert.pem'");
    }
  }

  @Test
  void saysThatATraditionalKeyIsEncrypted() throws Exception {
    write("cert.pem", rsa.certificatePem());
    write(
        "key.pem",
        """
        -----BEGIN RSA PRIVATE KEY-----
        Proc-Type: 4,ENCRYPTED
        DEK-Info: AES-128-CBC,00

        AAAA
        -----END RSA PRIVATE KEY-----
        """);
    assertThatThrownBy(this::identity)
        .hasMessage(
            "cannot use the key 'key.pem': its key is encrypted or not PKCS#8; 'openssl pkcs8"
                + " -topk8 -nocrypt' converts it");
  }

  @ParameterizedTest
  @CsvSource({
    "none.pem,    there is no such file",
    "locked.pem,  this user may not read it",
    "text.pem,    it has no certificate in PEM form",
    "damaged.pem, its CERTIFICATE is damaged"
  })
  void saysWhyACertificateIsOfNoUse(String path, String reason) {
    write("text.pem", "no certificate");
    write("damaged.pem", "-----BEGIN CERTIFICATE-----\nA\n-----END CERTIFICATE-----\n");
    assertThatThrownBy(() -> files.identity(new TlsIdentity.Pem(path, "key.pem")))
        .isInstanceOf(TlsFileException.class)
        .hasMessage("cannot use the certificate '%s': %s", path, reason);
  }

  @Test
  void trustsAllCertificatesOfAPemFile() throws Exception {
    write("ca.pem", rsa.certificatePem(), ec.certificatePem());
    KeyStore trusted = files.trusted(new TlsTrust.File("ca.pem", NO_PASSWORD));
    assertThat(TlsContexts.trust(trusted).getAcceptedIssuers())
        .containsExactlyInAnyOrder(rsa.certificate(), ec.certificate());
  }

  /// Java's key stores refuse such a chain, so a server could not show it.
  @Test
  void refusesCertificatesThatAreNotInOrder(@TempDir Path folder) throws Exception {
    TestCertificate unrelated = TestCertificate.create(folder, "EC", "other.example");
    write("key.pem", TestCertificate.pem("PRIVATE KEY", rsa.key().getEncoded()));
    for (String second : List.of(unrelated.certificatePem(), rsa.certificatePem())) {
      write("cert.pem", rsa.certificatePem(), second);
      assertThatThrownBy(() -> files.identity(new TlsIdentity.Pem("cert.pem", "key.pem")))
          .isInstanceOf(TlsFileException.class)
          .hasMessage(
              "cannot use the certificate 'cert.pem': its certificates are not in order; put the"
                  + " server's own first, then each issuer");
    }
  }

  @Test
  void refusesABlockWithoutItsEndLine() throws Exception {
    String cut = ec.certificatePem().replaceAll("-----END CERTIFICATE-----\\s*", "");
    write("ca", cut, rsa.certificatePem());
    assertThatThrownBy(() -> files.trusted(new TlsTrust.File("ca", PASSWORD)))
        .isInstanceOf(TlsFileException.class)
        .hasMessage(
            "cannot use the CA certificates of 'ca': one of its BEGIN lines has no END line");
  }

  @ParameterizedTest
  @ValueSource(strings = {"JKS", "PKCS12"})
  void trustsTheCertificatesOfAKeyStore(String type) throws Exception {
    content.put("ca", keyStore(type));
    KeyStore trusted = files.trusted(new TlsTrust.File("ca", PASSWORD));
    assertThat(TlsContexts.trust(trusted).getAcceptedIssuers()).containsExactly(ec.certificate());

    assertThatThrownBy(() -> files.trusted(new TlsTrust.File("ca", new Secret("wr0ng"))))
        .isInstanceOf(TlsFileException.class)
        .hasMessage(
            "cannot use the CA certificates of 'ca': its password is wrong, or it is damaged");
  }

  @ParameterizedTest
  @CsvSource({
    "none,    there is no such file",
    "empty,   'it is not a PEM, JKS or PKCS12 file, or it is damaged'",
    "key.pem, it has no certificate in PEM form",
    "no-entry, it has no certificate to trust"
  })
  void saysWhyNothingIsTrusted(String path, String reason) throws Exception {
    write("empty");
    write("key.pem", TestCertificate.pem("PRIVATE KEY", ec.key().getEncoded()));
    KeyStore none = KeyStore.getInstance("PKCS12");
    none.load(null, null);
    content.put("no-entry", bytes(none));
    assertThatThrownBy(() -> files.trusted(new TlsTrust.File(path, PASSWORD)))
        .isInstanceOf(TlsFileException.class)
        .hasMessage("cannot use the CA certificates of '%s': %s", path, reason);
  }

  private static byte[] keyStore(String type) throws Exception {
    KeyStore store = KeyStore.getInstance(type);
    store.load(null, null);
    store.setCertificateEntry("ca", ec.certificate());
    return bytes(store);
  }

  private static byte[] bytes(KeyStore store) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    store.store(out, PASSWORD.reveal().toCharArray());
    return out.toByteArray();
  }
}
