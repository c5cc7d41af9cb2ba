package stripebridge.core.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import stripebridge.core.event.EventId;
import stripebridge.core.event.EventType;

class PlacementTest {
  private final Map<String, KnownEvent> held = new HashMap<>();

  private static ReceivedEvent event(String id, String type, String objectId) {
    return new ReceivedEvent(
        new EventId(id), new EventType(type), objectId, "acct_1", Instant.EPOCH, new byte[0]);
  }

  private Placement place(String type, String objectId) {
    return Placement.of(event("evt_1", type, objectId), id -> Optional.ofNullable(held.get(id)));
  }

  @Test
  void knowsAnEventByItsTypeAndItsObject() {
    assertThat(place("charge.failed", "ch_1")).isEqualTo(new Placement.New());
    held.put("evt_1", new KnownEvent("charge.failed", "ch_1"));
    assertThat(place("charge.failed", "ch_1")).isEqualTo(new Placement.Known("evt_1"));
    assertThat(place("charge.failed", "")).isEqualTo(new Placement.Known("evt_1"));
    assertThat(place("charge.failed", "ch_2")).isInstanceOf(Placement.Conflict.class);
    assertThat(place("payout.failed", "")).isInstanceOf(Placement.Conflict.class);
  }

  @Test
  void treatsAnUnknownObjectAsAnyOfItsType() {
    held.put("evt_1", new KnownEvent("charge.failed", ""));
    assertThat(place("charge.failed", "ch_1")).isEqualTo(new Placement.Known("evt_1"));
    assertThat(place("payout.failed", "po_1")).isInstanceOf(Placement.Conflict.class);
  }

  @Test
  void givesAConflictTheFirstFurtherIdThatIsFree() {
    held.put("evt_1", new KnownEvent("charge.failed", "ch_1"));
    held.put("evt_1-2", new KnownEvent("charge.failed", "ch_2"));
    held.put("evt_1-4", new KnownEvent("charge.failed", "ch_4"));

    Placement.Conflict conflict = (Placement.Conflict) place("payout.failed", "po_1");
    assertThat(conflict.id()).isEqualTo(new EventId("evt_1-3"));
    assertThat(conflict.detail(event("evt_1", "payout.failed", "po_1")))
        .isEqualTo("evt_1 already belongs to charge.failed of ch_1; this is payout.failed of po_1");
    // A forgotten id leaves a gap; the ids after it are still known.
    assertThat(place("charge.failed", "ch_4")).isEqualTo(new Placement.Known("evt_1-4"));
  }

  /// The first event of an id is forgotten earlier than the second, which came later.
  @Test
  void knowsAFurtherIdWhenTheIdItselfIsForgotten() {
    held.put("evt_1-2", new KnownEvent("charge.failed", "ch_2"));
    assertThat(place("charge.failed", "ch_2")).isEqualTo(new Placement.Known("evt_1-2"));
    assertThat(place("charge.failed", "ch_1")).isEqualTo(new Placement.New());
  }

  @Test
  void masksAnObjectThatIsNotAnId() {
    held.put("evt_1", new KnownEvent("coupon.created", "a@example.com"));
    Placement.Conflict conflict = (Placement.Conflict) place("coupon.created", "CODE1");
    assertThat(conflict.detail(event("evt_1", "coupon.created", "CODE1")))
        .doesNotContain("example.com");
  }

  @Test
  void hasNoFurtherIdForMoreThanSixteenEvents() {
    held.put("evt_1", new KnownEvent("charge.failed", "ch_1"));
    for (int i = 2; i <= 16; i++) {
      assertThat(place("charge.failed", "ch_" + i)).isInstanceOf(Placement.Conflict.class);
      held.put("evt_1-" + i, new KnownEvent("charge.failed", "ch_" + i));
    }
    assertThat(place("charge.failed", "ch_17")).isEqualTo(new Placement.Exhausted());
    assertThat(place("charge.failed", "ch_16")).isEqualTo(new Placement.Known("evt_1-16"));
  }

  /// An id has 255 characters at most.
  @Test
  void makesNoIdThatIsTooLong() {
    String id = "e".repeat(254);
    Placement place =
        Placement.of(
            event(id, "charge.failed", "ch_2"),
            each ->
                each.equals(id)
                    ? Optional.of(new KnownEvent("charge.failed", "ch_1"))
                    : Optional.empty());
    assertThat(place).isEqualTo(new Placement.Exhausted());
  }
}
