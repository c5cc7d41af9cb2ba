package stripebridge.acceptance.architecture.planted.cli.command;

class Leaves {
  void leave() {
    Runtime.getRuntime().halt(0);
  }
}
