package stripebridge.semp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import stripebridge.semp.config.ApiClient;
import stripebridge.semp.config.ApiException;
import stripebridge.semp.config.ConfigApi;

class GeneratedClientTest {
  private final ConfigApi api = new ConfigApi(new ApiClient().setBasePath("http://localhost"));

  @Test
  void leavesTheCommaOfACompositeNameAsItIs() throws ApiException {
    assertThat(
            api.deleteMsgVpnAclProfilePublishTopicExceptionCall("v", "acl", "smf", "a/b", null)
                .request()
                .url()
                .encodedPath())
        .endsWith("/aclProfiles/acl/publishTopicExceptions/smf,a%2Fb");
  }

  @Test
  void separatesSelectedAttributesByCommas() throws ApiException {
    assertThat(
            api.getMsgVpnQueuesCall("v", null, null, null, List.of("owner", "maxTtl"), null)
                .request()
                .url()
                .encodedQuery())
        .isEqualTo("select=owner,maxTtl");
  }
}
