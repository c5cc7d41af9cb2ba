package stripebridge.cli.signature;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import stripebridge.cli.CliContext;

/// `stripebridge signature`: the parent of the commands for webhook signatures.
@Command(
    name = "signature",
    description = "Explain why webhooks were refused.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Examples:",
      "  stripebridge signature captures --capture-refused ./refused",
      "  stripebridge signature explain --header 't=…,v1=…' --body body.json"
    })
public final class SignatureCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  private SignatureCommand() {}

  /// The command with its subcommands.
  public static CommandLine composed(CliContext context) {
    return new CommandLine(new SignatureCommand())
        .addSubcommand(SignatureExplainCommand.composed(context))
        .addSubcommand(SignatureCapturesCommand.composed(context));
  }

  @Override
  public Integer call() {
    throw new CommandLine.ParameterException(spec.commandLine(), "No command given");
  }
}
