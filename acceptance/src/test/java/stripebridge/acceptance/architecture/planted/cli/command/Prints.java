package stripebridge.acceptance.architecture.planted.cli.command;

class Prints {
  void print(Exception failure) {
    failure.printStackTrace();
  }
}
