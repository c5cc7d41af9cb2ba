package stripebridge.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.solacesystems.jcsmp.CapabilityType;
import com.solacesystems.jcsmp.JCSMPChannelProperties;
import com.solacesystems.jcsmp.JCSMPErrorResponseException;
import com.solacesystems.jcsmp.JCSMPErrorResponseSubcodeEx;
import com.solacesystems.jcsmp.JCSMPException;
import com.solacesystems.jcsmp.JCSMPProperties;
import com.solacesystems.jcsmp.JCSMPSession;
import com.solacesystems.jcsmp.SessionEvent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(SmfTransport.class)
class LoginTest {
  private final SmfTransport wire;
  private final Fixture sandbox;

  LoginTest(SmfTransport wire) {
    this.wire = wire;
    this.sandbox = new Fixture(wire);
  }

  @AfterEach
  void close() {
    sandbox.close();
  }

  private int refusal(Consumer<JCSMPProperties> changes) throws Exception {
    return Fixture.subcodeOf(() -> sandbox.connect(changes));
  }

  @Test
  void acceptsAClientAndReportsItsVpn() throws Exception {
    Client client = sandbox.connect(it -> it.setProperty(JCSMPProperties.CLIENT_NAME, "bridge-1"));

    assertThat(client.session.getProperty(JCSMPProperties.CLIENT_NAME)).isEqualTo("bridge-1");
    assertThat(client.session.getProperty(JCSMPProperties.VPN_NAME_IN_USE)).isEqualTo("default");
    assertThat(sandbox.vpn().clients()).containsExactly("bridge-1");
  }

  @Test
  void refusesAWrongPassword() throws Exception {
    try {
      sandbox.connect(it -> it.setProperty(JCSMPProperties.PASSWORD, "wrong"));
      throw new AssertionError("the login succeeded");
    } catch (JCSMPErrorResponseException e) {
      assertThat(e.getResponseCode()).isEqualTo(401);
      assertThat(e.getSubcodeEx()).isEqualTo(JCSMPErrorResponseSubcodeEx.UNAUTHORIZED);
    }
  }

  @Test
  void refusesAnUnknownUser() throws Exception {
    assertThat(refusal(it -> it.setProperty(JCSMPProperties.USERNAME, "nobody")))
        .isEqualTo(JCSMPErrorResponseSubcodeEx.UNAUTHORIZED);
  }

  @Test
  void acceptsAnyPasswordWhenTheVpnRequiresNone() throws Exception {
    sandbox.vpn().update(Map.of("authenticationBasicType", "none"));

    sandbox.connect(it -> {
      it.setProperty(JCSMPProperties.USERNAME, "anyone");
      it.setProperty(JCSMPProperties.PASSWORD, "anything");
    });
    assertThat(sandbox.vpn().clients()).hasSize(1);
  }

  @Test
  void refusesAnUnknownVpn() throws Exception {
    assertThat(refusal(it -> it.setProperty(JCSMPProperties.VPN_NAME, "elsewhere")))
        .isEqualTo(JCSMPErrorResponseSubcodeEx.MSG_VPN_NOT_ALLOWED);
  }

  @Test
  void refusesAVpnThatIsDisabled() throws Exception {
    sandbox.vpn().update(Map.of("enabled", false));

    assertThat(refusal(_ -> {})).isEqualTo(JCSMPErrorResponseSubcodeEx.MSG_VPN_UNAVAILABLE);
  }

  @Test
  void refusesAUserThatIsShutDown() throws Exception {
    sandbox.vpn().updateClientUsername("default", Map.of("enabled", false));

    assertThat(refusal(_ -> {})).isEqualTo(JCSMPErrorResponseSubcodeEx.CLIENT_USERNAME_IS_SHUTDOWN);
  }

  @Test
  void refusesWhenBasicAuthenticationIsDisabled() throws Exception {
    sandbox.vpn().update(Map.of("authenticationBasicEnabled", false));

    assertThat(refusal(_ -> {}))
        .isEqualTo(JCSMPErrorResponseSubcodeEx.BASIC_AUTHENTICATION_IS_SHUTDOWN);
  }

  @Test
  void checksTheAclForTheClientAddress() throws Exception {
    sandbox.vpn().updateAclProfile("default", Map.of("clientConnectDefaultAction", "disallow"));
    assertThat(refusal(_ -> {})).isEqualTo(JCSMPErrorResponseSubcodeEx.CLIENT_ACL_DENIED);

    sandbox.vpn().addConnectException("default", "127.0.0.0/8");
    sandbox.connect();
    assertThat(sandbox.vpn().clients()).hasSize(1);
  }

  @Test
  void refusesMoreConnectionsThanTheProfileAllows() throws Exception {
    sandbox.vpn().updateClientProfile("default", Map.of("maxConnectionCountPerClientUsername", 1));
    sandbox.connect();

    assertThat(refusal(_ -> {})).isEqualTo(JCSMPErrorResponseSubcodeEx.TOO_MANY_CLIENTS);
  }

  @Test
  void refusesABadClientName() throws Exception {
    assertThat(refusal(it -> it.setProperty(JCSMPProperties.CLIENT_NAME, "a/*")))
        .isEqualTo(JCSMPErrorResponseSubcodeEx.CLIENT_NAME_INVALID);
  }

  @Test
  void letsANewClientTakeOverAName() throws Exception {
    Client first =
        sandbox.connect(it -> {
          it.setProperty(JCSMPProperties.CLIENT_NAME, "same");
          JCSMPChannelProperties channel =
              (JCSMPChannelProperties) it.getProperty(JCSMPProperties.CLIENT_CHANNEL_PROPERTIES);
          channel.setReconnectRetries(0);
        });

    sandbox.connect(it -> it.setProperty(JCSMPProperties.CLIENT_NAME, "same"));

    assertThat(Client.take(first.events)).isEqualTo(SessionEvent.DOWN_ERROR);
    assertThat(sandbox.vpn().clients()).containsExactly("same");
  }

  @Test
  void refusesASecondClientWithTheNameWhenConfigured() throws Exception {
    SandboxOptions options =
        SandboxOptions.defaults().withClientNames(SandboxOptions.ClientNames.REFUSE);
    try (Fixture refusing = new Fixture(wire, options)) {
      refusing.connect(it -> it.setProperty(JCSMPProperties.CLIENT_NAME, "same"));

      assertThat(
              Fixture.subcodeOf(() ->
                  refusing.connect(it -> it.setProperty(JCSMPProperties.CLIENT_NAME, "same"))))
          .isEqualTo(JCSMPErrorResponseSubcodeEx.CLIENT_NAME_ALREADY_IN_USE);
    }
  }

  @Test
  void letsAClientRenameItself() throws Exception {
    Client client = sandbox.connect(it -> it.setProperty(JCSMPProperties.CLIENT_NAME, "before"));

    client.session.setProperty(JCSMPProperties.CLIENT_NAME, "after");

    assertThat(sandbox.vpn().clients()).containsExactly("after");
  }

  @Test
  void offersOnlyImplementedCapabilities() throws Exception {
    JCSMPSession session = sandbox.connect().session;

    assertThat(session.isCapable(CapabilityType.PUB_GUARANTEED)).isTrue();
    assertThat(session.isCapable(CapabilityType.SUB_FLOW_GUARANTEED)).isTrue();
    assertThat(session.isCapable(CapabilityType.BROWSER)).isTrue();
    assertThat(session.isCapable(CapabilityType.TEMP_ENDPOINT)).isTrue();
    assertThat(session.isCapable(CapabilityType.ENDPOINT_MANAGEMENT)).isTrue();
    assertThat(session.isCapable(CapabilityType.QUEUE_SUBSCRIPTIONS)).isTrue();
    assertThat(session.isCapable(CapabilityType.ACTIVE_FLOW_INDICATION)).isTrue();
    assertThat(session.isCapable(CapabilityType.SELECTOR)).isFalse();
    assertThatThrownBy(session::createTransactedSession).isInstanceOf(JCSMPException.class);
    assertThat(session.isCapable(CapabilityType.MESSAGE_ELIDING)).isFalse();
    assertThat(session.isCapable(CapabilityType.NO_LOCAL)).isFalse();
  }

  @Test
  void offersOnlyWhatTheProfileAllows() throws Exception {
    sandbox
        .vpn()
        .updateClientProfile(
            "default",
            Map.of(
                "allowGuaranteedMsgSendEnabled", false,
                "allowGuaranteedMsgReceiveEnabled", false,
                "allowGuaranteedEndpointCreateEnabled", false));
    JCSMPSession session = sandbox.connect().session;

    assertThat(session.isCapable(CapabilityType.PUB_GUARANTEED)).isFalse();
    assertThat(session.isCapable(CapabilityType.SUB_FLOW_GUARANTEED)).isFalse();
    assertThat(session.isCapable(CapabilityType.TEMP_ENDPOINT)).isFalse();
    assertThat(session.isCapable(CapabilityType.ENDPOINT_MANAGEMENT)).isFalse();
  }

  @Test
  void keepsVpnsApart() throws Exception {
    sandbox.openQueue("q", Map.of(), "t");
    SandboxVpn other =
        sandbox
            .broker()
            .createVpn(
                "other",
                Map.of(
                    "enabled", true, "authenticationBasicType", "none", "maxMsgSpoolUsage", 100));
    other.updateAclProfile(
        "default",
        Map.of("clientConnectDefaultAction", "allow", "publishTopicDefaultAction", "allow"));
    other.updateClientProfile("default", Map.of("allowGuaranteedMsgSendEnabled", true));
    other.updateClientUsername("default", Map.of("enabled", true));
    other.createOpenQueue("q", "t");

    sandbox.connect(it -> it.setProperty(JCSMPProperties.VPN_NAME, "other")).publish("t", "one");

    assertThat(sandbox.queue("q").depth()).isZero();
    assertThat(other.queue("q").depth()).isEqualTo(1);
  }

  /// Uses a separate broker, since the others listen on IPv4.
  @Test
  void worksOverIpv6() throws Exception {
    InetAddress loopback = InetAddress.ofLiteral("::1");
    try (ServerSocket _ = new ServerSocket(0, 1, loopback)) {
      // IPv6 works here.
    } catch (IOException e) {
      Assumptions.abort("this machine has no IPv6: " + e.getMessage());
    }
    try (SandboxBroker broker = SandboxBroker.start(SandboxOptions.defaults().withBind(loopback));
        Client client = Client.connect(broker.smfUri())) {
      assertThat(broker.smfUri()).startsWith("tcp://[::1]:");
      assertThat(broker.sempUri()).startsWith("http://[::1]:");
      assertThat(broker.vpn("default").clients()).hasSize(1);
      assertThat(client.session.isClosed()).isFalse();
    }
  }
}
