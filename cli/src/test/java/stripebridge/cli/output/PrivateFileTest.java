package stripebridge.cli.output;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateFileTest {
  @TempDir Path folder;

  private static void write(PrivateFile opened, String... parts) throws IOException {
    try (opened) {
      for (String part : parts) {
        opened.write(part.getBytes(UTF_8), "\n".getBytes(UTF_8));
        opened.force();
      }
    }
  }

  private static void assumePosix(Path file) {
    Assumptions.assumeTrue(
        file.getFileSystem().supportedFileAttributeViews().contains("posix"),
        "files have no modes here");
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  @Test
  void isReadableByItsOwnerOnly() throws Exception {
    assumePosix(folder);
    Path created = folder.resolve("created");
    Path appended = folder.resolve("appended");

    write(PrivateFile.create(created), "one");
    write(PrivateFile.append(appended), "one");

    assertThat(created).hasContent("one\n");
    assertThat(mode(created)).isEqualTo("rw-------");
    assertThat(appended).hasContent("one\n");
    assertThat(mode(appended)).isEqualTo("rw-------");
  }

  @Test
  void isNotCreatedOverAFileOrLink() throws Exception {
    Path file = Files.writeString(folder.resolve("mine"), "mine");
    Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("nowhere"));

    assertThatThrownBy(() -> PrivateFile.create(file)).hasMessage("the file already exists");
    assertThatThrownBy(() -> PrivateFile.create(link)).hasMessage("the file already exists");

    assertThat(file).hasContent("mine");
    assertThat(folder.resolve("nowhere")).doesNotExist();
  }

  @Test
  void appendsToAnExistingFile() throws Exception {
    Path file = folder.resolve("lines");

    write(PrivateFile.append(file), "one", "two");
    write(PrivateFile.append(file), "three");

    assertThat(file).hasContent("one\ntwo\nthree\n");
  }

  @Test
  void keepsTheModeOfAnExistingFile() throws Exception {
    assumePosix(folder);
    Path file = Files.createFile(folder.resolve("shared"));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), file);

    write(PrivateFile.append(link), "one");

    assertThat(file).hasContent("one\n");
    assertThat(mode(file)).isEqualTo("rw-r-----");
  }

  @Test
  void saysWhyItCannotBeOpened() {
    Path nowhere = folder.resolve("none").resolve("file");
    assertThatThrownBy(() -> PrivateFile.create(nowhere)).hasMessage("no such directory");
    assertThatThrownBy(() -> PrivateFile.append(nowhere)).hasMessage("no such directory");
    assertThatThrownBy(() -> PrivateFile.append(folder)).hasMessage("it is not a regular file");
    assertThatThrownBy(() -> PrivateFile.create(folder.resolve("x".repeat(300))))
        .isInstanceOf(IOException.class)
        .hasMessageNotContaining("xxx");
  }
}
