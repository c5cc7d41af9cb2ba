package stripebridge.stripe.api;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import stripebridge.core.config.Secret;
import stripebridge.core.config.StripeApiSettings;

/// The part of Stripe's API that the recipes use, with the responses and errors of its documents
/// (https://docs.stripe.com/api/errors): each kind of object has one id, and every event names all
/// of them.
final class FakeStripe implements AutoCloseable {
  static final String KEY = "sk_test_of_the_test";

  private static final String DECLINED =
      """
      {"error": {"type": "card_error", "code": "card_declined", "decline_code": "generic_decline",
        "message": "Your card was declined.", "charge": "ch_1",
        "payment_intent": {"id": "pi_1", "object": "payment_intent", "latest_charge": "ch_1"}}}\
      """;

  private final WireMockServer server =
      new WireMockServer(options().dynamicPort().bindAddress("127.0.0.1"));

  FakeStripe() {
    server.start();
    server.stubFor(any(anyUrl()).willReturn(error(404, "resource_missing", "No such object.")));
    object("customers", "cus_1");
    object("products", "prod_1");
    object("prices", "price_1");
    object("subscriptions", "sub_1");
    object("invoiceitems", "ii_1");
    object("invoices", "in_1");
    object("refunds", "re_1");
    object("checkout/sessions", "cs_1");
    object("payment_methods", "pm_1");
    object("payment_pages", "cs_1");
    object("payment_intents", "pi_1", "\"latest_charge\":\"ch_1\"");
    server.stubFor(
        post(urlPathEqualTo("/v1/payment_intents"))
            .withRequestBody(containing("chargeDeclined"))
            .willReturn(aResponse().withStatus(402).withBody(DECLINED)));
    listEvents("cus_1", "sub_1", "in_1", "cs_1", "pm_1", "pi_1", "ch_1");
  }

  private void object(String path, String id, String... more) {
    String members = more.length == 0 ? "" : "," + String.join(",", more);
    server.stubFor(
        any(urlPathMatching("/v1/" + path + "(/.*)?"))
            .willReturn(aResponse().withBody("{\"id\":\"" + id + "\"" + members + "}")));
  }

  /// From now on lists one event, which names each of these ids.
  void listEvents(String... ids) {
    String all = "\"" + String.join("\",\"", ids) + "\"";
    events("{\"data\":[{\"id\":\"evt_1\",\"data\":{\"object\":{\"ids\":[" + all + "]}}}]}");
  }

  void listNoEvent() {
    events("{\"object\":\"list\",\"data\":[]}");
  }

  private void events(String body) {
    server.stubFor(get(urlPathEqualTo("/v1/events")).willReturn(aResponse().withBody(body)));
  }

  /// Makes paying an invoice fail, as with a declined card.
  void declineInvoices() {
    answer("/v1/invoices/in_1/pay", aResponse().withStatus(402).withBody(DECLINED));
  }

  void answer(String path, ResponseDefinitionBuilder answer) {
    server.stubFor(any(urlPathEqualTo(path)).willReturn(answer));
  }

  static ResponseDefinitionBuilder error(int status, String code, String message) {
    return aResponse()
        .withStatus(status)
        .withBody(
            "{\"error\":{\"type\":\"invalid_request_error\",\"code\":\"%s\",\"message\":\"%s\"}}"
                .formatted(code, message));
  }

  /// The first request of a path gets this answer, later ones the usual one.
  void failOnce(String path, ResponseDefinitionBuilder answer, String id) {
    server.stubFor(
        any(urlPathEqualTo(path))
            .inScenario(path)
            .whenScenarioStateIs("Started")
            .willReturn(answer)
            .willSetStateTo("again"));
    server.stubFor(
        any(urlPathEqualTo(path))
            .inScenario(path)
            .whenScenarioStateIs("again")
            .willReturn(aResponse().withBody("{\"id\":\"" + id + "\"}")));
  }

  StripeApiSettings settings() {
    return new StripeApiSettings(new Secret(KEY), URI.create(server.baseUrl()));
  }

  /// The requests in order, as `POST customers description=…`, without those that list events.
  List<String> calls() {
    return requests().stream()
        .filter(request -> !request.getUrl().startsWith("/v1/events"))
        .map(request ->
            (request.getMethod()
                    + " "
                    + request.getUrl().replaceFirst("^/v1/", "")
                    + " "
                    + URLDecoder.decode(request.getBodyAsString(), StandardCharsets.UTF_8))
                .strip())
        .toList();
  }

  /// All requests, oldest first.
  List<LoggedRequest> requests() {
    return server.getAllServeEvents().reversed().stream()
        .map(event -> LoggedRequest.createFrom(event.getRequest()))
        .toList();
  }

  @Override
  public void close() {
    server.stop();
  }
}
