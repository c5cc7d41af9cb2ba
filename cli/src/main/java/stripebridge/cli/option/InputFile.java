package stripebridge.cli.option;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import stripebridge.cli.CliContext;
import stripebridge.cli.CommandFailure;
import stripebridge.core.config.Sources.SettingFiles;

/// Reads an input named on the command line: a file, or `-` for standard input.
public final class InputFile {
  // Far above the 1 MiB limit of a webhook. A wrong file name must not fill the memory.
  private static final int BYTES_MAX = 16 * 1024 * 1024;

  private InputFile() {}

  /// Whether a name leads to a file that can be read again and has the same content then: not
  /// standard input, and not a pipe.
  public static boolean isRepeatable(CliContext context, String name) {
    return !name.equals("-") && Files.isRegularFile(context.workingDirectory().resolve(name));
  }

  /// What a file or a pipe has, or why it cannot be read.
  public static SettingFiles.Content readOnce(CliContext context, String name) {
    return SettingSources.read(context.workingDirectory(), name, BYTES_MAX);
  }

  /// What a file has now, or why it cannot be read. Never waits for a writer, and never reads more
  /// than [#read] does.
  public static SettingFiles.Content readAgain(CliContext context, String name) {
    return SettingSources.readAgain(context.workingDirectory(), name, BYTES_MAX);
  }

  /// The bytes of the file.
  ///
  /// @throws CommandFailure with the file and the reason, when it cannot be read
  public static byte[] read(CliContext context, String name) {
    try {
      byte[] bytes;
      if (name.equals("-")) {
        bytes = context.in().readNBytes(BYTES_MAX + 1);
      } else {
        Path file = context.workingDirectory().resolve(name);
        if (Files.isDirectory(file)) {
          throw CommandFailure.usage("cannot read '" + name + "': it is a directory", null);
        }
        try (InputStream in = Files.newInputStream(file)) {
          bytes = in.readNBytes(BYTES_MAX + 1);
        }
      }
      if (bytes.length > BYTES_MAX) {
        throw CommandFailure.usage("cannot read '" + name + "': it is larger than 16 MiB", null);
      }
      return bytes;
    } catch (NoSuchFileException e) {
      throw CommandFailure.usage(
          "cannot read '" + name + "': there is no such file",
          "pass a file, or '-' for standard input");
    } catch (IOException e) {
      throw CommandFailure.usage("cannot read '" + name + "': " + e.getMessage(), null);
    }
  }
}
