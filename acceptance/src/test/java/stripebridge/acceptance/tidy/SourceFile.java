package stripebridge.acceptance.tidy;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// A text file of the project.
///
/// @param path from the top of the project, with `/`
record SourceFile(String path, String text) {
  /// Files in a working copy that do not belong to the project.
  private static final Set<String> NOT_OURS =
      Set.of(".git", ".idea", ".vscode", "secrets", "target");

  /// Every text file below a folder, in the order of their paths.
  static List<SourceFile> below(Path root) throws IOException {
    List<SourceFile> files = new ArrayList<>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            return NOT_OURS.contains(folder.getFileName().toString())
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            String name = file.getFileName().toString();
            // As in .gitignore; in a second working tree, .git is a file.
            if (attributes.isRegularFile()
                && !NOT_OURS.contains(name)
                && !name.equals(".env")
                && !name.contains(".db")) {
              add(root, file, files);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    files.sort((a, b) -> a.path().compareTo(b.path()));
    return files;
  }

  private static void add(Path root, Path file, List<SourceFile> files) throws IOException {
    try {
      String text = UTF_8.newDecoder().decode(ByteBuffer.wrap(Files.readAllBytes(file))).toString();
      String path = root.relativize(file).toString().replace('\\', '/');
      files.add(new SourceFile(path, text));
    } catch (CharacterCodingException _) {
      // Not a text file.
    }
  }

  boolean isJava() {
    return path.endsWith(".java");
  }

  boolean isMarkdown() {
    return path.endsWith(".md");
  }

  /// Whether tests read it as data, so that anything odd in it is intended.
  boolean isTestResource() {
    return path.contains("/src/test/resources/");
  }

  /// Its name without folders.
  String name() {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /// Its name without folders and extension.
  String stem() {
    String name = name();
    int dot = name.indexOf('.');
    return dot < 0 ? name : name.substring(0, dot);
  }
}
