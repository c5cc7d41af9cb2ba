package stripebridge.cli;

import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
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
import stripebridge.cli.secret.SecretsCommand;
import stripebridge.cli.serve.ServeCommand;
import stripebridge.cli.signature.SignatureCommand;
import stripebridge.cli.trigger.TriggerCommand;
import stripebridge.cli.validate.ValidateCommand;

/// Builds the command tree and runs one command.
public final class StripebridgeCli {
  // In the order of the help.
  private static final List<String> NAMES =
      List.of(
          "envelope",
          "signature",
          "provision",
          "serve",
          "inbox",
          "secrets",
          "queues",
          "consume",
          "drain",
          "redrive",
          "trigger",
          "validate",
          "sandbox",
          "config",
          "completion");

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
            new StopRequest(),
            ReloadRequest.withoutSignal()));
  }

  /// Runs one command.
  ///
  /// @return its exit code, see [ExitCode]
  public static int run(String[] args, CliContext context) {
    int code = ExitCode.OK.value();
    if (args.length == 1 && args[0].equals("--version")) {
      // Picocli would print the same, after tens of milliseconds.
      context.out().println(Version.line());
    } else {
      code = commandLine(context, needed(args)).execute(args);
    }
    context.out().flush();
    context.err().flush();
    return code;
  }

  /// The command tree. Building it, parsing and printing help touch neither disk nor network.
  public static CommandLine commandLine(CliContext context) {
    return commandLine(context, NAMES);
  }

  /// The commands that these arguments need. Reading the options of a command costs milliseconds,
  /// and a run uses one command. All are needed where they are listed, or a name is looked for.
  static List<String> needed(String[] args) {
    for (String arg : args) {
      switch (arg) {
        case "-v", "--verbose" -> {} // The only options that may precede a command's name.
        default -> {
          return NAMES.contains(arg) ? List.of(arg) : NAMES;
        }
      }
    }
    return NAMES;
  }

  private static CommandLine commandLine(CliContext context, List<String> names) {
    RootCommand root = new RootCommand();
    CommandLine tree = new CommandLine(root);
    names.forEach(name -> tree.addSubcommand(name, command(name, context)));
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

  private static CommandLine command(String name, CliContext context) {
    return switch (name) {
      case "envelope" -> EnvelopeCommand.composed(context);
      case "signature" -> SignatureCommand.composed(context);
      case "provision" -> ProvisionCommand.composed(context);
      case "serve" -> ServeCommand.composed(context);
      case "inbox" -> InboxCommand.composed(context);
      case "secrets" -> SecretsCommand.composed(context);
      case "queues" -> QueuesCommand.composed(context);
      case "consume" -> ConsumeCommand.composed(context);
      case "drain" -> DrainCommand.composed(context);
      case "redrive" -> RedriveCommand.composed(context);
      case "trigger" -> TriggerCommand.composed(context);
      case "validate" -> ValidateCommand.composed(context);
      case "sandbox" -> SandboxCommand.composed(context);
      case "config" -> ConfigCommand.composed(context);
      case "completion" ->
          new CommandLine(new CompletionCommand(context, () -> commandLine(context)));
      default -> throw new IllegalArgumentException("there is no command " + name);
    };
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
