package stripebridge.cli.provision;

/// Shows the progress of a run. Thread-safe.
interface Progress extends AutoCloseable {
  /// Shows nothing.
  Progress SILENT = () -> {};

  /// One more change is made.
  void step();

  /// Clears the line.
  @Override
  default void close() {}
}
