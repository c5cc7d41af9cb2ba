package stripebridge.cli.setup;

import java.net.URI;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import stripebridge.cli.CommandFailure;

/// Where the client library's jar is taken from.
sealed interface LibrarySource {
  /// A file of this machine.
  record OnDisk(Path file) implements LibrarySource {
    @Override
    public String toString() {
      return "'" + file + "'";
    }
  }

  /// A URL.
  ///
  /// @param url without a user or password
  /// @param login the `user:password` of the URL, if it had one
  record OnWeb(URI url, Optional<String> login) implements LibrarySource {
    /// Neither the login nor a query, which may hold a token.
    @Override
    public String toString() {
      return shown(url);
    }
  }

  /// A URL as messages show it.
  static String shown(URI url) {
    return url.getScheme() + "://" + hostAndPort(url) + url.getRawPath();
  }

  private static String hostAndPort(URI url) {
    return url.getHost() + (url.getPort() < 0 ? "" : ":" + url.getPort());
  }

  /// Maven Central, or what `--from` names: the jar, or a repository that has it.
  ///
  /// @param workingDirectory the base of relative paths
  static LibrarySource of(@Nullable String from, Path workingDirectory, ClientLibrary library) {
    if (from == null) {
      return new OnWeb(library.central(), Optional.empty());
    }
    try {
      if (!from.contains(":/")) {
        return new OnDisk(workingDirectory.resolve(from));
      }
      URI url = URI.create(from);
      return switch (String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT)) {
        case "file" -> new OnDisk(Path.of(url));
        case "http", "https" -> onWeb(url, library);
        default -> throw unusable("its scheme is none of https, http and file");
      };
    } catch (InvalidPathException e) {
      throw unusable(e.getReason());
    } catch (IllegalArgumentException | FileSystemNotFoundException _) {
      throw unusable("it is neither a URL nor the name of a file");
    }
  }

  private static LibrarySource onWeb(URI url, ClientLibrary library) {
    if (url.getHost() == null) {
      throw unusable("it names no host");
    }
    String path = url.getRawPath() == null ? "" : url.getRawPath();
    boolean isJar = path.endsWith(".jar");
    String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
    URI bare =
        URI.create(
            url.getScheme().toLowerCase(Locale.ROOT)
                + "://"
                + hostAndPort(url)
                + (isJar || path.endsWith("/") ? path : path + "/")
                + (isJar ? query : ""));
    return new OnWeb(isJar ? bare : library.in(bare), Optional.ofNullable(url.getUserInfo()));
  }

  /// Does not repeat the argument, which may hold a password.
  private static CommandFailure unusable(String why) {
    return CommandFailure.usage(
        "cannot use the place that --from names: " + why,
        "pass the URL of the jar or of a Maven repository, or a file");
  }
}
