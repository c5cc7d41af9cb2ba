package stripebridge.cli.validate.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import stripebridge.cli.validate.report.CounterLine.Verdict;

class ReportFilesTest {
  private static final Report REPORT =
      new Report(
          "abc",
          "http://127.0.0.1:8080",
          Instant.parse("2026-11-21T08:00:00Z"),
          Duration.ofMillis(1_234),
          List.of(
              new Check(
                  Stage.SERVICE,
                  "GET /health",
                  new Check.Passed("200", List.of("slow")),
                  Duration.ofMillis(5)),
              new Check(
                  Stage.EVENTS,
                  "payout.failed",
                  new Check.Failed(
                      List.of("it is not on a|b <q> \u0001", "nor there"), "look & see"),
                  Duration.ofMillis(10_000)),
              new Check(
                  Stage.DEAD_MESSAGES,
                  "a rejected message",
                  new Check.Skipped("--no-semp"),
                  Duration.ZERO)),
          List.of(new CounterLine("a acked", 1, 2, 2, Verdict.SHORT)),
          List.of(new CounterLine("a{t=\"x\",status=\"acked\"}", 1, 2, 2, Verdict.SHORT)),
          List.of(
              new Report.Event(
                  "evt_e2e_abc_1",
                  "payout.failed",
                  "stripe/webhook/v1/payout/failed/acct_e2e",
                  List.of("stripe.all.inbound"),
                  Optional.of(Duration.ofMillis(12)))));

  private static String written(ReportFiles.Format format) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    format.write(REPORT, out);
    return out.toString(UTF_8);
  }

  @Test
  void writesJunitXml() throws Exception {
    Document document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(written(ReportFiles.Format.JUNIT).getBytes(UTF_8)));
    Element suite = (Element) document.getElementsByTagName("testsuite").item(0);
    assertThat(suite.getAttribute("tests")).isEqualTo("3");
    assertThat(suite.getAttribute("failures")).isEqualTo("1");
    assertThat(suite.getAttribute("skipped")).isEqualTo("1");
    assertThat(suite.getAttribute("time")).isEqualTo("1.234");
    Element failed = (Element) suite.getElementsByTagName("testcase").item(1);
    assertThat(failed.getAttribute("classname")).isEqualTo("stripebridge.validate.Events");
    assertThat(failed.getAttribute("time")).isEqualTo("10.000");
    Element failure = (Element) failed.getElementsByTagName("failure").item(0);
    assertThat(failure.getAttribute("message")).isEqualTo("it is not on a|b <q> \ufffd");
    assertThat(failure.getTextContent())
        .isEqualTo("it is not on a|b <q> \ufffd\nnor there\nnext: look & see");
  }

  @Test
  void writesEverythingAsJson() throws Exception {
    assertThat(written(ReportFiles.Format.JSON))
        .contains("\"passed\" : false", "\"failed\" : 1", "\"p95\" : 12.0")
        .contains("\"stage\" : \"dead_messages\"", "\"reason\" : \"--no-semp\"")
        .contains("\"metric\" : \"a{t=\\\"x\\\",status=\\\"acked\\\"}\"", "\"verdict\" : \"short\"")
        .endsWith("}\n");
  }

  @Test
  void writesMarkdown() throws Exception {
    assertThat(written(ReportFiles.Format.MD))
        .isEqualTo(
            """
            # Validation failed

            http://127.0.0.1:8080, run `abc`, 2026-11-21T08:00:00Z: 1 passed, 1 failed, 1 not checked.

            ## Service

            | | check | seen |
            | --- | --- | --- |
            | ✓ | GET /health | 200<br>note: slow |

            ## Events

            | | check | seen |
            | --- | --- | --- |
            | ✗ | payout.failed | it is not on a\\|b &lt;q&gt; \u0001<br>nor there\
            <br>next: look & see |

            ## Dead messages

            | | check | seen |
            | --- | --- | --- |
            | - | a rejected message | not checked, --no-semp |

            | metric | before | after | expected | verdict |
            | --- | ---: | ---: | ---: | --- |
            | `a acked` | 1 | 2 | +2 | too few |

            Latency from webhook to queue: avg 12 ms, p50 12 ms, p95 12 ms, max 12 ms.
            """);
  }
}
