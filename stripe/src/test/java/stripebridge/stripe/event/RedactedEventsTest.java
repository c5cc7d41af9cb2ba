package stripebridge.stripe.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.gson.annotations.SerializedName;
import com.stripe.model.EventDataClassLookup;
import com.stripe.model.ExpandableField;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import stripebridge.core.redaction.Redaction;
import stripebridge.core.testing.EventFixture;
import stripebridge.core.testing.Golden;
import stripebridge.core.testing.ProjectFiles;

/// Compares what [Redaction] shows with a reviewed list: each line of [#REVIEWED] is a field of
/// Stripe's with the kinds of text that stay readable in it. All other texts are masked.
class RedactedEventsTest {
  private static final String REVIEWED =
      "stripe/src/test/resources/stripebridge/stripe/event/readable-fields.txt";
  private static final Map<String, Set<Kind>> REVIEWED_FIELDS = reviewedFields();
  private static final Instant NOW = Instant.ofEpochSecond(1_790_000_000);

  /// The kinds of text, each with a sample that matches no other kind, or only wider ones.
  private enum Kind {
    WORD("[a-z][a-z0-9_.-]*|\\*", "b.c-d"),
    REFERENCE("[a-z_]+_[A-Za-z0-9]+(/acct_[A-Za-z0-9]+)?", "cus_A1"),
    ID("[A-Za-z0-9_.-]*[A-Za-z][A-Za-z0-9_.-]*", "Gold-1"),
    CURRENCY("[A-Za-z]{3,4}", "EUR"),
    NUMBER("-?[0-9]+(\\.[0-9]+)?", "12.5"),
    TIME("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z", "2026-11-20T10:00:00Z"),
    VERSION("\\d[0-9A-Za-z.+-]+", "2026-07-29.dahlia"),
    UUID("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "7b0a8d1e-3c55-4f6a-9f0e-000012781266"),
    PATH("/v[12]/[A-Za-z0-9_/]+", "/v1/billing/meters");

    private final Pattern pattern;
    private final String typical;

    Kind(String pattern, String typical) {
      this.pattern = Pattern.compile(pattern);
      this.typical = typical;
    }

    static Kind of(String name) {
      return valueOf(name.toUpperCase(Locale.ROOT));
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// The id of one of Stripe's objects may be read in any field that is not about a person.
  private static final Pattern STRIPE_ID =
      Pattern.compile("[a-z]{2,8}(_sched)?(_test|_live)?_[A-Za-z0-9]{14,}");

  /// The library's types for texts; decimal numbers and the times of v2 are texts too.
  private static final Set<Class<?>> TEXTS =
      Set.of(String.class, ExpandableField.class, BigDecimal.class, Instant.class);

  private static final String MASK = "***";

  /// Texts that must never be readable.
  private static final List<String> PERSONAL =
      List.of(
          "Ann Example",
          "ann@example.com",
          "+43 664 1234567",
          "+436641234567",
          "203.0.113.7",
          "2001:db8::7",
          "fe80::7",
          "AT611904300234573201",
          "AT61 1904 3002 3457 3201",
          "110000000",
          "4242424242424242",
          "1990-02-28",
          "https://pay.stripe.com/receipts/payment/CAcaFwoVYWNj",
          "https://checkout.stripe.com/c/pay/cs_test_a1",
          "/v1/customers?email=ann",
          "pi_3RzQ4gLkdIwHu7ix0XqvJm1D_secret_8rTgYbNmKlOpQwErTyUiOpAs",
          "cuss_secret_8rTgYbNmKlOpQwErTyUi",
          "whsec_8rTgYbNmKlOpQwErTyUi",
          "sk_test_8rTgYbNmKlOpQwErTyUi",
          "rk_live_8rTgYbNmKlOpQwErTyUi",
          "ek_test_8rTgYbNmKlOpQwErTyUi",
          "tok_8rTgYbNmKlOpQwErTyUi",
          "{\"email\":\"ann@example.com\"}",
          "Ünal",
          " ",
          "");

  private static byte[] redacted(byte[] document) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try (JsonGenerator generator = new JsonFactory().createGenerator(text)) {
      Redaction.copy(document, generator);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toByteArray();
  }

  private static JsonElement redacted(JsonElement document) {
    return parsed(redacted(document.toString().getBytes(UTF_8)));
  }

  private static JsonElement parsed(byte[] document) {
    return JsonParser.parseString(new String(document, UTF_8));
  }

  /// Generated events of every type in the new and the old shape, the project's example events, and
  /// their envelopes.
  static Stream<Sample> samples() {
    TestEvents events = new TestEvents(7);
    List<Sample> samples = new ArrayList<>();
    for (String type : EventTypes.all()) {
      for (String version : new String[] {EventSpec.API_VERSION, "2020-08-27"}) {
        EventSpec spec = EventSpec.of(type, NOW).withApiVersion(version).withAccount("acct_7");
        samples.add(Sample.of(type + " " + version, events.make(spec).body()));
      }
    }
    for (EventFixture fixture : EventFixture.all()) {
      samples.add(Sample.of(fixture.name(), fixture.body()));
      samples.add(Sample.of(fixture.envelope().getFileName().toString(), read(fixture.envelope())));
    }
    return samples.stream();
  }

  record Sample(String name, String text) {
    static Sample of(String name, byte[] document) {
      return new Sample(name, new String(document, UTF_8));
    }

    byte[] document() {
      return text.getBytes(UTF_8);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void coversEveryTypeAndThinEvents() {
    assertThat(EventTypes.all()).hasSize(265);
    assertThat(EventFixture.all()).extracting(EventFixture::name).contains("thin.meter-error");
  }

  @ParameterizedTest
  @MethodSource("samples")
  void showsOnlyWhatIsReviewed(Sample sample) {
    assertThat(unreviewed(sample.document())).isEmpty();
  }

  /// Real events from Stripe, which are not part of the project.
  @Test
  void showsOnlyWhatIsReviewedOfRealEvents() throws IOException {
    Optional<Path> shared = ProjectFiles.sharedData().map(data -> data.resolve("events"));
    assumeTrue(shared.isPresent(), "there is no sample data beside the project");
    try (Stream<Path> files = Files.list(shared.get())) {
      List<Path> events = files.filter(file -> file.toString().endsWith(".json")).toList();
      assertThat(events).isNotEmpty();
      for (Path event : events) {
        assertThat(unreviewed(read(event))).as(event.toString()).isEmpty();
      }
    }
  }

  /// The readable texts of a document that are not on the list.
  private static List<String> unreviewed(byte[] document) {
    List<String> found = new ArrayList<>();
    texts(
        parsed(redacted(document)),
        "",
        "",
        (path, field, text) -> {
          boolean isKnown =
              REVIEWED_FIELDS.getOrDefault(field, Set.of()).stream()
                  .anyMatch(kind -> kind.pattern.matcher(text).matches());
          if (!text.equals(MASK) && !isKnown && !STRIPE_ID.matcher(text).matches()) {
            found.add(path + " = " + text);
          }
        });
    return found;
  }

  @FunctionalInterface
  private interface TextVisitor {
    void visit(String path, String field, String text);
  }

  /// @param field the field of the value; elements of an array belong to the array's field
  private static void texts(JsonElement value, String path, String field, TextVisitor visitor) {
    switch (value) {
      case JsonObject object ->
          object.asMap().forEach((name, each) -> texts(each, path + "." + name, name, visitor));
      case JsonArray array -> array.forEach(each -> texts(each, path + "[]", field, visitor));
      case JsonPrimitive text when text.isString() ->
          visitor.visit(path, field, text.getAsString());
      default -> {}
    }
  }

  /// Personal texts stay masked, whichever field Stripe puts them into.
  @ParameterizedTest
  @MethodSource("personal")
  void masksPersonalTextsInEveryField(String personal) {
    Set<String> fields = libraryFields();
    samples()
        .forEach(
            sample -> texts(parsed(sample.document()), "", "", (_, field, _) -> fields.add(field)));
    List<String> shown = new ArrayList<>();
    for (String field : fields) {
      JsonArray nested = new JsonArray();
      nested.add(personal);
      JsonArray array = new JsonArray();
      array.add(nested);
      JsonObject object = new JsonObject();
      object.add(field, array);
      object.add(field.toUpperCase(Locale.ROOT), array);
      texts(
          redacted(object),
          "",
          "",
          (path, _, text) -> {
            if (!text.equals(MASK) && !isNumberField(field)) {
              shown.add(path + " = " + text);
            }
          });
    }
    assertThat(shown).isEmpty();
  }

  static List<String> personal() {
    return PERSONAL;
  }

  /// Such a field is for digits; Stripe writes no other digits there.
  private static boolean isNumberField(String field) {
    return REVIEWED_FIELDS.getOrDefault(field, Set.of()).contains(Kind.NUMBER);
  }

  /// What an operator needs to find and judge an event.
  @ParameterizedTest
  @MethodSource("stripebridge.stripe.event.EventTypes#all")
  void keepsIdsTypesStatesAndTimes(String type) {
    JsonObject event =
        parsed(new TestEvents(7).make(EventSpec.of(type, NOW).withAccount("acct_7")).body())
            .getAsJsonObject();
    JsonObject shown = redacted(event).getAsJsonObject();
    for (String name : event.keySet()) {
      if (!name.equals("data")) {
        assertThat(shown.get(name)).as(name).isEqualTo(event.get(name));
      }
    }
    JsonObject object = event.getAsJsonObject("data").getAsJsonObject("object");
    JsonObject shownObject = shown.getAsJsonObject("data").getAsJsonObject("object");
    for (String name : new String[] {"id", "object", "status", "amount", "currency", "created"}) {
      assertThat(shownObject.get(name)).as(name).isEqualTo(object.get(name));
    }
  }

  /// Every text field of every object that an event can be about is reviewed.
  @Test
  void decidesOnEveryFieldOfStripesLibrary() throws IOException {
    Set<String> fields = new TreeSet<>(List.of("event_id", "event_type", "account_id"));
    fields.addAll(List.of("created_at", "bridge_received_at", "bridge_version", "trace_id"));
    fields.addAll(List.of("request_id", "stripe_account_id", "stripe_api_version"));
    fields.addAll(libraryFields());
    assertThat(fields).hasSizeGreaterThan(900).contains("client_secret", "routing_number");
    StringBuilder readable = new StringBuilder();
    for (String field : fields) {
      String kinds =
          Stream.of(Kind.values())
              .filter(kind -> isReadable(field, kind.typical))
              .map(Kind::toString)
              .collect(joining(" "));
      readable.append(kinds.isEmpty() ? "" : field + "\t" + kinds + "\n");
    }
    Golden.compare(REVIEWED, readable.toString());
  }

  private static boolean isReadable(String field, String text) {
    JsonObject document = new JsonObject();
    document.addProperty(field, text);
    return redacted(document).getAsJsonObject().get(field).getAsString().equals(text);
  }

  /// The names of all fields of texts and ids below the objects of events, and of events.
  private static Set<String> libraryFields() {
    Set<String> names = new TreeSet<>();
    Set<Class<?>> seen = new HashSet<>();
    Deque<Class<?>> open = new ArrayDeque<>(EventDataClassLookup.classLookup.values());
    open.add(com.stripe.model.Event.class);
    open.add(com.stripe.model.v2.core.Event.class);
    while (!open.isEmpty()) {
      Class<?> type = open.remove();
      if (!type.getName().startsWith("com.stripe.model.") || !seen.add(type)) {
        continue;
      }
      if (type.getSuperclass() != null) {
        open.add(type.getSuperclass());
      }
      for (Field field : type.getDeclaredFields()) {
        SerializedName name = field.getAnnotation(SerializedName.class);
        if (name == null || Modifier.isStatic(field.getModifiers())) {
          continue;
        }
        for (Class<?> part : parts(field.getGenericType())) {
          if (TEXTS.contains(part)) {
            names.add(name.value());
          }
          open.add(part);
        }
      }
    }
    return names;
  }

  private static List<Class<?>> parts(Type type) {
    return switch (type) {
      case Class<?> one -> List.of(one);
      case ParameterizedType generic ->
          Stream.concat(
                  Stream.of(generic.getRawType()), Stream.of(generic.getActualTypeArguments()))
              .flatMap(each -> parts(each).stream())
              .toList();
      case GenericArrayType array -> parts(array.getGenericComponentType());
      case TypeVariable<?> _ -> List.of();
      default -> throw new AssertionError("no field of Stripe's library is a " + type);
    };
  }

  private static Map<String, Set<Kind>> reviewedFields() {
    Map<String, Set<Kind>> reviewed = new TreeMap<>();
    for (String line :
        new String(read(ProjectFiles.root().resolve(REVIEWED)), UTF_8).lines().toList()) {
      String[] cells = line.split("\t", -1);
      reviewed.put(cells[0], Stream.of(cells[1].split(" ", -1)).map(Kind::of).collect(toSet()));
    }
    return reviewed;
  }
}
