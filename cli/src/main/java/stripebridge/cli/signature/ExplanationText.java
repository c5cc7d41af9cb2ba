package stripebridge.cli.signature;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.Locale;
import java.util.stream.Collectors;
import stripebridge.cli.CliContext;
import stripebridge.cli.output.Document;
import stripebridge.cli.output.OutputFormat;
import stripebridge.core.capture.CaptureExplanation;
import stripebridge.core.capture.RefusedWebhook;
import stripebridge.core.problem.Quoted;

/// Prints an explanation, for people or for programs.
final class ExplanationText {
  private static final int LINE_MAX = 200;

  private final CliContext context;
  private final OutputFormat format;

  ExplanationText(CliContext context, OutputFormat format) {
    this.context = context;
    this.format = format;
  }

  /// Something that writes members of an object.
  private interface Members {
    void write(JsonGenerator generator) throws IOException;
  }

  /// Prints why a header and a body do not fit.
  void print(CaptureExplanation explanation) {
    if (format == OutputFormat.TABLE) {
      printHead(explanation);
      printEnd(explanation);
    } else {
      document(explanation, _ -> {}).print(format, context.out());
    }
  }

  /// Prints why a captured webhook was refused, with what was captured of its way.
  void print(CaptureExplanation explanation, RefusedWebhook refused) {
    if (format == OutputFormat.TABLE) {
      printHead(explanation);
      printLine("refused", refused.reason().code() + " at " + refused.at());
      printLine("sent to", refused.endpoint() + " from " + refused.remote());
      if (!refused.secretsTried().isEmpty()) {
        printLine("tried", labels(refused));
      }
      for (RefusedWebhook.Header header : refused.headers()) {
        // A signature helps nobody who reads this.
        if (!isSignature(header)) {
          printLine("header", header.name() + ": " + header.value());
        }
      }
      printEnd(explanation);
    } else {
      document(explanation, generator -> writeCapture(refused, generator))
          .print(format, context.out());
    }
  }

  private static boolean isSignature(RefusedWebhook.Header header) {
    return header.name().equalsIgnoreCase("Stripe-Signature");
  }

  private static String labels(RefusedWebhook refused) {
    return refused.secretsTried().stream()
        .map(label -> label.isEmpty() ? "(no label)" : label)
        .collect(Collectors.joining(", "));
  }

  private void printHead(CaptureExplanation explanation) {
    printLine("verdict", explanation.verdict());
    printLine("cause", cause(explanation));
  }

  private void printLine(String name, String value) {
    context.out().printf(Locale.ROOT, "%-9s%s%n", name, Quoted.escaped(value, LINE_MAX));
  }

  private void printEnd(CaptureExplanation explanation) {
    context.out().println();
    context.out().println(explanation.sentence());
    if (explanation.hint() != null) {
      context.out().println("Next: " + explanation.hint() + ".");
    }
  }

  private static Document document(CaptureExplanation explanation, Members more) {
    return generator -> {
      generator.writeStartObject();
      generator.writeStringField("verdict", explanation.verdict());
      generator.writeStringField("cause", cause(explanation));
      generator.writeStringField("sentence", explanation.sentence());
      generator.writeStringField("hint", explanation.hint());
      more.write(generator);
      generator.writeEndObject();
    };
  }

  private static void writeCapture(RefusedWebhook refused, JsonGenerator generator)
      throws IOException {
    generator.writeObjectFieldStart("refused");
    generator.writeStringField("at", refused.at().toString());
    generator.writeStringField("reason", refused.reason().code());
    generator.writeStringField("endpoint", refused.endpoint());
    generator.writeStringField("remote", refused.remote());
    generator.writeArrayFieldStart("secrets_tried");
    for (String label : refused.secretsTried()) {
      generator.writeString(label);
    }
    generator.writeEndArray();
    generator.writeObjectFieldStart("headers");
    for (String name :
        refused.headers().stream().map(RefusedWebhook.Header::name).distinct().toList()) {
      if (!name.equalsIgnoreCase("Stripe-Signature")) {
        generator.writeStringField(name, refused.header(name).orElse(""));
      }
    }
    generator.writeEndObject();
    generator.writeEndObject();
  }

  private static String cause(CaptureExplanation explanation) {
    return explanation.cause().name().toLowerCase(Locale.ROOT);
  }
}
