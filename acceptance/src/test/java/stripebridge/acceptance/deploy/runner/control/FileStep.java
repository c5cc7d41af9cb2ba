package stripebridge.acceptance.deploy.runner.control;

/// One change in the folder of a ConfigMap or Secret. All paths are relative to that folder.
public sealed interface FileStep {
  /// Make a folder.
  record MakeFolder(String name) implements FileStep {}

  /// Write a new file with the content that is wanted, and the folders that it is in.
  ///
  /// @param folder made before
  /// @param path in it, as in what is wanted
  record Write(String folder, String path) implements FileStep {}

  /// Make a symbolic link.
  record Link(String name, String target) implements FileStep {}

  /// Rename a link, in place of one that has the other name.
  record Rename(String from, String to) implements FileStep {}

  /// Remove a link.
  record Unlink(String name) implements FileStep {}

  /// Remove a folder with its content.
  record RemoveFolder(String name) implements FileStep {}
}
