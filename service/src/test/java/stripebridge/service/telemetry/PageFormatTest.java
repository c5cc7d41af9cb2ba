package stripebridge.service.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static stripebridge.service.telemetry.PageFormat.OPEN_METRICS;
import static stripebridge.service.telemetry.PageFormat.TEXT;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PageFormatTest {
  private static final String OPEN = "application/openmetrics-text";

  /// As in the scrapers' sources: 2.42, 2.53, 3.0, 3.5, and 3.5 for native histograms.
  @ParameterizedTest
  @ValueSource(
      strings = {
        OPEN
            + ";version=1.0.0,"
            + OPEN
            + ";version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
        OPEN
            + ";version=1.0.0;q=0.5,"
            + OPEN
            + ";version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
        OPEN
            + ";version=1.0.0;escaping=allow-utf-8;q=0.6,"
            + OPEN
            + ";version=0.0.1;escaping=allow-utf-8;q=0.5,"
            + "text/plain;version=1.0.0;escaping=allow-utf-8;escaping=allow-utf-8;q=0.4,"
            + "text/plain;version=0.0.4;escaping=allow-utf-8;q=0.3,*/*;q=0.2",
        OPEN
            + ";version=1.0.0;escaping=allow-utf-8;q=0.6,"
            + OPEN
            + ";version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,"
            + "text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
        "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;"
            + "encoding=delimited;q=0.6,"
            + OPEN
            + ";version=1.0.0;escaping=allow-utf-8;q=0.5,"
            + OPEN
            + ";version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,"
            + "text/plain;version=0.0.4;q=0.2,*/*;q=0.1"
      })
  void isOpenMetricsForPrometheus(String accept) {
    assertThat(PageFormat.requested(accept)).isEqualTo(OPEN_METRICS);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # A Prometheus with scrape_protocols: [PrometheusText0.0.4, OpenMetricsText1.0.0].
          text/plain;version=0.0.4;q=0.5,OPEN;version=1.0.0;q=0.4,*/*;q=0.3 | TEXT
          # Only weights count, not the order.
          text/plain;q=0.3, OPEN;q=0.5                         | OPEN_METRICS
          OPEN;q=0.3, text/plain;q=0.5                         | TEXT
          OPEN;q=0.001, text/plain;q=0                         | OPEN_METRICS
          # A weight of 0 refuses.
          OPEN;q=0                                             | TEXT
          OPEN;q=0.000, */*                                    | TEXT
          */*, text/plain;q=0                                  | OPEN_METRICS
          OPEN;q=0, text/plain;q=0                             | TEXT
          # The closest range counts, whatever its weight.
          OPEN;version=1.0.0;q=0.1, OPEN, text/plain;q=0.5     | TEXT
          text/*;q=0.9, text/plain;q=0.1, OPEN;q=0.5           | OPEN_METRICS
          application/*, text/plain;q=0.9                      | OPEN_METRICS
          application/*;q=0.2, */*;q=0.3                       | TEXT
          # With the same weight, the closer range, then the first.
          OPEN, */*                                            | OPEN_METRICS
          */*, OPEN                                            | OPEN_METRICS
          */*                                                  | TEXT
          OPEN, text/plain                                     | OPEN_METRICS
          text/plain, OPEN                                     | TEXT
          # Versions that we do not write.
          OPEN;version=0.0.1                                   | TEXT
          OPEN;version=2.0.0, text/plain;q=0.1                 | TEXT
          OPEN;q=0.2, text/plain;version=1.0.0                 | OPEN_METRICS
          # Other parameters, cases, blanks and quotes.
          OPEN ; Version="1.0.0" ; CHARSET=UTF-8 ; Q=1         | OPEN_METRICS
          OPEN;version="1.0\\.0"                               | OPEN_METRICS
          OPEN;charset=latin1                                  | TEXT
          OPEN;level=1                                         | TEXT
          Application/OpenMetrics-Text                         | OPEN_METRICS
          OPEN;;q=1;                                           | OPEN_METRICS
          # Other types, and types that only contain the name.
          application/json, text/html;q=0.5                    | TEXT
          OPENX                                                | TEXT
          text/html;note="OPEN"                                | TEXT
          text/html;note="a,OPEN"                              | TEXT
          # What is broken does not hide the rest.
          OPEN;q=2                                             | TEXT
          OPEN;q=-1                                            | TEXT
          OPEN;q=0.1234                                        | TEXT
          OPEN;q=                                              | TEXT
          OPEN;version                                         | TEXT
          */openmetrics-text                                   | TEXT
          /, ;q=1,, OPEN                                       | OPEN_METRICS
          OPEN, text/plain;a="b                                | OPEN_METRICS
          """)
  void isThePreferredOne(String accept, PageFormat format) {
    assertThat(PageFormat.requested(accept.replace("OPEN", OPEN))).isEqualTo(format);
  }

  @Test
  void isTextWithoutAHeader() {
    assertThat(PageFormat.requested("")).isEqualTo(TEXT);
  }

  /// Neither the stack nor the time grows with what an unknown client sends.
  @Test
  void survivesAnyHeader() {
    for (String part :
        new String[] {",", ";", "\"", "\\", "\"\\", "a/b;", "a/b;c=\"", " ", "\t;"}) {
      assertThat(PageFormat.requested(part.repeat(16 << 10))).isEqualTo(TEXT);
    }
  }
}
