package stripebridge.cli.option;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import stripebridge.cli.CliContext;
import stripebridge.cli.CommandFailure;
import stripebridge.core.config.ConfigReader;
import stripebridge.core.config.DotEnv;
import stripebridge.core.config.Secret;
import stripebridge.core.config.Setting;
import stripebridge.core.config.Sources;
import stripebridge.core.config.Sources.SettingFiles;

/// Collects the sources of settings in a process: its environment, `.env` in its working directory,
/// and the files that both name.
final class SettingSources {
  // A secret, or a list of secrets, is smaller; a larger file was named by mistake.
  private static final int BYTES_MAX = 64 * 1024;
  private static final int MIB = 1024 * 1024;

  private SettingSources() {}

  static ConfigReader reader(CliContext context, Map<String, String> flags) {
    return new ConfigReader(sources(context, flags));
  }

  static Sources sources(CliContext context, Map<String, String> flags) {
    return new Sources(
        flags,
        context.environment(),
        dotEnv(context),
        path -> read(context.workingDirectory(), path));
  }

  /// The same for a process that reads the files again and again. What cannot be read twice, such
  /// as a pipe, keeps the content that it had first.
  static Sources watchedSources(CliContext context, Map<String, String> flags) {
    Map<String, SettingFiles.Content> once = new HashMap<>();
    Set<String> known = new HashSet<>();
    return new Sources(
        flags,
        context.environment(),
        dotEnv(context),
        path -> {
          Path folder = context.workingDirectory();
          if (known.add(path) && isUnrepeatable(folder, path)) {
            once.put(path, read(folder, path));
          }
          SettingFiles.Content first = once.get(path);
          return first == null ? readAgain(folder, path, BYTES_MAX) : first;
        });
  }

  private static boolean isUnrepeatable(Path folder, String path) {
    try {
      Path file = folder.resolve(path);
      return Files.exists(file) && !Files.isRegularFile(file) && !Files.isDirectory(file);
    } catch (InvalidPathException _) {
      return false;
    }
  }

  /// Options and the environment variables of these settings only. `.env` is not read.
  static ConfigReader ofOwnSettings(
      CliContext context, Map<String, String> flags, List<Setting<?>> settings) {
    Map<String, String> environment = new HashMap<>(context.environment());
    environment
        .keySet()
        .removeIf(name ->
            settings.stream()
                .noneMatch(one -> name.equals(one.name()) || name.equals(one.fileVariable())));
    return new ConfigReader(
        new Sources(
            flags, environment, DotEnv.EMPTY, path -> read(context.workingDirectory(), path)));
  }

  /// Options only: neither the environment nor `.env` is read.
  static ConfigReader ofFlags(CliContext context, Map<String, String> flags) {
    return new ConfigReader(Sources.ofFlags(flags, path -> read(context.workingDirectory(), path)));
  }

  static DotEnv dotEnv(CliContext context) {
    Path file = context.workingDirectory().resolve(".env");
    if (!Files.exists(file)) {
      return DotEnv.EMPTY;
    }
    return switch (read(context.workingDirectory(), ".env")) {
      case SettingFiles.Content.Text(Secret text) -> DotEnv.parse(text.reveal());
      case SettingFiles.Content.Unreadable(String reason) ->
          throw CommandFailure.usage(
              "cannot read '" + file + "': " + reason,
              "make it readable, or run in another directory");
    };
  }

  /// As [#read], but only a regular file: the opening of a pipe waits for a writer, and nothing
  /// ends that.
  static SettingFiles.Content readAgain(Path workingDirectory, String path, int bytesMax) {
    if (isUnrepeatable(workingDirectory, path)) {
      return new SettingFiles.Content.Unreadable("not a regular file");
    }
    return read(workingDirectory, path, bytesMax);
  }

  static SettingFiles.Content read(Path workingDirectory, String path) {
    return read(workingDirectory, path, BYTES_MAX);
  }

  static SettingFiles.Content read(Path workingDirectory, String path, int bytesMax) {
    try (InputStream in = Files.newInputStream(workingDirectory.resolve(path))) {
      byte[] bytes = in.readNBytes(bytesMax + 1);
      return bytes.length > bytesMax
          ? new SettingFiles.Content.Unreadable("larger than " + size(bytesMax))
          : new SettingFiles.Content.Text(new Secret(new String(bytes, StandardCharsets.UTF_8)));
    } catch (NoSuchFileException e) {
      return new SettingFiles.Content.Unreadable("no such file");
    } catch (java.nio.file.AccessDeniedException e) {
      return new SettingFiles.Content.Unreadable("permission denied");
    } catch (InvalidPathException e) {
      return new SettingFiles.Content.Unreadable("not a file name");
    } catch (IOException e) {
      return new SettingFiles.Content.Unreadable(
          e.getMessage() == null ? "cannot be read" : e.getMessage());
    }
  }

  private static String size(int bytes) {
    return bytes < MIB ? bytes / 1024 + " KiB" : bytes / MIB + " MiB";
  }
}
