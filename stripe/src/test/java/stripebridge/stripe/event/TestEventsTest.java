package stripebridge.stripe.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.stripe.Stripe;
import com.stripe.exception.EventDataObjectDeserializationException;
import com.stripe.exception.SignatureVerificationException;
import com.stripe.model.Event;
import com.stripe.model.StripeObject;
import com.stripe.net.Webhook;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import stripebridge.core.config.Secret;
import stripebridge.core.event.EventReader;
import stripebridge.core.event.EventReading;
import stripebridge.core.event.StripeEvent;
import stripebridge.core.json.JsonValue;
import stripebridge.core.normalization.Envelope;
import stripebridge.core.normalization.Normalization;
import stripebridge.core.normalization.Normalizer;
import stripebridge.core.normalization.Receipt;
import stripebridge.core.testing.DesignRoutes;
import stripebridge.stripe.webhook.WebhookSigner;

class TestEventsTest {
  private static final Instant NOW = Instant.ofEpochSecond(1_790_000_000);
  private static final int STORIES = 200;
  private static final String SECRET = "whsec_of_the_test";

  private final TestEvents events = new TestEvents(7);

  static Set<String> types() {
    return EventTypes.all();
  }

  static Set<String> routedTypes() {
    return new TreeSet<>(DesignRoutes.TOPICS.keySet());
  }

  @ParameterizedTest
  @MethodSource("types")
  void areReadByStripesLibrary(String type)
      throws SignatureVerificationException, EventDataObjectDeserializationException {
    TestEvent made = events.make(EventSpec.of(type, NOW).withAccount("acct_7"));

    Event event = parsed(made);
    StripeObject object = event.getDataObjectDeserializer().deserializeUnsafe();

    assertThat(event.getType()).isEqualTo(type).isEqualTo(made.type());
    assertThat(event.getId()).isEqualTo(made.id()).startsWith("evt_");
    assertThat(event.getAccount()).isEqualTo("acct_7");
    assertThat(event.getApiVersion()).isEqualTo(Stripe.API_VERSION);
    assertThat(event.getCreated()).isEqualTo(NOW.getEpochSecond());
    assertThat(event.getLivemode()).isFalse();
    assertThat(event.getPendingWebhooks()).isEqualTo(1);
    assertThat(event.getRequest().getId()).startsWith("req_");
    assertThat(object).isExactlyInstanceOf(StripeClasses.of(EventTypes.object(type).orElseThrow()));
    if (type.endsWith(".updated")) {
      assertThat(event.getData().getPreviousAttributes()).isNotEmpty();
    }
  }

  /// The library writes back every value that we wrote, so no field is misspelled.
  @ParameterizedTest
  @MethodSource("types")
  void haveOnlyFieldsOfStripe(String type) throws Exception {
    TestEvent made = events.make(EventSpec.of(type, NOW));

    StripeObject object = parsed(made).getDataObjectDeserializer().deserializeUnsafe();

    JsonElement ours = json(made).getAsJsonObject("data").get("object");
    assertThat(lostOf(ours, JsonParser.parseString(object.toJson()), "object")).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("types")
  void areReadByTheBridge(String type) {
    TestEvent made =
        events.make(EventSpec.of(type, NOW).withId("evt_e2e_r1_9").withAccount("acct_7"));

    StripeEvent event = read(made);

    assertThat(event.id().text()).isEqualTo("evt_e2e_r1_9");
    assertThat(event.type().text()).isEqualTo(type);
    assertThat(event.account()).isEqualTo("acct_7");
    assertThat(event.created()).isEqualTo(NOW);
    assertThat(event.livemode()).isFalse();
    assertThat(normalized(made).raw().isObject()).isTrue();
  }

  @ParameterizedTest
  @MethodSource("routedTypes")
  void haveEveryFieldThatIsNormalized(String type) {
    for (String version : new String[] {EventSpec.API_VERSION, "2020-08-27"}) {
      TestEvent made = events.make(EventSpec.of(type, NOW).withApiVersion(version));

      Envelope envelope = normalized(made);

      String object = EventTypes.object(type).orElseThrow();
      assertThat(envelope.data())
          .as("%s in %s", type, version)
          .containsOnlyKeys(FamilyFields.of(object))
          .allSatisfy((name, value) -> {
            if (!FamilyFields.MAY_BE_NULL.contains(name)) {
              assertThat(value).as(name).isNotEqualTo(JsonValue.NULL);
            }
          });
    }
  }

  @ParameterizedTest
  @MethodSource("routedTypes")
  void haveAPartitionKeyOfTheirOwnInEachStory(String type) {
    Set<String> keys = new TreeSet<>();
    for (int story = 0; story < STORIES; story++) {
      keys.add(read(events.make(EventSpec.of(type, NOW).inStory(story))).partitionKey());
    }
    assertThat(keys).hasSize(STORIES);
  }

  @ParameterizedTest
  @ValueSource(strings = {"payment_intent.succeeded", "customer.created", "invoice.paid"})
  void belongToTheGivenCustomer(String type) {
    for (int story = 0; story < STORIES; story++) {
      TestEvent made = events.make(EventSpec.of(type, NOW).inStory(story).withCustomer("cus_hot"));
      assertThat(read(made).partitionKey()).isEqualTo("cus_hot");
      assertThat(made.isOfCustomer("cus_hot")).isTrue();
      assertThat(made.isOfCustomer("cus_ho")).isFalse();
    }
    TestEvent payout = events.make(EventSpec.of("payout.paid", NOW).withCustomer("cus_hot"));
    assertThat(payout.isOfCustomer("cus_hot")).isFalse();
  }

  @Test
  void agreeWithEachOtherInOneStory() {
    JsonObject customer = object("customer.created");
    JsonObject subscription = object("customer.subscription.created");
    JsonObject invoice = object("invoice.payment_succeeded");
    JsonObject intent = object("payment_intent.succeeded");
    JsonObject charge = object("charge.succeeded");
    JsonObject declined = object("charge.failed");
    JsonObject dispute = object("charge.dispute.created");
    JsonObject session = object("checkout.session.completed");

    assertThat(List.of(subscription, invoice, intent, charge, declined, session))
        .allSatisfy(one -> assertThat(one.get("customer")).isEqualTo(customer.get("id")));
    assertThat(invoice.get("customer_email")).isEqualTo(customer.get("email"));
    assertThat(subscription.get("latest_invoice")).isEqualTo(invoice.get("id"));
    assertThat(session.get("invoice")).isEqualTo(invoice.get("id"));
    assertThat(session.get("subscription")).isEqualTo(subscription.get("id"));
    assertThat(intent.get("latest_charge")).isEqualTo(charge.get("id"));
    assertThat(object("payment_intent.payment_failed").get("latest_charge"))
        .isEqualTo(declined.get("id"))
        .isNotEqualTo(charge.get("id"));
    assertThat(charge.get("payment_intent")).isEqualTo(intent.get("id"));
    assertThat(dispute.get("charge")).isEqualTo(charge.get("id"));
    assertThat(dispute.get("amount")).isEqualTo(intent.get("amount"));
    assertThat(object("customer.deleted").get("id")).isEqualTo(customer.get("id"));
  }

  @Test
  void haveNothingInCommonInTwoStories() {
    JsonObject first = json(events.make(EventSpec.of("invoice.paid", NOW)));
    JsonObject second = json(events.make(EventSpec.of("invoice.paid", NOW).inStory(1)));

    assertThat(first.get("id")).isNotEqualTo(second.get("id"));
    assertThat(first.getAsJsonObject("data").getAsJsonObject("object").get("id"))
        .isNotEqualTo(second.getAsJsonObject("data").getAsJsonObject("object").get("id"));
  }

  @Test
  void areTheSameBytesForTheSameSeed() {
    TestEvents same = new TestEvents(7);
    TestEvents other = new TestEvents(8);
    for (String type : EventTypes.all()) {
      EventSpec spec = EventSpec.of(type, NOW);
      TestEvent made = events.make(spec);
      assertThat(same.make(spec).body()).isEqualTo(made.body());
      assertThat(other.make(spec).id()).isNotEqualTo(made.id());
    }
  }

  @Test
  void sayWhenTheyAreInLiveMode() {
    TestEvent made = events.make(EventSpec.of("invoice.paid", NOW).withLivemode(true));

    assertThat(made.isLive()).isTrue();
    JsonObject event = json(made);
    assertThat(event.get("livemode").getAsBoolean()).isTrue();
    assertThat(event.getAsJsonObject("data").getAsJsonObject("object").get("livemode"))
        .isEqualTo(event.get("livemode"));
  }

  @ParameterizedTest
  @CsvSource({
    "2025-02-24.acacia, true",
    "2020-08-27, true",
    "2025-03-31.basil, false",
    "2026-07-29.dahlia, false"
  })
  void keepFieldsWhereTheApiVersionHasThem(String version, boolean older) {
    EventSpec spec = EventSpec.of("customer.subscription.created", NOW).withApiVersion(version);
    JsonObject subscription =
        json(events.make(spec)).getAsJsonObject("data").getAsJsonObject("object");

    assertThat(subscription.has("current_period_end")).isEqualTo(older);
  }

  @Test
  void areWrittenAsStripeWritesThem() {
    String body = new String(events.make(EventSpec.of("balance.available", NOW)).body(), UTF_8);

    assertThat(body).startsWith("{\n  \"id\": \"evt_").doesNotContain("${");
  }

  @Test
  void areOfKnownTypesOnly() {
    assertThatThrownBy(() -> EventSpec.of("invoice.payed", NOW))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("invoice.payed");
  }

  private JsonObject object(String type) {
    return json(events.make(EventSpec.of(type, NOW)))
        .getAsJsonObject("data")
        .getAsJsonObject("object");
  }

  private static JsonObject json(TestEvent event) {
    return JsonParser.parseString(new String(event.body(), UTF_8)).getAsJsonObject();
  }

  private static Event parsed(TestEvent made) throws SignatureVerificationException {
    String header = new WebhookSigner(new Secret(SECRET)).header(made.body(), Instant.now());
    return Webhook.constructEvent(new String(made.body(), UTF_8), header, SECRET);
  }

  private static StripeEvent read(TestEvent made) {
    if (EventReader.read(made.body()) instanceof EventReading.Identified(StripeEvent event)) {
      return event;
    }
    throw new AssertionError("unidentified: " + made);
  }

  private static Envelope normalized(TestEvent made) {
    Receipt receipt = new Receipt(NOW, "unknown", "1", new UUID(0, 0));
    if (Normalizer.normalize(read(made), made.body(), receipt)
        instanceof Normalization.Normalized(Envelope envelope)) {
      return envelope;
    }
    throw new AssertionError("unreadable: " + made);
  }

  /// The paths of non-null values that are in one and not in the other.
  private static List<String> lostOf(JsonElement ours, JsonElement theirs, String path) {
    return switch (ours) {
      case JsonObject object ->
          object.entrySet().stream()
              .flatMap(member -> {
                String inner = path + "." + member.getKey();
                JsonElement value = member.getValue();
                // The library drops nulls, empty maps, and the total that Stripe adds to lists
                // inside objects.
                if (value.isJsonNull()
                    || value.equals(new JsonObject())
                    || member.getKey().equals("total_count")) {
                  return Stream.empty();
                }
                return theirs instanceof JsonObject other && other.has(member.getKey())
                    ? lostOf(value, other.get(member.getKey()), inner).stream()
                    : Stream.of(inner);
              })
              .toList();
      case JsonArray array ->
          theirs instanceof JsonArray other && other.size() == array.size()
              ? Stream.iterate(0, i -> i < array.size(), i -> i + 1)
                  .flatMap(i -> lostOf(array.get(i), other.get(i), path + "." + i).stream())
                  .toList()
              : List.of(path);
      default ->
          ours.getAsString().equals(theirs.isJsonPrimitive() ? theirs.getAsString() : "")
              ? List.of()
              : List.of(path + " is " + ours + ", not " + theirs);
    };
  }
}
