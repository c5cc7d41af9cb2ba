package stripebridge.cli.provision;

/// Hears of each change that is over. Safe for many threads.
interface Progress extends AutoCloseable {
  /// Tells nobody.
  Progress SILENT = () -> {};

  void step();

  /// Gives the line back.
  @Override
  default void close() {}
}
