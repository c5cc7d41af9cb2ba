package stripebridge.cli.provision;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.cli.CliContext;
import stripebridge.cli.ExitCode;
import stripebridge.cli.ReloadRequest;
import stripebridge.cli.StopRequest;
import stripebridge.cli.option.SecretVariables;
import stripebridge.cli.option.SettingOptions;
import stripebridge.cli.output.OutputFormat;
import stripebridge.core.config.Secret;
import stripebridge.core.config.SempSettings;
import stripebridge.core.config.TlsTrust;
import stripebridge.core.topology.model.BrokerObjects;
import stripebridge.core.topology.model.Topology;
import stripebridge.core.topology.yaml.TopologyReader;

class ProvisionRunTest {
  @TempDir private Path folder;

  /// Detects a broker that confirms changes and makes none.
  @Test
  void trustsOnlyWhatItReadsBack() throws InterruptedException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    CliContext context =
        new CliContext(
            Map.of(),
            folder,
            InputStream.nullInputStream(),
            new PrintStream(out, true, UTF_8),
            new PrintStream(err, true, UTF_8),
            false,
            InstantSource.system(),
            new StopRequest(),
            ReloadRequest.withoutSignal());
    BrokerObjects now =
        TopologyReader.read("b", "version: 1\nqueues: { q: { maxTtl: 7 } }\n").objects();
    Topology wanted = TopologyReader.read("t", "version: 1\nqueues: { q: { maxTtl: 9 }, r: {} }\n");
    SempSettings broker =
        new SempSettings(
            URI.create("http://b"),
            "v",
            new SempSettings.Credentials.Basic("admin", new Secret("admin")),
            TlsTrust.of("", new Secret("")));
    ExitCode code =
        new ProvisionRun(
                context,
                new ScriptedAdmin(now),
                new ProvisionRequest(
                    ProvisionRequest.Mode.APPLY,
                    false,
                    false,
                    false,
                    false,
                    false,
                    false,
                    false,
                    OutputFormat.TABLE),
                new SecretVariables(context, SettingOptions.of().reader(context)),
                broker,
                0)
            .run(wanted);

    assertThat(code).isEqualTo(ExitCode.DIFFERENCES);
    assertThat(err.toString(UTF_8))
        .isEqualTo(
            """
            error: queue q was updated, but reads back with maxTtl 7 → 9
            error: queue r was created, but does not read back that way
            partly done: 0 changes made, 2 not; run the command again for the rest
            """);
    assertThat(out.toString(UTF_8)).endsWith("\n2 failed.\n");
  }
}
