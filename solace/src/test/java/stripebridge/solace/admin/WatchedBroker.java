package stripebridge.solace.admin;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.MappingBuilder;
import com.github.tomakehurst.wiremock.http.Request;
import com.github.tomakehurst.wiremock.stubbing.ServeEvent;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.config.Secret;
import stripebridge.core.config.SempSettings;
import stripebridge.core.config.SempSettings.Credentials;
import stripebridge.core.config.TlsTrust;
import stripebridge.sandbox.SandboxBroker;
import stripebridge.sandbox.SandboxOptions;

/// A sandbox behind a proxy that records each request and can answer in its place. Closing it
/// checks every request against the official documents.
final class WatchedBroker implements AutoCloseable {
  static final String CONFIG = "/SEMP/v2/config/msgVpns/default";
  static final Credentials ADMIN = new Credentials.Basic("admin", new Secret("admin"));

  private static final int BEHIND_OTHERS = 10;

  final SandboxBroker sandbox;
  final FakeTime time = new FakeTime();
  private final WireMockServer proxy =
      new WireMockServer(options().bindAddress("127.0.0.1").dynamicPort());
  private final List<SempBrokerAdmin> opened = new ArrayList<>();

  WatchedBroker() {
    // The version of the official documents.
    this(SandboxOptions.defaults().withSempVersion("2.39"));
  }

  WatchedBroker(SandboxOptions options) {
    sandbox = SandboxBroker.start(options);
    proxy.start();
    proxy.stubFor(
        any(anyUrl())
            .atPriority(BEHIND_OTHERS)
            .willReturn(aResponse().proxiedFrom(sandbox.sempUri())));
  }

  SempBrokerAdmin admin() throws BrokerException {
    return admin(ADMIN);
  }

  SempBrokerAdmin admin(Credentials credentials) throws BrokerException {
    return admin(credentials, "default", SempOptions.DEFAULTS);
  }

  SempBrokerAdmin admin(Credentials credentials, String vpn, SempOptions options)
      throws BrokerException {
    SempSettings settings =
        new SempSettings(URI.create(proxy.baseUrl()), vpn, credentials, new TlsTrust.JavaDefault());
    SempBrokerAdmin admin = SempBrokerAdmin.open(settings, options, time, time, new Random(1));
    opened.add(admin);
    return admin;
  }

  /// Answers instead of the broker.
  void stub(MappingBuilder mapping) {
    proxy.stubFor(mapping);
  }

  /// The requests so far, in order: `GET /SEMP/v2/…`.
  List<String> asked() {
    return requests().stream()
        .map(request -> request.getMethod() + " " + request.getUrl())
        .toList();
  }

  List<Request> requests() {
    List<ServeEvent> events = new ArrayList<>(proxy.getAllServeEvents());
    Collections.reverse(events); // WireMock lists the newest first.
    return events.stream().<Request>map(ServeEvent::getRequest).toList();
  }

  List<Duration> slept() {
    return time.slept();
  }

  @Override
  public void close() {
    List<Request> requests = requests();
    opened.forEach(SempBrokerAdmin::close);
    proxy.stop();
    sandbox.close();
    if (OfficialSpec.isAtHand()) {
      assertThat(requests).flatExtracting(OfficialSpec::judge).isEmpty();
    }
  }
}
