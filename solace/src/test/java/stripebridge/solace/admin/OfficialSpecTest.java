package stripebridge.solace.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OfficialSpecTest {
  private static final String VPN = "/SEMP/v2/config/msgVpns/default";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      emptyValue = "",
      value = {
        "GET|/SEMP/v2/config/msgVpn|''",
        "PUT|/SEMP/v2/config/msgVpns/default/queues|{}",
        "GET|/SEMP/v2/config/msgVpns/default/queues?size=1|''",
        "GET|/SEMP/v2/config/msgVpns/default/queues/a*b|''",
        "DELETE|/SEMP/v2/config/msgVpns/default/queues/q|{}",
        "POST|/SEMP/v2/config/msgVpns/default/queues|{\"queueName\":1}",
        "POST|/SEMP/v2/config/msgVpns/default/queues|{\"depth\":1}",
        "POST|/SEMP/v2/config/msgVpns/default/queues|{\"permission\":\"all\"}",
        "DELETE|/SEMP/v2/config/msgVpns/default/aclProfiles/a/publishTopicExceptions/smf%2Ct|''"
      })
  void noticesWhatTheBrokerDoesNotHave(String method, String url, String body) {
    assumeTrue(OfficialSpec.isAtHand(), "the official documents are not beside the project");
    assertThat(OfficialSpec.judge(method, url, body)).hasSize(1);
  }

  @Test
  void acceptsWhatTheBrokerHas() {
    assumeTrue(OfficialSpec.isAtHand(), "the official documents are not beside the project");
    assertThat(OfficialSpec.judge("POST", VPN + "/queues", "{\"queueName\":\"q\"}")).isEmpty();
  }
}
