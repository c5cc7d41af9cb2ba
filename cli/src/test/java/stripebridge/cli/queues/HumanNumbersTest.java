package stripebridge.cli.queues;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HumanNumbersTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 | 0",
        "99999 | 99,999",
        "100000 | 100k",
        "999499 | 999k",
        "999500 | 1M",
        "1234567 | 1.2M",
        "9949999 | 9.9M",
        "9950000 | 10M",
        "9223372036854775807 | 9.2E",
      })
  void shortensCounts(long count, String text) {
    assertThat(HumanNumbers.count(count)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"0, 0 B", "999, 999 B", "1000, 1 kB", "850123, 850 kB", "5000000000, 5 GB"})
  void shortensBytes(long bytes, String text) {
    assertThat(HumanNumbers.bytes(bytes)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "PT-5S, 0s",
    "PT59.9S, 59s",
    "PT12M5S, 12m",
    "PT2H3M, 2h03m",
    "P3DT4H, 3d04h",
    "P120DT5H, 120d"
  })
  void shortensAges(Duration age, String text) {
    assertThat(HumanNumbers.age(age)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"0 | 0", "0.01 | 0.1", "2 | 2", "3.25 | 3.3", "9.96 | 10", "1200.4 | 1,200"})
  void neverRoundsASmallRateToZero(double perSecond, String text) {
    assertThat(HumanNumbers.rate(perSecond)).isEqualTo(text);
  }
}
