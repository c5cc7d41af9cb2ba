package stripebridge.cli.trigger;

import java.util.EnumSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import stripebridge.cli.option.OptionText;
import stripebridge.core.problem.Quoted;

/// The options of `trigger` that say how generated webhooks are posted.
final class SendingOptions {
  private static final Set<Tamper> TAMPERS = EnumSet.complementOf(EnumSet.of(Tamper.NOTHING));
  // As many connections as a process may usually have open, with some left.
  private static final int CONCURRENCY_MAX = 1_000;
  // At 2,000 a second, each answer may take 128 ms before the rate drops.
  private static final int CONCURRENCY_AT_RATE = 256;

  @Option(
      names = "--rate",
      paramLabel = "NUMBER",
      description = OptionText.RATE + "; each once the previous one is answered by default.")
  private @Nullable Double rate;

  @Option(
      names = "--concurrency",
      paramLabel = "COUNT",
      description =
          "Let at most this many wait for an answer at a time; "
              + CONCURRENCY_AT_RATE
              + " with --rate, else 1 by default.")
  private @Nullable Integer concurrency;

  @Option(
      names = "--duplicate",
      paramLabel = "COUNT",
      defaultValue = "0",
      description = "Send each event this many more times; each must be answered as a duplicate.")
  private int duplicate;

  @Option(
      names = "--tamper",
      paramLabel = "WHAT",
      completionCandidates = Tampers.class,
      description = "Break the signature, body or timestamp; the answer must be 400.")
  private @Nullable String tamper;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  /// Which of these options are used, by name.
  Map<String, Boolean> given() {
    Map<String, Boolean> given = new LinkedHashMap<>();
    given.put("--rate", rate != null);
    given.put("--concurrency", concurrency != null);
    given.put("--duplicate", duplicate != 0);
    given.put("--tamper", tamper != null);
    return given;
  }

  /// @throws ParameterException when a number is out of range
  void check() {
    if (duplicate < 0) {
      throw wrong("--duplicate takes a number from 0");
    }
    if (rate != null && !(rate >= 0.001 && rate <= 100_000)) {
      throw wrong("--rate takes a number from 0.001 to 100000");
    }
    if (concurrency != null && (concurrency < 1 || concurrency > CONCURRENCY_MAX)) {
      throw wrong("--concurrency takes a number from 1 to " + CONCURRENCY_MAX);
    }
  }

  int duplicates() {
    return duplicate;
  }

  Pace pace() {
    int usual = rate == null ? 1 : CONCURRENCY_AT_RATE;
    return new Pace(rate == null ? 0 : rate, concurrency == null ? usual : concurrency);
  }

  /// @throws ParameterException when there is no such way to tamper
  Tamper tampering() {
    if (tamper == null) {
      return Tamper.NOTHING;
    }
    for (Tamper each : TAMPERS) {
      if (each.toString().equals(tamper)) {
        return each;
      }
    }
    throw wrong("--tamper takes signature, body or timestamp, not " + Quoted.of(tamper));
  }

  private ParameterException wrong(String what) {
    return new ParameterException(spec.commandLine(), what);
  }

  /// The values of `--tamper`.
  static final class Tampers implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return TAMPERS.stream().map(Tamper::toString).iterator();
    }
  }
}
