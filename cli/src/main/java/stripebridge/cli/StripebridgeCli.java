package stripebridge.cli;

import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import picocli.CommandLine;
import stripebridge.cli.completion.CompletionCommand;
import stripebridge.cli.config.ConfigCommand;
import stripebridge.cli.consume.ConsumeCommand;
import stripebridge.cli.drain.DrainCommand;
import stripebridge.cli.envelope.EnvelopeCommand;
import stripebridge.cli.inbox.InboxCommand;
import stripebridge.cli.option.HiddenAlias;
import stripebridge.cli.provision.ProvisionCommand;
import stripebridge.cli.queues.QueuesCommand;
import stripebridge.cli.redrive.RedriveCommand;
import stripebridge.cli.sandbox.SandboxCommand;
import stripebridge.cli.serve.ServeCommand;
import stripebridge.cli.signature.SignatureCommand;
import stripebridge.cli.trigger.TriggerCommand;
import stripebridge.cli.validate.ValidateCommand;

/// Builds the command tree and runs one command.
public final class StripebridgeCli {
  private StripebridgeCli() {}

  /// Runs one command without a terminal, as a script would.
  public static int run(
      String[] args,
      Map<String, String> environment,
      Path workingDirectory,
      InputStream in,
      PrintStream out,
      PrintStream err) {
    return run(
        args,
        new CliContext(
            environment,
            workingDirectory,
            in,
            out,
            err,
            false,
            InstantSource.system(),
            new StopRequest()));
  }

  /// Runs one command.
  ///
  /// @return its exit code, see [ExitCode]
  public static int run(String[] args, CliContext context) {
    int code = commandLine(context).execute(args);
    context.out().flush();
    context.err().flush();
    return code;
  }

  /// The command tree. Building it, parsing and printing help touch neither disk nor network.
  public static CommandLine commandLine(CliContext context) {
    RootCommand root = new RootCommand();
    CommandLine tree =
        new CommandLine(root)
            .addSubcommand(EnvelopeCommand.composed(context))
            .addSubcommand(SignatureCommand.composed(context))
            .addSubcommand(ProvisionCommand.composed(context))
            .addSubcommand(ServeCommand.composed(context))
            .addSubcommand(InboxCommand.composed(context))
            .addSubcommand(QueuesCommand.composed(context))
            .addSubcommand(ConsumeCommand.composed(context))
            .addSubcommand(DrainCommand.composed(context))
            .addSubcommand(RedriveCommand.composed(context))
            .addSubcommand(TriggerCommand.composed(context))
            .addSubcommand(ValidateCommand.composed(context))
            .addSubcommand(SandboxCommand.composed(context))
            .addSubcommand(ConfigCommand.composed(context));
    tree.addSubcommand(new CompletionCommand(context, () -> commandLine(context)));
    layOut(tree);
    FailureReport report = new FailureReport(context);
    return tree.setOut(writer(context.out()))
        .setErr(writer(context.err()))
        .setColorScheme(
            CommandLine.Help.defaultColorScheme(
                context.color() ? CommandLine.Help.Ansi.ON : CommandLine.Help.Ansi.OFF))
        .setUsageHelpWidth(80)
        .setUsageHelpLongOptionsMaxWidth(32)
        .setAbbreviatedOptionsAllowed(false)
        .setExecutionStrategy(parsed -> {
          HiddenAlias.refuseBoth(parsed);
          return new CommandLine.RunLast().execute(parsed);
        })
        .setParameterExceptionHandler((failure, _) -> report.report(failure))
        .setExecutionExceptionHandler((failure, _, _) -> report.report(failure, root.verbose()));
  }

  /// Gives every help page the same layout.
  private static void layOut(CommandLine command) {
    command
        .getCommandSpec()
        .usageMessage()
        .abbreviateSynopsis(true)
        .descriptionHeading("%n")
        .parameterListHeading("%n")
        .optionListHeading("%nOptions:%n")
        .commandListHeading("%nCommands:%n");
    command.getSubcommands().values().forEach(StripebridgeCli::layOut);
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(stream, true, StandardCharsets.UTF_8);
  }
}
