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

/// Which events are to be sent: generated ones, or the one of a file.
///
/// @param types what to generate, in this order; the events of one round tell one story
/// @param file the event to send in place of generated ones
/// @param rounds how often
/// @param seed what ids and values come of
/// @param account absent for what the generator or the file says
/// @param apiVersion absent for what the generator or the file says
/// @param livemode whether the events say that they are live
/// @param changes what is changed in each event, last of all
public record TriggeredEvents(
    List<String> types,
    @Nullable TestEvent file,
    int rounds,
    long seed,
    @Nullable String account,
    @Nullable String apiVersion,
    boolean livemode,
    List<FieldChange> changes) {
  public TriggeredEvents {
    types = List.copyOf(types);
    changes = List.copyOf(changes);
  }

  /// The events, each made when it is asked for.
  ///
  /// @throws IllegalArgumentException when one of them has no place for a change
  public Iterator<TestEvent> events(InstantSource clock) {
    TestEvents made = new TestEvents(seed);
    return IntStream.range(0, rounds)
        .boxed()
        .flatMap(round -> round(made, round, clock))
        .iterator();
  }

  /// The events of the first round, to be judged before anything is sent.
  public List<TestEvent> first(Instant now) {
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
    return apiVersion == null ? spec : spec.withApiVersion(apiVersion);
  }

  /// As it is, unless something was asked for; the second and all further ones need another id.
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
