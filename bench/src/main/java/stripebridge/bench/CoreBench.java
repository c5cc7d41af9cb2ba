package stripebridge.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.stripe.model.Event;
import com.stripe.net.Webhook;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import stripebridge.core.config.EndpointSecret;
import stripebridge.core.config.Secret;
import stripebridge.core.event.EventReader;
import stripebridge.core.event.EventReading;
import stripebridge.core.event.StripeEvent;
import stripebridge.core.normalization.Envelope;
import stripebridge.core.normalization.Normalization;
import stripebridge.core.normalization.Normalizer;
import stripebridge.core.normalization.Receipt;
import stripebridge.core.signature.SignatureVerifier;

/// Measures what one webhook costs in `core`, compared with the minimum and with Stripe's own
/// library.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CoreBench {
  private static final String SECRET = "whsec_measured";
  private static final Path EVENT =
      Path.of("core/src/test/resources/events/charge.succeeded.2020-08-27.json");

  private final JsonFactory json = new JsonFactory();
  private final ObjectMapper mapper = new ObjectMapper();
  private byte[] body = new byte[0];
  private String header = "";
  private byte[] timestamp = new byte[0];
  private Instant now = Instant.EPOCH;
  private SignatureVerifier verifier;
  private StripeEvent event;
  private Receipt receipt;
  private Mac mac;

  /// Reads the event and signs it.
  @Setup
  public void prepare() throws Exception {
    body = Files.readAllBytes(EVENT);
    now = Instant.now();
    header =
        Webhook.Signature.generateSignatureHeader(
            new String(body, UTF_8), SECRET, now.getEpochSecond());
    timestamp = Long.toString(now.getEpochSecond()).getBytes(US_ASCII);
    verifier =
        new SignatureVerifier(
            List.of(new EndpointSecret(null, new Secret(SECRET))), SignatureVerifier.TOLERANCE);
    event = ((EventReading.Identified) EventReader.read(body)).event();
    receipt = new Receipt(now, "acct_measured", "0", new UUID(1, 2));
    mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(SECRET.getBytes(UTF_8), "HmacSHA256"));
  }

  /// The minimum for any bridge: one HMAC and one pass over the JSON.
  @Benchmark
  public byte[] acceptFloor(Blackhole blackhole) throws Exception {
    mac.update(timestamp);
    mac.update((byte) '.');
    byte[] signature = mac.doFinal(body);
    pass(blackhole);
    return signature;
  }

  private void pass(Blackhole blackhole) throws Exception {
    try (JsonParser parser = json.createParser(body)) {
      while (parser.nextToken() != null) {
        blackhole.consume(parser.currentToken());
      }
    }
  }

  /// Ours: verify the signature and read the event.
  @Benchmark
  public Object acceptOurs(Blackhole blackhole) {
    blackhole.consume(verifier.verify(header, body, now));
    return EventReader.read(body);
  }

  /// Stripe's library: verify the signature and read the event.
  @Benchmark
  public Event acceptStripe() throws Exception {
    return Webhook.constructEvent(new String(body, UTF_8), header, SECRET);
  }

  /// What any bridge that rebuilds the document does: parse it and write it.
  @Benchmark
  public byte[] envelopeFloor() throws Exception {
    JsonNode tree = mapper.readTree(body);
    return mapper.writeValueAsBytes(tree);
  }

  /// Ours: check the document and join the envelope.
  @Benchmark
  public byte[] envelopeOurs() {
    return switch (Normalizer.normalize(event, body, receipt)) {
      case Normalization.Normalized(Envelope envelope) -> envelope.toJson();
      case Normalization.Unreadable(String reason) -> throw new IllegalStateException(reason);
    };
  }

  /// Runs all benchmarks in one run, and prints the ratios that the project promises.
  public static void main(String[] args) throws Exception {
    Options options =
        new OptionsBuilder()
            .include(CoreBench.class.getName())
            .forks(3)
            .warmupIterations(3)
            .warmupTime(TimeValue.seconds(1))
            .measurementIterations(5)
            .measurementTime(TimeValue.seconds(1))
            .build();
    Map<String, Double> nanos = new TreeMap<>();
    for (RunResult result : new Runner(options).run()) {
      String name = result.getParams().getBenchmark().replaceFirst(".*\\.", "");
      nanos.put(name, result.getPrimaryResult().getStatistics().getPercentile(50));
    }
    System.out.printf("%nMedians, body of %d bytes%n", Files.size(EVENT));
    nanos.forEach((name, value) -> System.out.printf("  %-14s %8.0f ns%n", name, value));
    boolean passed =
        ratio(nanos, "acceptOurs", "acceptFloor", 1.5)
            & ratio(nanos, "acceptOurs", "acceptStripe", 0.25)
            & ratio(nanos, "envelopeOurs", "envelopeFloor", 2.5);
    System.exit(passed ? 0 : 1);
  }

  private static boolean ratio(Map<String, Double> nanos, String ours, String other, double most) {
    double ratio = nanos.get(ours) / nanos.get(other);
    boolean passed = ratio <= most;
    System.out.printf(
        "  %s / %s = %.2f (at most %.2f) %s%n", ours, other, ratio, most, passed ? "ok" : "MISSED");
    return passed;
  }
}
