package stripebridge.cli.consume;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import stripebridge.cli.output.Ink;
import stripebridge.core.broker.Payload;
import stripebridge.core.json.Json;

/// Formats a payload for people: JSON is indented, maps and streams become JSON, anything else
/// stays as it is.
final class PayloadText {
  private static final JsonFactory FACTORY = new JsonFactory();
  private static final Pattern FIELD = Pattern.compile("^( *)(\"(?:[^\"\\\\]|\\\\.)*+\")(:.*)$");

  private final VisibleText visible;
  private final Ink ink;

  PayloadText(VisibleText visible, Ink ink) {
    this.visible = visible;
    this.ink = ink;
  }

  List<String> lines(Payload payload) {
    List<String> lines = new ArrayList<>();
    if (payload.structure() != null) {
      lines.addAll(content(Structure.json(payload.structure())));
    } else if (payload.content().length > 0) {
      lines.addAll(content(payload.content()));
    }
    byte[] other = payload.other();
    if (other.length > 0) {
      lines.add(ink.faint(payload.kind() == Payload.Kind.XML ? "(attached:)" : "(XML content:)"));
      lines.addAll(content(other));
    }
    return lines;
  }

  private List<String> content(byte[] bytes) {
    return indented(bytes)
        .map(json -> visible.lines(json).stream().map(this::colored).toList())
        .orElseGet(() -> visible.lines(bytes));
  }

  private String colored(String line) {
    if (!ink.on()) {
      return line;
    }
    Matcher field = FIELD.matcher(line);
    return field.matches() ? field.group(1) + ink.cyan(field.group(2)) + field.group(3) : line;
  }

  /// A JSON object or array with a line per value; empty for anything else.
  private static Optional<String> indented(byte[] bytes) {
    byte[] document = Json.withoutByteOrderMark(bytes);
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try (JsonParser from = Json.lenientParser(document);
        JsonGenerator to = FACTORY.createGenerator(text)) {
      DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
      DefaultPrettyPrinter printer =
          new DefaultPrettyPrinter(
              Separators.createDefaultInstance()
                  .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                  .withObjectEmptySeparator("")
                  .withArrayEmptySeparator(""));
      printer.indentObjectsWith(indenter);
      printer.indentArraysWith(indenter);
      to.setPrettyPrinter(printer);
      if (from.nextToken() == null || !from.currentToken().isStructStart()) {
        return Optional.empty();
      }
      int depth = 0;
      do {
        depth +=
            from.currentToken().isStructStart() ? 1 : from.currentToken().isStructEnd() ? -1 : 0;
        // Each level indents all its lines, so the output grows with the square of the depth.
        if (depth > Json.NESTING_MAX) {
          return Optional.empty();
        }
        to.copyCurrentEventExact(from);
      } while (from.nextToken() != null && depth > 0);
      if (from.currentToken() != null) {
        return Optional.empty();
      }
    } catch (IOException _) {
      return Optional.empty();
    }
    return Optional.of(text.toString(UTF_8));
  }
}
