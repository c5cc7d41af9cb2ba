package stripebridge.cli.setup;

import static org.assertj.core.api.Assertions.assertThat;

import com.solacesystems.jcsmp.JCSMPFactory;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/// What `setup` fetches and names is what the build resolved.
class ClientLibraryTest {
  private final ClientLibrary library = ClientLibrary.ofThisBuild();

  /// The jar that Maven resolved.
  static Path resolved() {
    try {
      return Path.of(
          JCSMPFactory.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  /// After a new version of sol-jcsmp: the digest that is seen belongs into `sol-jcsmp.sha256` of
  /// pom.xml, once it was compared with what Maven Central publishes.
  @Test
  void pinsTheJarThatMavenResolved() throws Exception {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(resolved()));

    assertThat(library.sha256()).isEqualTo(HexFormat.of().formatHex(digest));
    assertThat(library.fileName()).isEqualTo(resolved().getFileName().toString());
  }

  @Test
  void namesTheLicenceOfItsPom() throws Exception {
    String pom =
        Files.readString(resolved().resolveSibling(library.fileName().replaceFirst("jar$", "pom")));

    assertThat(pom)
        .contains("<name>" + library.licence() + "</name>")
        .contains("<url>" + library.licenceUrl() + "</url>");
  }

  @Test
  void isAtItsPlaceInMavenCentral() {
    assertThat(library.central())
        .hasScheme("https")
        .hasPath(
            "/maven2/com/solacesystems/sol-jcsmp/%s/sol-jcsmp-%1$s.jar"
                .formatted(library.version()));
  }
}
