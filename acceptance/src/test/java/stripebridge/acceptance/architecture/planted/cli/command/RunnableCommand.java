package stripebridge.acceptance.architecture.planted.cli.command;

import picocli.CommandLine.Command;

@Command
class RunnableCommand implements Runnable {
  @Override
  public void run() {}
}
