package stripebridge.stripe.api;

import static stripebridge.stripe.api.Step.delete;
import static stripebridge.stripe.api.Step.get;
import static stripebridge.stripe.api.Step.post;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The calls that make Stripe send an event of each type in test mode: the sequences of Stripe's
/// own command line tool, with Stripe's test cards (https://docs.stripe.com/testing).
public final class Recipes {
  private static final String NO_RECIPE = "no sequence of API calls is known that leads to it";
  private static final Map<String, String> WHY_NOT =
      Map.of(
          "payout.failed",
          "a payout fails at the bank, days later, and the test accounts that do so are added in"
              + " the dashboard",
          "invoice.upcoming",
          "Stripe sends it days before a renewal; advance a test clock in the dashboard");

  private static final Map<String, Recipe> RECIPES = recipes();

  private Recipes() {}

  /// The types that the API can be made to send.
  public static Set<String> types() {
    return RECIPES.keySet();
  }

  /// Why the API cannot be made to send a type, in one clause; empty when it can.
  public static Optional<String> whyNot(String type) {
    return RECIPES.containsKey(type)
        ? Optional.empty()
        : Optional.of(WHY_NOT.getOrDefault(type, NO_RECIPE));
  }

  static Recipe of(String type) {
    Recipe recipe = RECIPES.get(type);
    if (recipe == null) {
      throw new IllegalArgumentException("no recipe for " + type);
    }
    return recipe;
  }

  private static Map<String, Recipe> recipes() {
    Map<String, Recipe> all = new LinkedHashMap<>();
    payments(all);
    customers(all);
    subscriptions(all);
    invoices(all);
    all.put("checkout.session.completed", checkout());
    return all;
  }

  private static void payments(Map<String, Recipe> all) {
    all.put(
        "payment_intent.succeeded",
        Recipe.of(
            "pi",
            payment(
                    "2000",
                    "pm_card_visa",
                    "shipping[name]=stripebridge",
                    "shipping[address][line1]=12 Wharf Street",
                    "shipping[address][city]=Portland",
                    "shipping[address][state]=OR",
                    "shipping[address][postal_code]=97201",
                    "shipping[address][country]=US")
                .saving("pi", "id")));
    all.put("payment_intent.payment_failed", Recipe.of("pi", declinedPayment("2000")));
    all.put("charge.succeeded", Recipe.of("ch", paid("pm_card_visa")));
    all.put("charge.failed", Recipe.of("ch", declinedPayment("100")));
    all.put(
        "charge.refunded",
        Recipe.of("ch", paid("pm_card_visa"), post("refunds", "payment_intent=${pi}")));
    all.put("charge.dispute.created", Recipe.of("ch", paid("pm_card_createDisputeInquiry")));
  }

  private static void customers(Map<String, Recipe> all) {
    all.put("customer.created", Recipe.of("cus", customer()));
    // An object that its own recipe deletes needs no undo.
    all.put(
        "customer.deleted",
        Recipe.of("cus", post("customers", NOTE).saving("cus", "id"), delete("customers/${cus}")));
    all.put("payment_method.attached", Recipe.of("pm", customer(), attached("pm_card_visa")));
  }

  private static void subscriptions(Map<String, Recipe> all) {
    all.put("customer.subscription.created", Recipe.of("sub", subscribed()));
    all.put(
        "customer.subscription.updated",
        Recipe.of("sub", subscribed(post("subscriptions/${sub}", "metadata[reviewed]=yes"))));
    all.put(
        "customer.subscription.deleted",
        Recipe.of("sub", subscribed(delete("subscriptions/${sub}"))));
  }

  private static void invoices(Map<String, Recipe> all) {
    Step draft =
        post("invoices", "customer=${cus}", "pending_invoice_items_behavior=include")
            .saving("in", "id");
    Step item =
        post("invoiceitems", "amount=2000", "currency=usd", "customer=${cus}").saving("ii", "id");
    all.put(
        "invoice.finalized",
        Recipe.of(
            "in",
            customer(),
            item,
            draft,
            post("invoices/${in}/finalize").undonePost("invoices/${in}/void")));
    Recipe paid =
        Recipe.of(
            "in",
            customer(),
            attached("pm_card_visa"),
            item,
            draft,
            post("invoices/${in}/pay", "payment_method=${pm}"));
    all.put("invoice.paid", paid);
    all.put("invoice.payment_succeeded", paid);
    all.put(
        "invoice.payment_failed",
        Recipe.of(
            "in",
            customer(),
            attached("pm_card_chargeCustomerFail"),
            item,
            draft,
            post("invoices/${in}/pay", "payment_method=${pm}")
                .declined()
                .undonePost("invoices/${in}/void")));
  }

  /// `payment_pages` is what a Checkout page calls. Stripe does not document it, but its own
  /// command line tool uses it.
  private static Recipe checkout() {
    return Recipe.of(
        "cs",
        product(),
        price(),
        post(
                "checkout/sessions",
                "mode=payment",
                "line_items[0][price]=${price}",
                "line_items[0][quantity]=2",
                "success_url=https://shop.example/thanks",
                "cancel_url=https://shop.example/basket")
            .saving("cs", "id"),
        get("payment_pages/${cs}"),
        post(
                "payment_methods",
                "type=card",
                "card[token]=tok_visa",
                "billing_details[name]=stripebridge",
                "billing_details[email]=stripebridge@shop.example",
                "billing_details[address][line1]=12 Wharf Street",
                "billing_details[address][city]=Portland",
                "billing_details[address][state]=OR",
                "billing_details[address][postal_code]=97201",
                "billing_details[address][country]=US")
            .saving("pm", "id"),
        post("payment_pages/${cs}/confirm", "payment_method=${pm}", "expected_amount=3000"));
  }

  private static final String NOTE = "description=made by stripebridge trigger";

  private static Step payment(String amount, String card, String... more) {
    List<String> parameters =
        new ArrayList<>(
            List.of(
                "amount=" + amount,
                "currency=usd",
                "confirm=true",
                "payment_method=" + card,
                "payment_method_types[0]=card",
                NOTE));
    parameters.addAll(List.of(more));
    return post("payment_intents", parameters.toArray(String[]::new));
  }

  private static Step paid(String card) {
    return payment("100", card).saving("pi", "id").saving("ch", "latest_charge");
  }

  private static Step declinedPayment(String amount) {
    return payment(amount, "pm_card_chargeDeclined")
        .declined()
        .saving("pi", "payment_intent.id")
        .saving("ch", "charge")
        .undonePost("payment_intents/${pi}/cancel");
  }

  private static Step customer(String... parameters) {
    List<String> all = new ArrayList<>(List.of(NOTE));
    all.addAll(List.of(parameters));
    return post("customers", all.toArray(String[]::new))
        .saving("cus", "id")
        .undoneDelete("customers/${cus}");
  }

  private static Step attached(String card) {
    return post("payment_methods/" + card + "/attach", "customer=${cus}").saving("pm", "id");
  }

  /// A product with a price cannot be deleted.
  private static Step product() {
    return post("products", "name=stripebridge trigger")
        .saving("prod", "id")
        .undonePost("products/${prod}", "active=false");
  }

  private static Step price(String... more) {
    List<String> parameters =
        new ArrayList<>(List.of("product=${prod}", "unit_amount=1500", "currency=usd"));
    parameters.addAll(List.of(more));
    return post("prices", parameters.toArray(String[]::new))
        .saving("price", "id")
        .undonePost("prices/${price}", "active=false");
  }

  /// Deleting the customer cancels the subscription.
  private static Step[] subscribed(Step... more) {
    List<Step> steps =
        new ArrayList<>(
            List.of(
                customer(
                    "payment_method=pm_card_visa",
                    "invoice_settings[default_payment_method]=pm_card_visa"),
                product(),
                price("recurring[interval]=month"),
                post("subscriptions", "customer=${cus}", "items[0][price]=${price}")
                    .saving("sub", "id")));
    steps.addAll(List.of(more));
    return steps.toArray(Step[]::new);
  }
}
