package stripebridge.cli.setup;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.Properties;

/// Solace's client library for Java, as this build was made with it. It is proprietary: users of
/// stripebridge fetch it themselves, and agree to its licence.
///
/// @param version such as `10.29.1`
/// @param sha256 the digest of its jar in Maven Central, 64 hexadecimal digits in lower case
/// @param licence the name of its licence, from its POM
/// @param licenceUrl where the licence is, from its POM
public record ClientLibrary(String version, String sha256, String licence, String licenceUrl) {
  private static final String RESOURCE = "/stripebridge/client-library.properties";
  private static final String CENTRAL = "https://repo.maven.apache.org/maven2/";

  /// The library that this build was made with.
  public static ClientLibrary ofThisBuild() {
    Properties properties = new Properties();
    try (InputStream in = ClientLibrary.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException(RESOURCE + " is missing from our own jar");
      }
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + RESOURCE + " in our own jar", e);
    }
    return new ClientLibrary(
        properties.getProperty("version"),
        properties.getProperty("sha256"),
        properties.getProperty("licence"),
        properties.getProperty("licence.url"));
  }

  /// What people call it: `sol-jcsmp 10.29.1`.
  public String title() {
    return "sol-jcsmp " + version;
  }

  /// The name of its jar, in our folder of jars as in a Maven repository.
  public String fileName() {
    return "sol-jcsmp-" + version + ".jar";
  }

  /// Where Maven Central has it.
  URI central() {
    return in(URI.create(CENTRAL));
  }

  /// Where a Maven repository has it.
  ///
  /// @param repository the URL of the repository; one that ends with a slash
  URI in(URI repository) {
    return repository.resolve("com/solacesystems/sol-jcsmp/" + version + "/" + fileName());
  }
}
