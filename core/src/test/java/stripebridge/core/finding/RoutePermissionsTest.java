package stripebridge.core.finding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import stripebridge.core.topology.yaml.TopologyReader;

class RoutePermissionsTest {
  /// Events that no route matches are published as well.
  @Test
  void forbidsUnlistedTypesToo() {
    assertThat(forbidden("unroutable", "stripe/webhook/v1/charge/>"))
        .containsExactly("stripe/webhook/v1/error/unroutable");
    assertThat(forbidden("by-type", "stripe/other/>"))
        .containsExactly("stripe/webhook/v1/charge/{rest}", "stripe/webhook/v1/{rest}");
    assertThat(forbidden("by-type", "stripe/webhook/v1/>")).isEmpty();
    assertThat(forbidden("unroutable", "stripe/webhook/v1/>")).isEmpty();
  }

  private static List<String> forbidden(String unlisted, String allowed) {
    String topology =
        """
        version: 1
        unlisted: %s
        routes:
          charge.*: stripe/webhook/v1/charge/{rest}
        aclProfiles:
          acl: {publishTopicExceptions: [%s]}
        clientProfiles:
          profile: {allowGuaranteedMsgSendEnabled: true}
        clientUsernames:
          bridge: {aclProfileName: acl, clientProfileName: profile}
        """
            .formatted(unlisted, allowed);
    return RoutePermissions.forbidden(TopologyReader.read("t.yaml", topology), "bridge");
  }
}
