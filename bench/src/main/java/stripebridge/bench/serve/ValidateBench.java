package stripebridge.bench.serve;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import stripebridge.bench.Rows;
import stripebridge.bench.Samples;
import stripebridge.sandbox.SandboxBroker;
import stripebridge.sandbox.SandboxOptions;

/// Measures how long `validate` takes on a pipeline that does nothing else, and `validate
/// --sandbox`, which also starts that pipeline.
///
/// Each run is a process of its own, as in a deployment: its classes are cold. `validate` itself
/// reports the time, from its first check to its last. The time of the whole process is printed
/// beside it, since what a JVM takes to start depends on how the bridge is installed.
final class ValidateBench {
  private static final double MAX_MILLIS = 2_000;
  private static final Pattern TOOK = Pattern.compile("\"took_ms\"\\s*:\\s*(\\d+)");

  private ValidateBench() {}

  static boolean run(Path folder) throws Exception {
    Samples configured = new Samples();
    Samples inSandbox = new Samples();
    // Only the users of the topology may connect, as on a provisioned broker.
    try (SandboxBroker broker = SandboxBroker.start(SandboxOptions.defaults().withoutClient())) {
      Map<String, String> settings = settings(broker);
      double _ = CliProcess.run(folder, settings, "provision", "--yes");
      try (ServeProcess serve =
          new ServeProcess(folder.resolve("validated"), broker, settings, "-Xmx256m")) {
        String url = "http://127.0.0.1:" + serve.port();
        for (int round = -1; round < Rows.ROUNDS; round++) {
          validate(round, configured, folder, settings, "--app-url", url);
          validate(round, inSandbox, folder, Map.of(), "--sandbox");
        }
      }
    }
    return configured.below("validate, an idle pipeline", "the whole process", MAX_MILLIS)
        & inSandbox.below("validate --sandbox", "the whole process", MAX_MILLIS);
  }

  private static Map<String, String> settings(SandboxBroker broker) {
    return Map.of(
        "STRIPE_WEBHOOK_SECRET",
        Webhooks.SECRET,
        "SOLACE_HOST",
        broker.smfUri(),
        "SOLACE_VPN",
        "default",
        "SOLACE_USERNAME",
        "stripe-bridge-user",
        "SOLACE_PASSWORD",
        "password-of-the-bench",
        "SOLACE_SEMP_HOST",
        broker.sempUri(),
        "SOLACE_SEMP_USERNAME",
        broker.options().semp().username(),
        "SOLACE_SEMP_PASSWORD",
        broker.options().semp().password());
  }

  private static void validate(
      int round, Samples times, Path folder, Map<String, String> settings, String... options)
      throws Exception {
    Path report = folder.resolve("validate.json");
    List<String> args = new ArrayList<>(List.of("validate", "--report", "json=" + report));
    args.addAll(List.of(options));
    double whole = CliProcess.run(folder, settings, args.toArray(String[]::new));
    Matcher took = TOOK.matcher(Files.readString(report));
    if (!took.find()) {
      throw new IllegalStateException("the report says not how long it took");
    }
    times.add(round, Double.parseDouble(took.group(1)), whole);
  }
}
