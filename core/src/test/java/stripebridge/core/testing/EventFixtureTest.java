package stripebridge.core.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.stripe.Stripe;
import com.stripe.model.Event;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EventFixtureTest {

  static List<EventFixture> routed() {
    return DesignRoutes.TOPICS.keySet().stream().map(EventFixture::named).toList();
  }

  private static JsonNode event(EventFixture fixture) {
    return JsonTree.parse(fixture.body());
  }

  @ParameterizedTest
  @MethodSource("routed")
  void isThereForEveryRoutedTypeInTheCurrentVersion(EventFixture fixture) {
    assertThat(event(fixture).required("type").textValue()).isEqualTo(fixture.name());
    assertThat(event(fixture).required("api_version").textValue()).isEqualTo(Stripe.API_VERSION);
  }

  /// Stripe's own library recognizes all their fields: it writes the same values that it reads.
  @ParameterizedTest
  @MethodSource("routed")
  void hasTheShapeOfStripesLibrary(EventFixture fixture) {
    Event event = Event.GSON.fromJson(new String(fixture.body(), UTF_8), Event.class);
    String written = Event.GSON.toJson(event.getDataObjectDeserializer().getObject().orElseThrow());
    List<String> lost = new ArrayList<>();
    collectLost(
        "", event(fixture).at("/data/object"), JsonTree.parse(written.getBytes(UTF_8)), lost);
    assertThat(lost).isEmpty();
  }

  private static void collectLost(String path, JsonNode ours, JsonNode theirs, List<String> lost) {
    // The library has no such field of a list, and turns decimal texts into numbers.
    if (ours.isNull() || path.endsWith("/total_count") || path.endsWith("_decimal")) {
      return;
    }
    if (ours.isObject()) {
      ours.properties()
          .forEach(member ->
              collectLost(
                  path + "/" + member.getKey(),
                  member.getValue(),
                  theirs.path(member.getKey()),
                  lost));
    } else if (ours.isArray()) {
      for (int i = 0; i < ours.size(); i++) {
        collectLost(path + "/" + i, ours.get(i), theirs.path(i), lost);
      }
    } else if (!ours.equals(theirs)) {
      lost.add(path);
    }
  }

  @Test
  void tellsOneStory() {
    Map<String, Set<String>> ids = new HashMap<>();
    Set<Integer> amounts = new TreeSet<>();
    for (EventFixture fixture : EventFixture.all()) {
      JsonNode event = event(fixture);
      collectIds(event, ids);
      JsonNode object = event.at("/data/object");
      for (String amount : List.of("amount", "amount_due", "amount_total")) {
        if (object.has(amount) && !object.path("object").asText().equals("payout")) {
          amounts.add(object.path(amount).intValue());
        }
      }
    }
    // One customer pays, and then fails to pay, the same price.
    assertThat(amounts).containsExactly(2400);
    assertThat(ids).containsKeys("cus", "sub", "si", "cs", "du", "po", "price", "prod", "pm");
    for (String one : List.of("cus", "sub", "si", "cs", "du", "po", "price", "prod", "pm")) {
      assertThat(ids.get(one)).as("%s_…", one).hasSize(1);
    }
    for (String two : List.of("pi", "ch", "in", "il")) {
      assertThat(ids.get(two)).as("%s_…", two).hasSize(2);
    }
    assertThat(ids.get("evt")).as("evt_…").hasSize(EventFixture.all().size());
  }

  private static void collectIds(JsonNode node, Map<String, Set<String>> ids) {
    if (node.isTextual() && node.textValue().matches("[a-z]+_(test_)?[0-9A-Za-z]{12,}")) {
      String text = node.textValue();
      String prefix = text.substring(0, text.indexOf('_'));
      ids.computeIfAbsent(prefix, _ -> new TreeSet<>()).add(text);
    }
    node.forEach(child -> collectIds(child, ids));
  }
}
