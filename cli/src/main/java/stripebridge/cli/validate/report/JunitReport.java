package stripebridge.cli.validate.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/// Writes a report in JUnit's XML: a test case per check, with its stage as the class name.
final class JunitReport {
  private static final String SUITE = "stripebridge validate";

  private final XMLStreamWriter xml;

  private JunitReport(XMLStreamWriter xml) {
    this.xml = xml;
  }

  static void write(Report report, OutputStream out) throws IOException {
    try {
      XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(out, UTF_8.name());
      xml.writeStartDocument(UTF_8.name(), "1.0");
      new JunitReport(xml).suites(report);
      xml.writeEndDocument();
      xml.writeCharacters("\n");
      xml.close();
    } catch (XMLStreamException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private void suites(Report report) throws XMLStreamException {
    xml.writeCharacters("\n");
    xml.writeStartElement("testsuites");
    xml.writeCharacters("\n");
    xml.writeStartElement("testsuite");
    attribute("name", SUITE);
    attribute("tests", Integer.toString(report.checks().size()));
    attribute("failures", Long.toString(report.count(Check.Failed.class)));
    attribute("errors", "0");
    attribute("skipped", Long.toString(report.count(Check.Skipped.class)));
    attribute("time", seconds(report.took().toMillis()));
    attribute("timestamp", report.startedAt().truncatedTo(ChronoUnit.SECONDS).toString());
    xml.writeCharacters("\n");
    for (Check check : report.checks()) {
      testCase(check);
    }
    xml.writeEndElement();
    xml.writeCharacters("\n");
    xml.writeEndElement();
  }

  private void testCase(Check check) throws XMLStreamException {
    xml.writeStartElement("testcase");
    attribute("classname", SUITE.replace(' ', '.') + "." + check.stage().title().replace(' ', '-'));
    attribute("name", check.name());
    attribute("time", seconds(check.took().toMillis()));
    switch (check.result()) {
      case Check.Passed(String seen, List<String> notes) -> {
        String text = String.join("\n", lines(seen, notes));
        if (!text.isEmpty()) {
          xml.writeStartElement("system-out");
          xml.writeCharacters(legal(text));
          xml.writeEndElement();
        }
      }
      case Check.Failed(List<String> seen, String next) -> {
        xml.writeStartElement("failure");
        attribute("type", "validation");
        attribute("message", seen.getFirst());
        xml.writeCharacters(legal(String.join("\n", seen) + "\nnext: " + next));
        xml.writeEndElement();
      }
      case Check.Skipped(String reason) -> {
        xml.writeStartElement("skipped");
        attribute("message", reason);
        xml.writeEndElement();
      }
    }
    xml.writeEndElement();
    xml.writeCharacters("\n");
  }

  private static List<String> lines(String seen, List<String> notes) {
    List<String> lines = new ArrayList<>();
    if (!seen.isEmpty()) {
      lines.add(seen);
    }
    notes.forEach(note -> lines.add("note: " + note));
    return lines;
  }

  private void attribute(String name, String value) throws XMLStreamException {
    xml.writeAttribute(name, legal(value));
  }

  /// XML 1.0 cannot represent most control characters.
  private static String legal(String text) {
    StringBuilder legal = new StringBuilder(text.length());
    text.codePoints().map(c -> isLegal(c) ? c : '\ufffd').forEach(legal::appendCodePoint);
    return legal.toString();
  }

  private static boolean isLegal(int c) {
    return c == '\t'
        || c == '\n'
        || (c >= 0x20 && c <= 0xd7ff)
        || (c >= 0xe000 && c <= 0xfffd)
        || c >= 0x10000;
  }

  private static String seconds(long millis) {
    return String.format(Locale.ROOT, "%d.%03d", millis / 1_000, millis % 1_000);
  }
}
