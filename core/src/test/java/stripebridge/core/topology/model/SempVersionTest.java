package stripebridge.core.topology.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SempVersionTest {

  @Test
  void comparesNumbersAndNotTexts() {
    assertThat(new SempVersion(2, 9)).isLessThan(new SempVersion(2, 39));
    assertThat(new SempVersion(3, 0)).isGreaterThan(new SempVersion(2, 49));
  }

  @Test
  void readsWhatABrokerReports() {
    assertThat(SempVersion.parse("2.49")).contains(new SempVersion(2, 49));
    assertThat(SempVersion.parse("2.18.1")).contains(new SempVersion(2, 18));
  }

  @Test
  void refusesOtherTexts() {
    assertThat(SempVersion.parse("")).isEmpty();
    assertThat(SempVersion.parse("2")).isEmpty();
    assertThat(SempVersion.parse("2.x")).isEmpty();
    assertThat(SempVersion.parse("2.99999999999")).isEmpty();
  }
}
