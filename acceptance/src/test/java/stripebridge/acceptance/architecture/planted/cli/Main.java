package stripebridge.acceptance.architecture.planted.cli;

/// The only class that may touch the process.
public final class Main {
  private Main() {}

  static void main(String[] args) {
    System.exit(args.length);
  }
}
