package stripebridge.stripe.api;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import stripebridge.core.config.Secret;
import stripebridge.core.config.StripeApiSettings;
import stripebridge.core.testing.DesignRoutes;
import stripebridge.stripe.api.StripeApiException.Kind;
import stripebridge.stripe.event.EventTypes;

class ApiTriggerTest {
  private static final String NOTE = "description=made by stripebridge trigger";

  private final FakeStripe stripe = new FakeStripe();
  private final List<Duration> pauses = new ArrayList<>();
  private final List<String> leftBehind = new ArrayList<>();

  @AfterEach
  void stop() {
    stripe.close();
  }

  private ApiTrigger trigger(boolean keeps) {
    return trigger(stripe.settings(), keeps, null);
  }

  private ApiTrigger trigger(StripeApiSettings settings, boolean keeps, @Nullable String account) {
    return new ApiTrigger(
        settings, account, pauses::add, InstantSource.system(), keeps, leftBehind::add);
  }

  private StripeApiException failure(String type) {
    try {
      ApiTrigger.Triggered _ = trigger(false).trigger(type);
    } catch (StripeApiException e) {
      return e;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    throw new AssertionError("no failure");
  }

  static Set<String> types() {
    return Recipes.types();
  }

  @ParameterizedTest
  @MethodSource("types")
  void findsTheEventOfEachType(String type) throws Exception {
    if (type.equals("invoice.payment_failed")) {
      stripe.declineInvoices();
    }
    ApiTrigger.Triggered done = trigger(false).trigger(type);

    assertThat(done.eventId()).isEqualTo("evt_1");
    assertThat(done.latency()).isPositive();
    assertThat(leftBehind).isEmpty();
    assertThat(pauses).isEmpty();
    LoggedRequest look =
        stripe.requests().stream()
            .filter(request -> request.getUrl().startsWith("/v1/events?"))
            .findFirst()
            .orElseThrow();
    assertThat(look.getUrl()).contains("?type=" + type + "&");
  }

  @Test
  void canSendEveryRoutedTypeButOne() {
    assertThat(EventTypes.all()).containsAll(Recipes.types());
    assertThat(DesignRoutes.TOPICS.keySet())
        .filteredOn(type -> Recipes.whyNot(type).isPresent())
        .containsExactly("payout.failed");
    assertThat(Recipes.whyNot("payout.failed").orElseThrow()).contains("bank");
    assertThat(Recipes.whyNot("invoice.upcoming").orElseThrow()).contains("test clock");
    assertThat(Recipes.whyNot("topup.failed").orElseThrow()).contains("no sequence");
  }

  @Test
  void removesWhatItCreated() throws Exception {
    ApiTrigger.Triggered _ = trigger(false).trigger("customer.subscription.updated");

    assertThat(stripe.calls())
        .containsExactly(
            "POST customers "
                + NOTE
                + "&payment_method=pm_card_visa"
                + "&invoice_settings[default_payment_method]=pm_card_visa",
            "POST products name=stripebridge trigger",
            "POST prices product=prod_1&unit_amount=1500&currency=usd&recurring[interval]=month",
            "POST subscriptions customer=cus_1&items[0][price]=price_1",
            "POST subscriptions/sub_1 metadata[reviewed]=yes",
            "POST prices/price_1 active=false",
            "POST products/prod_1 active=false",
            "DELETE customers/cus_1");
  }

  @Test
  void keepsWhatItCreatedOnRequest() throws Exception {
    ApiTrigger.Triggered _ = trigger(true).trigger("invoice.finalized");

    assertThat(stripe.calls())
        .containsExactly(
            "POST customers " + NOTE,
            "POST invoiceitems amount=2000&currency=usd&customer=cus_1",
            "POST invoices customer=cus_1&pending_invoice_items_behavior=include",
            "POST invoices/in_1/finalize");
  }

  @Test
  void expectsACardToBeDeclined() throws Exception {
    ApiTrigger.Triggered done = trigger(false).trigger("payment_intent.payment_failed");

    assertThat(done.eventId()).isEqualTo("evt_1");
    assertThat(stripe.calls())
        .containsExactly(
            "POST payment_intents amount=2000&currency=usd&confirm=true"
                + "&payment_method=pm_card_chargeDeclined&payment_method_types[0]=card&"
                + NOTE,
            "POST payment_intents/pi_1/cancel");
  }

  @Test
  void reportsACardThatShouldHaveBeenDeclined() {
    StripeApiException failure = failure("invoice.payment_failed");

    assertThat(failure.kind()).isEqualTo(Kind.UNEXPECTED);
    assertThat(failure)
        .hasMessage("Stripe accepted a card at invoices/${in}/pay that it should decline");
    assertThat(stripe.calls()).endsWith("DELETE customers/cus_1");
  }

  @Test
  void reportsACardThatShouldNotHaveBeenDeclined() {
    stripe.declineInvoices();

    assertThat(failure("invoice.paid"))
        .hasMessage("Stripe declined a card at invoices/${in}/pay: Your card was declined.");
  }

  @Test
  void actsForAConnectedAccount() throws Exception {
    ApiTrigger.Triggered _ =
        trigger(stripe.settings(), false, "acct_7").trigger("customer.created");

    assertThat(stripe.requests())
        .allSatisfy(one -> assertThat(one.getHeader("Stripe-Account")).isEqualTo("acct_7"));
  }

  @Test
  void givesEachPostItsOwnIdempotencyKey() throws Exception {
    ApiTrigger.Triggered _ = trigger(false).trigger("invoice.paid");
    ApiTrigger.Triggered _ = trigger(false).trigger("invoice.paid");

    assertThat(
            stripe.requests().stream()
                .filter(one -> one.getMethod().getName().equals("POST"))
                .map(one -> one.getHeader("Idempotency-Key")))
        .hasSize(10)
        .doesNotHaveDuplicates()
        .allMatch(key -> key.startsWith("stripebridge-"));
  }

  @Test
  void retriesWhileStripeIsBusy() throws Exception {
    stripe.failOnce("/v1/customers", FakeStripe.error(429, "rate_limit", "Too many."), "cus_1");

    ApiTrigger.Triggered done = trigger(true).trigger("customer.created");

    assertThat(done.eventId()).isEqualTo("evt_1");
    assertThat(pauses).containsExactly(Duration.ofMillis(500));
    // The same request, so the same idempotency key.
    assertThat(
            stripe.requests().stream()
                .filter(one -> one.getUrl().equals("/v1/customers"))
                .map(one -> one.getHeader("Idempotency-Key"))
                .distinct())
        .hasSize(1);
  }

  @Test
  void givesUpWhenStripeStaysBusy() {
    stripe.answer("/v1/customers", FakeStripe.error(429, "rate_limit", "Too many."));

    StripeApiException failure = failure("customer.created");

    assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(failure.getMessage()).endsWith("/v1/customers: 429, also after 5 more attempts");
    assertThat(pauses)
        .containsExactly(
            Duration.ofMillis(500),
            Duration.ofSeconds(1),
            Duration.ofSeconds(2),
            Duration.ofSeconds(4),
            Duration.ofSeconds(8));
  }

  @Test
  void reportsARefusedKeyWithoutShowingIt() {
    stripe.answer(
        "/v1/customers", FakeStripe.error(401, "", "Invalid API Key provided: " + FakeStripe.KEY));

    StripeApiException failure = failure("customer.created");

    assertThat(failure.kind()).isEqualTo(Kind.REFUSED);
    assertThat(failure.getMessage()).endsWith("/v1/customers: Stripe refused the key (401)");
    assertThat(failure.getCause()).isNull();
    assertThat(stripe.calls()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"403, REFUSED", "400, UNEXPECTED", "404, UNEXPECTED", "500, UNAVAILABLE"})
  void repeatsStripesReason(int status, Kind kind) {
    stripe.answer(
        "/v1/customers", FakeStripe.error(status, "x", "Not so, rk_live_abc." + "\\nMore."));

    StripeApiException failure = failure("customer.created");

    assertThat(failure.kind()).isEqualTo(kind);
    assertThat(failure.getMessage())
        .startsWith("cannot POST http://localhost:")
        .endsWith("/v1/customers: " + status + " Not so, ***");
  }

  @Test
  void reportsAMissingConnection() {
    stripe.answer("/v1/customers", aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER));

    StripeApiException failure = failure("customer.created");

    assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(failure.getMessage()).contains("/v1/customers: ").doesNotContain("\n");
  }

  @Test
  void removesWhatItCreatedBeforeAFailure() {
    stripe.answer("/v1/prices", FakeStripe.error(400, "x", "No price."));

    assertThat(failure("customer.subscription.created").getMessage()).endsWith("400 No price.");
    assertThat(stripe.calls())
        .endsWith("POST products/prod_1 active=false", "DELETE customers/cus_1");
  }

  @Test
  void reportsWhatItCouldNotRemove() throws Exception {
    stripe.answer("/v1/products/prod_1", FakeStripe.error(400, "x", "It has a price."));

    ApiTrigger.Triggered done = trigger(false).trigger("customer.subscription.created");

    assertThat(done.eventId()).isEqualTo("evt_1");
    assertThat(leftBehind).hasSize(1);
    assertThat(leftBehind.getFirst()).endsWith("/v1/products/prod_1: 400 It has a price.");
    assertThat(stripe.calls()).endsWith("DELETE customers/cus_1");
  }

  @Test
  void pollsUntilTheEventIsListed() throws Exception {
    stripe.listNoEvent();
    assertThat(trigger(true).trigger("customer.created").eventId()).isNull();
    assertThat(pauses).hasSize(9).containsOnly(Duration.ofSeconds(1));

    stripe.listEvents("cus_of_another_one");
    assertThat(trigger(true).trigger("customer.created").eventId()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sk_live_1", "rk_live_1", "sk_org_live_1", "pk_test_1", "secret", ""})
  void refusesAKeyThatIsNotATestModeKey(String key) {
    assertThat(ApiTrigger.isTestKey(new Secret(key))).isFalse();
    assertThatThrownBy(() ->
            trigger(
                new StripeApiSettings(new Secret(key), URI.create("http://localhost:1")),
                false,
                null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("not a test mode key");
  }

  @ParameterizedTest
  @ValueSource(strings = {"sk_test_1", "rk_test_1", "sk_org_test_1"})
  void acceptsATestModeKey(String key) {
    assertThat(ApiTrigger.isTestKey(new Secret(key))).isTrue();
  }
}
