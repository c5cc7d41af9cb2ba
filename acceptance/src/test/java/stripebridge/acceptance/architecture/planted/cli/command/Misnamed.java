package stripebridge.acceptance.architecture.planted.cli.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command
class Misnamed implements Callable<Integer> {
  @Override
  public Integer call() {
    return 0;
  }
}
