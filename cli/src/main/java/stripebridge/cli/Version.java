package stripebridge.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/// The version of this build. Every envelope contains it.
public final class Version implements IVersionProvider {
  private static final String RESOURCE = "/stripebridge/version.properties";

  /// The version alone, such as `0.1.0`.
  public static String text() {
    try (InputStream in = Version.class.getResourceAsStream(RESOURCE)) {
      Properties properties = new Properties();
      properties.load(in);
      return properties.getProperty("version", "unknown");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + RESOURCE + " in our own jar", e);
    }
  }

  /// What `--version` prints.
  static String line() {
    return "stripebridge " + text();
  }

  @Override
  public String[] getVersion() {
    return new String[] {line()};
  }
}
