package stripebridge.acceptance.architecture.planted.cli.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command
class GoodCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    return 0;
  }
}
