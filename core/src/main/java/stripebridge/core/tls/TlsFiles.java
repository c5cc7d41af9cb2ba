package stripebridge.core.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.UnrecoverableKeyException;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAKey;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import stripebridge.core.config.TlsIdentity;
import stripebridge.core.config.TlsTrust;

/// Makes certificates and keys of the files that settings name.
public final class TlsFiles {
  private final Reader reader;

  /// @param reader reads files for this class, which has no I/O
  public TlsFiles(Reader reader) {
    this.reader = reader;
  }

  /// Reads a whole file.
  @FunctionalInterface
  public interface Reader {
    byte[] read(String path) throws IOException;
  }

  /// The certificates of a PEM, JKS or PKCS12 file.
  ///
  /// @throws TlsFileException when the file cannot be read, or has no certificate to trust
  public KeyStore trusted(TlsTrust.File file) throws TlsFileException {
    return use(
        "the CA certificates of '" + file.path() + "'",
        () -> {
          byte[] content = reader.read(file.path());
          Pem pem = new Pem(content);
          return pem.isPem() ? TlsContexts.keyStore(pem.certificates()) : keyStore(content, file);
        });
  }

  /// A key and its certificates.
  ///
  /// @throws TlsFileException when a file cannot be read, the key belongs to another certificate,
  ///   or the certificates are not in order
  public KeyAndChain identity(TlsIdentity.Pem files) throws TlsFileException {
    List<X509Certificate> chain =
        use(
            "the certificate '" + files.certificatePath() + "'",
            () -> inOrder(new Pem(reader.read(files.certificatePath())).certificates()));
    return use(
        "the key '" + files.keyPath() + "'",
        () -> {
          Pem pem = new Pem(reader.read(files.keyPath()));
          PublicKey certified = chain.getFirst().getPublicKey();
          PrivateKey key = pem.privateKey(certified.getAlgorithm());
          if (!isPair(key, certified)) {
            throw new GeneralSecurityException(
                "it is not the key of the certificate '" + files.certificatePath() + "'");
          }
          return new KeyAndChain(key, chain);
        });
  }

  /// Java takes any key for any certificate of the same algorithm, and each handshake fails then.
  private static boolean isPair(PrivateKey key, PublicKey certified)
      throws GeneralSecurityException {
    if (key instanceof RSAKey one && certified instanceof RSAKey other) {
      return one.getModulus().equals(other.getModulus());
    }
    String algorithm =
        switch (key.getAlgorithm()) {
          case "EC" -> "SHA256withECDSA";
          case "DSA" -> "SHA256withDSA";
          default -> key.getAlgorithm();
        };
    byte[] sample = {1};
    Signature signing = Signature.getInstance(algorithm);
    signing.initSign(key);
    signing.update(sample);
    byte[] signature = signing.sign();
    Signature verifying = Signature.getInstance(algorithm);
    verifying.initVerify(certified);
    verifying.update(sample);
    return isVerified(verifying, signature);
  }

  private static boolean isVerified(Signature verifying, byte[] signature) {
    try {
      return verifying.verify(signature);
    } catch (SignatureException _) {
      // A key of another curve.
      return false;
    }
  }

  /// A TLS peer needs the certificates in this order, and Java's key stores refuse any other.
  private static List<X509Certificate> inOrder(List<X509Certificate> chain)
      throws GeneralSecurityException {
    for (int i = 1; i < chain.size(); i++) {
      X509Certificate issued = chain.get(i - 1);
      X509Certificate issuer = chain.get(i);
      if (!issued.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())
          || chain.indexOf(issuer) < i) {
        throw new GeneralSecurityException(
            "its certificates are not in order; put the server's own first, then each issuer");
      }
    }
    return chain;
  }

  /// The certificates of a PEM file, at least one.
  ///
  /// @throws TlsFileException when the file cannot be read, or has none
  public List<X509Certificate> chain(String path) throws TlsFileException {
    return use("the certificate '" + path + "'", () -> new Pem(reader.read(path)).certificates());
  }

  private static KeyStore keyStore(byte[] content, TlsTrust.File file)
      throws IOException, GeneralSecurityException {
    char @Nullable [] password =
        file.password().isEmpty() ? null : file.password().reveal().toCharArray();
    // The JDK's PKCS12 also loads JKS.
    KeyStore store = KeyStore.getInstance("PKCS12");
    try {
      store.load(new ByteArrayInputStream(content), password);
    } catch (IOException e) {
      throw new GeneralSecurityException(
          e.getCause() instanceof UnrecoverableKeyException
              ? "its password is wrong, or it is damaged"
              : "it is not a PEM, JKS or PKCS12 file, or it is damaged",
          e);
    }
    for (String alias : Collections.list(store.aliases())) {
      if (store.isCertificateEntry(alias)) {
        return store;
      }
    }
    throw new GeneralSecurityException("it has no certificate to trust");
  }

  private interface Use<T> {
    T apply() throws IOException, GeneralSecurityException;
  }

  private static <T> T use(String what, Use<T> use) throws TlsFileException {
    try {
      return use.apply();
    } catch (IOException | GeneralSecurityException e) {
      String reason =
          switch (e) {
            case NoSuchFileException _ -> "there is no such file";
            case AccessDeniedException _ -> "this user may not read it";
            default -> String.valueOf(e.getMessage());
          };
      throw new TlsFileException("cannot use " + what + ": " + reason, e);
    }
  }
}
