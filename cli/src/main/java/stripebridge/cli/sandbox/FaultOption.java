package stripebridge.cli.sandbox;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import stripebridge.cli.CommandFailure;
import stripebridge.core.problem.Quoted;
import stripebridge.core.problem.Suggestion;
import stripebridge.sandbox.Fault;
import stripebridge.sandbox.PublishRefusal;

/// A fault as `--fault` names it: `outage=20s`, `reject=3:QUEUE_SHUTDOWN`.
public final class FaultOption {
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m)");

  /// How one kind is written, and read.
  private record Form(String example, Function<String, Fault> fault) {}

  private static final Map<String, Form> FORMS =
      new TreeMap<>(
          Map.of(
              "refuse-login",
              new Form(
                  "refuse-login=2",
                  times ->
                      new Fault.RefuseLogin(
                          503, "Service Unavailable", number(orElse(times, "1")))),
              "drop-connections",
              new Form(
                  "drop-connections=100", frames -> new Fault.DropConnection(framesBefore(frames))),
              "outage",
              new Form("outage=20s", duration -> new Fault.Outage(duration(duration))),
              "stall-acks",
              new Form("stall-acks", FaultOption::stallAcks),
              "slow-acks",
              new Form("slow-acks=200ms", delay -> new Fault.SlowAcks(duration(delay))),
              "reject",
              new Form("reject=3:QUEUE_SHUTDOWN", FaultOption::rejectPublish),
              "fail-semp",
              new Form("fail-semp=3:503", FaultOption::failSemp),
              "slow-semp",
              new Form("slow-semp=2s", delay -> new Fault.SlowSemp(duration(delay)))));

  private FaultOption() {}

  /// Reads one.
  ///
  /// @throws CommandFailure saying how it would have to be written
  public static Fault parse(String text) {
    int equals = text.indexOf('=');
    String name = equals < 0 ? text : text.substring(0, equals);
    Form form = FORMS.get(name);
    if (form == null) {
      throw CommandFailure.usage(
          "there is no fault " + Quoted.of(name),
          Suggestion.nearest(name, FORMS.keySet())
              .map(nearest -> "did you mean '" + nearest + "'?")
              .orElse("there are " + String.join(", ", FORMS.keySet())));
    }
    try {
      return form.fault().apply(equals < 0 ? "" : text.substring(equals + 1));
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(
          "cannot read the fault " + Quoted.of(text) + ": " + e.getMessage(),
          "write it as in '--fault " + form.example() + "'");
    }
  }

  /// None would drop what is connected now, which is nobody yet.
  private static int framesBefore(String value) {
    int frames = number(value);
    if (frames == 0) {
      throw new IllegalArgumentException("at the start there is no connection to drop");
    }
    return frames;
  }

  private static Fault stallAcks(String value) {
    if (!value.isEmpty()) {
      throw new IllegalArgumentException("it takes no value");
    }
    return new Fault.StallAcks();
  }

  private static Fault rejectPublish(String value) {
    String[] parts = pair(value, "how many, and why");
    return new Fault.RejectPublish(number(parts[0]), refusal(parts[1]));
  }

  private static Fault failSemp(String value) {
    String[] parts = pair(value, "how many, and the HTTP status");
    return new Fault.FailSemp(number(parts[1]), number(parts[0]));
  }

  /// By number, as the broker's documentation lists them, or by name.
  private static PublishRefusal refusal(String text) {
    if (text.matches("[0-9]+")) {
      return PublishRefusal.ofSubcode(number(text));
    }
    String name = text.toUpperCase(Locale.ROOT).replace('-', '_');
    for (PublishRefusal refusal : PublishRefusal.values()) {
      if (refusal.name().equals(name)) {
        return refusal;
      }
    }
    throw new IllegalArgumentException(
        "there is no refusal %s, only %s"
            .formatted(Quoted.of(text), Arrays.toString(PublishRefusal.values())));
  }

  private static String[] pair(String value, String what) {
    String[] parts = value.split(":", -1);
    if (parts.length != 2) {
      throw new IllegalArgumentException("it takes " + what + ", with a ':' between them");
    }
    return parts;
  }

  private static int number(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException _) {
      throw new IllegalArgumentException(Quoted.of(text) + " is no number");
    }
  }

  private static Duration duration(String text) {
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          text.isEmpty()
              ? "it takes a time"
              : Quoted.of(text) + " is no time such as 500ms or 20s");
    }
    long amount = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(amount);
      case "s" -> Duration.ofSeconds(amount);
      default -> Duration.ofMinutes(amount);
    };
  }

  private static String orElse(String value, String other) {
    return value.isEmpty() ? other : value;
  }
}
