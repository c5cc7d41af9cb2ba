package stripebridge.core.tls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The blocks of a PEM file. Text between the blocks is skipped: `openssl x509 -text` writes some.
final class Pem {
  private static final String BEGIN = "-----BEGIN";
  private static final Pattern BLOCK =
      Pattern.compile(BEGIN + " ([^-]+)-----(.*?)-----END \\1-----", Pattern.DOTALL);

  private final String text;

  Pem(byte[] content) {
    this.text = new String(content, ISO_8859_1);
  }

  /// Whether this is PEM at all; else it may be a key store.
  boolean isPem() {
    return text.contains(BEGIN);
  }

  /// The certificates, in the order of the file.
  ///
  /// @throws GeneralSecurityException when the file has no certificate, or one cannot be read
  List<X509Certificate> certificates() throws GeneralSecurityException {
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    List<X509Certificate> found = new ArrayList<>();
    for (MatchResult block : blocks().toList()) {
      if (block.group(2).contains(BEGIN)) {
        throw new GeneralSecurityException("one of its BEGIN lines has no END line");
      }
      String label = block.group(1);
      if (label.endsWith("CERTIFICATE")) {
        found.add((X509Certificate) factory.generateCertificate(decode(block)));
      } else if (label.equals("PKCS7")) {
        for (Certificate certificate : factory.generateCertificates(decode(block))) {
          found.add((X509Certificate) certificate);
        }
      }
    }
    if (found.isEmpty()) {
      throw new GeneralSecurityException("it has no certificate in PEM form");
    }
    return found;
  }

  /// The first private key.
  ///
  /// @param algorithm of the public key it belongs to
  /// @throws GeneralSecurityException when the file has no key, or it cannot be read
  PrivateKey privateKey(String algorithm) throws GeneralSecurityException {
    MatchResult block =
        blocks()
            .filter(found -> found.group(1).endsWith("PRIVATE KEY"))
            .findFirst()
            .orElseThrow(() -> new GeneralSecurityException("it has no private key in PEM form"));
    boolean isEncrypted = block.group(2).contains("ENCRYPTED");
    KeyFactory keys = KeyFactory.getInstance(algorithm);
    try {
      return switch (isEncrypted ? "" : block.group(1)) {
        case "PRIVATE KEY" ->
            keys.generatePrivate(new PKCS8EncodedKeySpec(decode(block).readAllBytes()));
        case "RSA PRIVATE KEY" ->
            (PrivateKey) keys.translateKey(new Pkcs1(decode(block).readAllBytes()));
        default ->
            throw new GeneralSecurityException(
                "its key is encrypted or not PKCS#8; 'openssl pkcs8 -topk8 -nocrypt' converts it");
      };
    } catch (InvalidKeySpecException | java.security.InvalidKeyException e) {
      throw new GeneralSecurityException(
          "its key is damaged, or not of the certificate's kind (" + algorithm + ")", e);
    }
  }

  private Stream<MatchResult> blocks() {
    return BLOCK.matcher(text).results();
  }

  private static ByteArrayInputStream decode(MatchResult block) throws GeneralSecurityException {
    try {
      return new ByteArrayInputStream(Base64.getMimeDecoder().decode(block.group(2)));
    } catch (IllegalArgumentException e) {
      throw new GeneralSecurityException("its " + block.group(1) + " is damaged", e);
    }
  }

  /// An RSA key as OpenSSL writes it traditionally; the JDK's RSA `KeyFactory` translates it.
  @SuppressWarnings("ArrayRecordComponent") // Nobody compares keys.
  private record Pkcs1(byte[] encoded) implements PrivateKey {
    @Override
    public String getAlgorithm() {
      return "RSA";
    }

    @Override
    public String getFormat() {
      return "PKCS#1";
    }

    @Override
    public byte[] getEncoded() {
      return encoded;
    }
  }
}
