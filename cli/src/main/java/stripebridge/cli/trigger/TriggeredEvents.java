package stripebridge.cli.trigger;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import stripebridge.stripe.event.EventSpec;
import stripebridge.stripe.event.FieldChange;
import stripebridge.stripe.event.TestEvent;
import stripebridge.stripe.event.TestEvents;

/// The events to send: generated ones, or one from a file.
///
/// @param types the types to generate, in this order; the events of a round belong together
/// @param file the event to send instead of generated ones
/// @param rounds how many rounds to send
/// @param seed determines ids and values
/// @param account null for the account of the generator or file
/// @param customer the customer of all generated events; null for one of its own in each round
/// @param apiVersion null for the version of the generator or file
/// @param livemode whether to mark the events as live
/// @param changes the changes to each event, applied last
record TriggeredEvents(
    List<String> types,
    @Nullable TestEvent file,
    int rounds,
    long seed,
    @Nullable String account,
    @Nullable String customer,
    @Nullable String apiVersion,
    boolean livemode,
    List<FieldChange> changes) {
  TriggeredEvents {
    types = List.copyOf(types);
    changes = List.copyOf(changes);
  }

  /// The events, each generated on demand.
  ///
  /// @throws IllegalArgumentException when a change does not apply to an event
  Iterator<TestEvent> events(InstantSource clock) {
    TestEvents made = new TestEvents(seed);
    return IntStream.range(0, rounds)
        .boxed()
        .flatMap(round -> round(made, round, clock))
        .iterator();
  }

  /// The events of the first round, for checks before anything is sent.
  List<TestEvent> first(Instant now) {
    return round(new TestEvents(seed), 0, InstantSource.fixed(now)).toList();
  }

  private Stream<TestEvent> round(TestEvents made, int round, InstantSource clock) {
    return file == null
        ? types.stream().map(type -> changed(made.make(spec(type, round, clock.instant()))))
        : Stream.of(changed(fromFile(file, made, round, clock.instant())));
  }

  private EventSpec spec(String type, int round, Instant now) {
    EventSpec spec = EventSpec.of(type, now).withLivemode(livemode).inStory(round);
    spec = account == null ? spec : spec.withAccount(account);
    spec = customer == null ? spec : spec.withCustomer(customer);
    return apiVersion == null ? spec : spec.withApiVersion(apiVersion);
  }

  /// Unchanged unless an option changes it. Every event after the first needs an id of its own.
  private TestEvent fromFile(TestEvent given, TestEvents made, int round, Instant now) {
    TestEvent event = given;
    if (account != null) {
      event = event.with("account", account);
    }
    if (apiVersion != null) {
      event = event.with("api_version", apiVersion);
    }
    if (livemode) {
      event = event.with(FieldChange.parse("livemode=true"));
    }
    return round == 0
        ? event
        : event.with("id", made.make(EventSpec.of("balance.available", now)).id());
  }

  private TestEvent changed(TestEvent event) {
    TestEvent changed = event;
    for (FieldChange change : changes) {
      changed = changed.with(change);
    }
    return changed;
  }
}
