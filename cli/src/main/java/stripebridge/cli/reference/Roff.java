package stripebridge.cli.reference;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Writes a manual page in the macros of `man(7)`, which groff and mandoc both read.
final class Roff {
  // mandoc reports longer lines; the macros themselves do not care.
  private static final int COLUMNS_MAX = 78;
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");
  private static final Pattern END_OF_SENTENCE = Pattern.compile("(?<=[a-z)`][.:;?])  ?(?=[A-Z`])");

  private final StringBuilder page = new StringBuilder();

  /// @param name of the page, in section 1
  Roff(String name) {
    page.append(".\\\" Generated from the commands by make golden.\n");
    // No date, and no version: the page changes when a command does, and only then.
    page.append(".TH ").append(argument(name.toUpperCase(Locale.ROOT)));
    page.append(" 1 \"\" stripebridge\n");
    // No hyphens that are not there, which could be copied, and no blanks between words.
    page.append(".nh\n.ad l\n");
  }

  Roff section(String heading) {
    page.append(".SH ").append(argument(heading)).append('\n');
    return this;
  }

  Roff subsection(String heading) {
    page.append(".SS ").append(argument(heading)).append('\n');
    return this;
  }

  Roff paragraph() {
    page.append(".PP\n");
    return this;
  }

  /// The next line of text is a tag, and what follows describes it.
  Roff tagged() {
    page.append(".TP\n");
    return this;
  }

  /// A line that is complete: it has its fonts and is escaped.
  Roff line(String roff) {
    page.append(guarded(roff)).append('\n');
    return this;
  }

  /// Words that have their fonts and are escaped, on as many lines as they need.
  Roff words(String roff) {
    wrapped(roff).forEach(this::line);
    return this;
  }

  /// Sentences, where `code` is bold. Each begins on a line of its own, as roff wants it.
  Roff text(String sentences) {
    for (String sentence : END_OF_SENTENCE.split(sentences.strip(), -1)) {
      words(marked(sentence));
    }
    return this;
  }

  /// Lines that stay as they are, to be copied.
  Roff verbatim(List<String> lines) {
    page.append(".RS 4\n.nf\n");
    lines.forEach(each -> line(escaped(each)));
    page.append(".fi\n.RE\n");
    return this;
  }

  String page() {
    return page.toString();
  }

  static String bold(String text) {
    return "\\fB" + escaped(text) + "\\fR";
  }

  static String italic(String text) {
    return "\\fI" + escaped(text) + "\\fR";
  }

  /// A reference to another page, as in SEE ALSO.
  static String reference(String name) {
    return bold(name) + "(1)";
  }

  /// A text that is printed as it is: a hyphen stays one that can be copied, and nothing is taken
  /// for an escape. Letters beyond ASCII have escapes too, so that the page needs no encoding.
  static String escaped(String text) {
    StringBuilder escaped = new StringBuilder();
    text.codePoints()
        .forEach(letter -> {
          switch (letter) {
            case '\\' -> escaped.append("\\e");
            case '-' -> escaped.append("\\-");
            case '\'' -> escaped.append("\\(aq");
            case '`' -> escaped.append("\\(ga");
            case '^' -> escaped.append("\\(ha");
            case '~' -> escaped.append("\\(ti");
            default -> {
              if (letter < 0x7f) {
                escaped.append((char) letter);
              } else {
                escaped.append("\\[u%04X]".formatted(letter));
              }
            }
          }
        });
    return escaped.toString();
  }

  private static String marked(String sentence) {
    StringBuilder marked = new StringBuilder();
    int at = 0;
    Matcher code = CODE.matcher(sentence);
    while (code.find()) {
      marked.append(escaped(sentence.substring(at, code.start()))).append(bold(code.group(1)));
      at = code.end();
    }
    return marked.append(escaped(sentence.substring(at))).toString();
  }

  private static List<String> wrapped(String text) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : text.split(" +", -1)) {
      if (!line.isEmpty() && line.length() + 1 + word.length() > COLUMNS_MAX) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    lines.add(line.toString());
    return lines;
  }

  /// A line that begins with one of these would be a request, and would vanish.
  private static String guarded(String line) {
    return line.startsWith(".") || line.startsWith("'") ? "\\&" + line : line;
  }

  private static String argument(String text) {
    return text.contains(" ") ? '"' + escaped(text) + '"' : escaped(text);
  }
}
