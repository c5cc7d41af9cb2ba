package stripebridge.cli.serve;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import stripebridge.cli.CliContext;
import stripebridge.cli.option.SettingOptions;
import stripebridge.cli.option.TopologyOption;
import stripebridge.core.config.HttpSettings;
import stripebridge.core.config.ReloadableConfig;
import stripebridge.core.config.SettingGroup;
import stripebridge.core.config.TlsIdentity;
import stripebridge.core.problem.Problems;
import stripebridge.core.problem.ProblemsException;
import stripebridge.core.routing.RoutingTable;
import stripebridge.core.tls.TlsFileException;
import stripebridge.core.topology.yaml.TopologyReader;
import stripebridge.service.http.ServerTls;

/// `stripebridge serve`: the bridge itself, which runs until it is stopped.
@Command(
    name = "serve",
    description = "Run the bridge until Ctrl-C or SIGTERM: webhooks in, messages out.",
    footer = {
      "",
      "A webhook is answered with 200 once its event is in the inbox. The event is",
      "published as soon as the broker accepts it, however long that takes. Standard",
      "output is the log, one line for each log event. On a stop, serve answers",
      "webhooks with 503, waits for in-flight publishes, and leaves the rest in the",
      "inbox for the next start.",
      "",
      "Examples:",
      "  stripebridge serve",
      "  stripebridge serve --app-port 9090 --log-format text"
    })
public final class ServeCommand implements Callable<Integer> {
  private static final Set<SettingGroup> GROUPS =
      EnumSet.of(
          SettingGroup.WEBHOOK,
          SettingGroup.MESSAGE,
          SettingGroup.SOLACE,
          SettingGroup.HTTP,
          SettingGroup.LOG,
          SettingGroup.CAPTURE,
          SettingGroup.INBOX,
          SettingGroup.RELAY);

  @Mixin private TopologyOption topology;

  private final CliContext context;
  private final SettingOptions settings =
      SettingOptions.ofGroups(GROUPS.toArray(SettingGroup[]::new));

  private ServeCommand(CliContext context) {
    this.context = context;
  }

  /// The command with the options of the settings it needs.
  public static CommandLine composed(CliContext context) {
    ServeCommand command = new ServeCommand(context);
    return command.settings.addTo(new CommandLine(command));
  }

  @Override
  public Integer call() throws InterruptedException {
    return new ServeRun(context, read()).run().value();
  }

  /// Reads and checks everything that is configured, and reports all problems at once.
  private ServeSetup read() {
    Problems problems = new Problems();
    Optional<ReloadableConfig> config = tried(problems, () -> settings.reloadable(context, GROUPS));
    TopologyOption.Source source = topology.source(context);
    Optional<RoutingTable> routes =
        tried(problems, () -> TopologyReader.read(source.name(), source.text()).routing());
    Optional<TlsIdentity.Pem> pem = config.flatMap(found -> pem(found.current().http()));
    Optional<CertificateFiles> certificate = pem.map(it -> CertificateFiles.first(context, it));
    Optional<ServerTls> tls =
        certificate.flatMap(
            files -> tried(problems, () -> tls(files, config.orElseThrow().current().http())));
    problems.throwIfAny("the configuration");
    return new ServeSetup(
        config.orElseThrow(),
        source,
        routes.orElseThrow(),
        certificate.filter(_ -> CertificateFiles.areRepeatable(context, pem.orElseThrow())),
        tls);
  }

  private static <T> Optional<T> tried(Problems problems, Callable<T> reading) {
    try {
      return Optional.of(reading.call());
    } catch (ProblemsException e) {
      problems.addAll(e.problems());
      return Optional.empty();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("reading throws nothing else", e);
    }
  }

  private static Optional<TlsIdentity.Pem> pem(HttpSettings http) {
    return http.identity() instanceof TlsIdentity.Pem pem ? Optional.of(pem) : Optional.empty();
  }

  private ServerTls tls(CertificateFiles files, HttpSettings http) {
    TlsIdentity.Pem pem = pem(http).orElseThrow();
    TlsIdentity.Pem absolute =
        new TlsIdentity.Pem(
            context.workingDirectory().resolve(pem.certificatePath()).toString(),
            context.workingDirectory().resolve(pem.keyPath()).toString());
    try {
      return files.tls(absolute);
    } catch (TlsFileException e) {
      Problems problems = new Problems();
      problems.add("APP_TLS_CERT_PATH, APP_TLS_KEY_PATH", String.valueOf(e.getMessage()));
      throw new ProblemsException("the configuration", problems.found());
    }
  }
}
