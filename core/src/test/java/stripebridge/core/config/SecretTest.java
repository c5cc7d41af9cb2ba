package stripebridge.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.Serializable;
import org.junit.jupiter.api.Test;

class SecretTest {
  @Test
  void printsAsAMaskAloneAndWithinRecords() {
    assertThat(new EndpointSecret("live", new Secret("whsec_a")))
        .hasToString("EndpointSecret[label=live, since=null, secret=***]");
    assertThat(new Secret("whsec_a")).hasToString("***");
  }

  @Test
  void revealsItsTextWhenAsked() {
    assertThat(new Secret("whsec_ä").reveal()).isEqualTo("whsec_ä");
  }

  @Test
  void equalsASecretOfTheSameText() {
    assertThat(new Secret("a")).isEqualTo(new Secret("a")).hasSameHashCodeAs(new Secret("a"));
    assertThat(new Secret("a")).isNotEqualTo(new Secret("b")).isNotEqualTo(new Secret("aa"));
  }

  @Test
  void hashesToAConstant() {
    assertThat(new Secret("a")).hasSameHashCodeAs(new Secret("b"));
  }

  @Test
  void cannotBeSerialized() {
    assertThat(Serializable.class.isAssignableFrom(Secret.class)).isFalse();
  }
}
