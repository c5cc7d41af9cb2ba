package stripebridge.core.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// One event of `core/src/test/resources/events`, with its golden envelope beside it.
///
/// The fixtures tell one story with the same ids and amounts: a customer subscribes through
/// Checkout, pays the first invoice, disputes it, fails to renew and leaves. A file is named after
/// its event's type, followed by its special feature: an older API version, an expanded object.
public record EventFixture(Path file) {
  private static final String EVENT = ".json";
  private static final String ENVELOPE = ".envelope.json";

  /// All fixtures, by name.
  public static List<EventFixture> all() {
    Path folder = ProjectFiles.root().resolve("core/src/test/resources/events");
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(EVENT) && !file.toString().endsWith(ENVELOPE))
          .sorted()
          .map(EventFixture::new)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The fixture with that name.
  public static EventFixture named(String name) {
    return all().stream().filter(fixture -> fixture.name().equals(name)).findFirst().orElseThrow();
  }

  /// The file's name without its ending, such as `charge.failed.2024-06-20`.
  public String name() {
    String name = file.getFileName().toString();
    return name.substring(0, name.length() - EVENT.length());
  }

  /// The event as Stripe would post it.
  public byte[] body() {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The file with the expected envelope of this event.
  public Path envelope() {
    return file.resolveSibling(name() + ENVELOPE);
  }

  @Override
  public String toString() {
    return name();
  }
}
