package stripebridge.cli.sandbox;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import picocli.CommandLine.TypeConversionException;
import stripebridge.cli.CommandFailure;
import stripebridge.cli.option.DurationText;
import stripebridge.core.problem.Quoted;
import stripebridge.core.problem.Suggestion;
import stripebridge.sandbox.Fault;
import stripebridge.sandbox.PublishRefusal;

/// Parses `--fault`: `outage=20s`, `reject=3:QUEUE_SHUTDOWN`.
public final class FaultOption {
  /// The syntax of one kind of fault.
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

  /// Parses one fault.
  ///
  /// @throws CommandFailure with the right syntax
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

  /// Zero frames would drop the present connections, but no client has connected yet.
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
    String[] parts = pair(value, "a count and a reason");
    return new Fault.RejectPublish(number(parts[0]), refusal(parts[1]));
  }

  private static Fault failSemp(String value) {
    String[] parts = pair(value, "a count and an HTTP status");
    return new Fault.FailSemp(number(parts[1]), number(parts[0]));
  }

  /// By JCSMP subcode or by name.
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
      throw new IllegalArgumentException("it takes " + what + " with a ':' between them");
    }
    return parts;
  }

  private static int number(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException _) {
      throw new IllegalArgumentException(Quoted.of(text) + " is not a number");
    }
  }

  private static Duration duration(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("it takes a duration");
    }
    try {
      return new DurationText().convert(text);
    } catch (TypeConversionException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static String orElse(String value, String other) {
    return value.isEmpty() ? other : value;
  }
}
