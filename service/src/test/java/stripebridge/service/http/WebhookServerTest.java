package stripebridge.service.http;

import static org.assertj.core.api.Assertions.assertThat;
import static stripebridge.service.http.HttpHarness.event;
import static stripebridge.service.http.HttpHarness.sign;

import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.core.config.EndpointSecret;
import stripebridge.core.config.HttpSettings;
import stripebridge.core.config.Secret;
import stripebridge.core.inbox.Claim;
import stripebridge.core.inbox.Inbox;
import stripebridge.core.inbox.InboxEntry;
import stripebridge.service.inbox.SqliteInboxAdmin;

class WebhookServerTest {
  private static final String HEAD = "POST /webhooks/stripe HTTP/1.1\r\nHost: bridge\r\n";

  @TempDir Path folder;
  private HttpHarness http;

  @BeforeEach
  void open() throws Exception {
    http = new HttpHarness(folder);
  }

  @AfterEach
  void close() {
    http.close();
  }

  private List<InboxEntry> stored() throws Exception {
    return http.inbox.claim(1_000, Duration.ZERO).stream()
        .map(claim -> ((Claim.Intact) claim).entry())
        .toList();
  }

  @Test
  void storesWhatIsGenuineAndSaysSo() throws Exception {
    String body = event("evt_1", "charge.succeeded");

    HttpResponse<String> answer = http.post(body);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("{\"received\":true}");
    assertThat(answer.headers().firstValue("content-type")).contains("application/json");
    assertThat(stored())
        .singleElement()
        .satisfies(entry -> {
          assertThat(entry.event().id().text()).isEqualTo("evt_1");
          assertThat(entry.event().type().text()).isEqualTo("charge.succeeded");
          assertThat(entry.event().account()).isEqualTo("acct_own");
          assertThat(entry.event().body()).asString().isEqualTo(body);
        });
  }

  @Test
  void takesTheAccountOfTheSecretsLabel() throws Exception {
    String body = event("evt_1", "charge.succeeded");
    http.post(body, sign(HttpHarness.SECOND_SECRET, Instant.now(), body));
    String named = body.replace("\"type\"", "\"account\":\"acct_its_own\",\"type\"");
    named = named.replace("evt_1", "evt_2");
    http.post(named, sign(HttpHarness.SECOND_SECRET, Instant.now(), named));

    assertThat(stored())
        .extracting(entry -> entry.event().account())
        .containsExactly("acct_labelled", "acct_its_own");
  }

  @Test
  void saysWhenAnEventIsHeldAlready() throws Exception {
    http.post(event("evt_1", "charge.succeeded"));

    HttpResponse<String> again = http.post(event("evt_1", "charge.succeeded"));

    assertThat(again.statusCode()).isEqualTo(200);
    assertThat(again.body()).isEqualTo("{\"received\":true,\"duplicate\":true}");
    assertThat(stored()).hasSize(1);
  }

  @Test
  void parksAnotherEventUnderAnIdThatIsHeld() throws Exception {
    http.post(event("evt_1", "charge.succeeded"));

    HttpResponse<String> other = http.post(event("evt_1", "payout.failed"));

    assertThat(other.statusCode()).isEqualTo(200);
    assertThat(other.body()).isEqualTo("{\"received\":true,\"conflict\":true}");
    assertThat(http.post(event("evt_1", "payout.failed")).body()).contains("duplicate");
    assertThat(stored()).hasSize(1);
    assertThat(http.inbox.counts().parked()).isOne();
    assertThat(http.get("/metrics").body())
        .contains(
            "stripe_events_processed_total{event_type=\"payout.failed\",status=\"parked\"} 1.0");
    for (int i = 3; i <= 16; i++) {
      assertThat(http.post(event("evt_1", "type." + i)).statusCode()).isEqualTo(200);
    }
    HttpResponse<String> refused = http.post(event("evt_1", "type.17"));
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.body()).contains("id_conflicts");
    assertThat(refused.headers().firstValue("Retry-After")).isPresent();
  }

  /// A delivery includes `pending_webhooks`, so its bytes differ from the one before.
  @Test
  void takesADeliveryWithOtherBytesForTheSame() throws Exception {
    String body = event("evt_1", "charge.succeeded");
    http.post(body);
    assertThat(http.post(body.replaceFirst("\\{", "{\"pending_webhooks\":2,")).body())
        .isEqualTo("{\"received\":true,\"duplicate\":true}");
  }

  @Test
  void takesEachEventUnderTheDashboardsPlaceholder() throws Exception {
    String body = event("evt_00000000000000", "charge.succeeded");
    for (int i = 0; i < 3; i++) {
      assertThat(http.post(body).body()).isEqualTo("{\"received\":true}");
    }
    assertThat(stored())
        .extracting(entry -> entry.event().id().text())
        .hasSize(3)
        .doesNotHaveDuplicates()
        .allMatch(id -> id.startsWith("evt_00000000000000-"));
  }

  @Test
  void refusesWhatIsNotGenuine() throws Exception {
    String body = event("evt_1", "charge.succeeded");
    Instant now = Instant.now();

    assertRefused(http.post(body, null), "signature_missing");
    assertRefused(http.post(body, "nonsense"), "signature_malformed");
    assertRefused(http.post(body, sign("whsec_other", now, body)), "signature_mismatch");
    assertRefused(http.post(body + " ", sign(HttpHarness.SECRET, now, body)), "signature_mismatch");
    assertRefused(
        http.post(body, sign(HttpHarness.SECRET, now.minusSeconds(302), body)),
        "timestamp_too_old");
    assertRefused(
        http.post(body, sign(HttpHarness.SECRET, now.plusSeconds(303), body)),
        "timestamp_in_future");
    assertRefused(http.post("", null), "signature_missing");
    assertThat(stored()).isEmpty();
  }

  @Test
  void refusesWhatHasNoIdOrType() throws Exception {
    assertRefused(http.post("[]"), "event_unreadable");
    assertRefused(http.post("{\"id\":\"evt_1\"}"), "event_unreadable");
    assertRefused(http.post(""), "event_unreadable");
    assertThat(stored()).isEmpty();
  }

  private static void assertRefused(HttpResponse<String> answer, String code) {
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).startsWith("{\"error\":\"" + code + "\",\"message\":\"");
  }

  /// An event that cannot be normalized is still genuine; the relay parks it.
  @Test
  void storesWhatIsGenuineAndOdd() throws Exception {
    String body = "{\"id\":\"evt_1\",\"type\":\"charge.succeeded\",\"data\":";

    assertThat(http.post(body).statusCode()).isEqualTo(200);
    assertThat(stored()).hasSize(1);
  }

  @Test
  void refusesOtherMethodsAndPaths() throws Exception {
    HttpResponse<String> get = http.get("/webhooks/stripe");
    assertThat(get.statusCode()).isEqualTo(405);
    assertThat(get.headers().firstValue("allow")).contains("POST");

    HttpResponse<String> post = http.send("POST", "/ready", BodyPublishers.ofString("x"), null);
    assertThat(post.statusCode()).isEqualTo(405);
    assertThat(post.headers().firstValue("allow")).contains("GET, HEAD");

    HttpResponse<String> none = http.get("/nothing");
    assertThat(none.statusCode()).isEqualTo(404);
    assertThat(none.body()).contains("\"error\":\"not_found\"");
  }

  @Test
  void takesABodyOfOneMebibyteAndNoByteMore() throws Exception {
    String start = event("evt_1", "charge.succeeded").replace("}}}", "},\"x\":\"");
    String fill = "x".repeat((1 << 20) - start.length() - 3);
    String largest = start + fill + "\"}}";
    assertThat(largest).hasSize(1 << 20);
    String larger = start + fill + "x\"}}";

    assertThat(http.post(largest).statusCode()).isEqualTo(200);
    assertTooLarge(http.post(larger));
    assertTooLarge(http.post(larger + "x".repeat(5 << 20)));
    assertTooLarge(
        http.send(
            "POST",
            "/webhooks/stripe",
            BodyPublishers.ofByteArrays(java.util.Collections.nCopies(300, new byte[8_000])),
            "t=1,v1=0"));
    assertThat(stored()).hasSize(1);
  }

  private static void assertTooLarge(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).isEqualTo(413);
    assertThat(answer.body()).contains("body_too_large");
  }

  @Test
  void takesChunks() throws Exception {
    String body = event("evt_1", "charge.succeeded");
    byte[] bytes = body.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    HttpRequest.BodyPublisher chunks =
        BodyPublishers.ofByteArrays(
            List.of(
                java.util.Arrays.copyOf(bytes, 10),
                java.util.Arrays.copyOfRange(bytes, 10, bytes.length)));

    HttpResponse<String> answer =
        http.send(
            "POST", "/webhooks/stripe", chunks, sign(HttpHarness.SECRET, Instant.now(), body));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(stored()).hasSize(1);
  }

  @Test
  void storesNothingOfABodyThatEndsEarly() throws Exception {
    String body = event("evt_1", "charge.succeeded");
    String signature = sign(HttpHarness.SECRET, Instant.now(), body);
    try (Socket socket = http.connect()) {
      HttpHarness.write(
          socket,
          HEAD
              + "Stripe-Signature: %s\r\nContent-Length: %d\r\n\r\n%s"
                  .formatted(signature, body.length() + 1, body));
      socket.shutdownOutput();
      assertThat(HttpHarness.readAll(socket)).doesNotContain(" 200 ");
    }
    assertThat(stored()).isEmpty();
  }

  @Test
  void cutsAClientThatSendsAByteNowAndThen() throws Exception {
    HttpLimits quick =
        new HttpLimits(
            1 << 20,
            1 << 20,
            8,
            8,
            Duration.ofMillis(500),
            Duration.ofSeconds(1),
            Duration.ofSeconds(60),
            Duration.ofMillis(200));
    try (HttpHarness hurried =
        new HttpHarness(
            HttpHarness.openInbox(java.nio.file.Files.createDirectory(folder.resolve("hurried"))),
            quick,
            new stripebridge.core.config.HttpSettings.Admin.SamePort())) {
      for (String begun : List.of("", "PO", HEAD, HEAD + "Content-Length: 100\r\n\r\n{")) {
        try (Socket socket = hurried.connect()) {
          HttpHarness.write(socket, begun);
          assertThat(isCut(socket)).as(begun).isTrue();
        }
      }
      assertThat(hurried.get("/health").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void refusesMoreAtOnceThanItCanHold() throws Exception {
    HttpLimits few =
        new HttpLimits(
            1 << 20,
            10_000,
            2,
            100,
            Duration.ofSeconds(30),
            Duration.ofSeconds(75),
            Duration.ofSeconds(60),
            Duration.ofMillis(200));
    try (HttpHarness small =
        new HttpHarness(
            HttpHarness.openInbox(java.nio.file.Files.createDirectory(folder.resolve("small"))),
            few,
            new stripebridge.core.config.HttpSettings.Admin.SamePort())) {
      HttpResponse<String> large = small.post(event("evt_1", "x".repeat(20_000)));
      assertThat(large.statusCode()).isEqualTo(503);
      assertThat(large.headers().firstValue("retry-after")).contains("1");
      assertThat(large.body()).contains("busy");
    }
  }

  /// Sends a byte every 100 ms until the connection is gone.
  private static boolean isCut(Socket socket) throws Exception {
    socket.setSoTimeout(100);
    Instant deadline = Instant.now().plusSeconds(20);
    while (Instant.now().isBefore(deadline)) {
      try {
        if (socket.getInputStream().read() < 0) {
          return true;
        }
      } catch (java.net.SocketTimeoutException _) {
        try {
          HttpHarness.write(socket, "a");
        } catch (java.io.IOException _) {
          return true;
        }
      } catch (java.io.IOException _) {
        return true;
      }
    }
    return false;
  }

  @Test
  void answersOneIdOnceWhoeverPostsIt() throws Exception {
    String body = event("evt_1", "charge.succeeded");
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<HttpResponse<String>> call = () -> http.post(body);
      List<Future<HttpResponse<String>>> answers =
          callers.invokeAll(java.util.Collections.nCopies(50, call));
      int first = 0;
      for (Future<HttpResponse<String>> answer : answers) {
        assertThat(answer.get().statusCode()).isEqualTo(200);
        first += answer.get().body().contains("duplicate") ? 0 : 1;
      }
      assertThat(first).isEqualTo(1);
    }
    assertThat(stored()).hasSize(1);
  }

  @Test
  void saysWhenTheInboxIsFull() throws Exception {
    // Sixteen at a time share one fsync.
    try (ExecutorService posters = Executors.newFixedThreadPool(16)) {
      List<Callable<Integer>> posts = new ArrayList<>();
      for (int i = 0; i < 1_000; i++) {
        String webhook = event("evt_" + i, "charge.succeeded");
        posts.add(() -> http.post(webhook).statusCode());
      }
      for (Future<Integer> answer : posters.invokeAll(posts)) {
        assertThat(answer.get()).isEqualTo(200);
      }
    }

    HttpResponse<String> full = http.post(event("evt_more", "charge.succeeded"));

    assertThat(full.statusCode()).isEqualTo(429);
    assertThat(full.headers().firstValue("retry-after")).contains("5");
    assertThat(full.body()).contains("inbox_full");
    assertThat(http.post(event("evt_7", "charge.succeeded")).body()).contains("duplicate");
  }

  @Test
  void refusesWhenTheInboxCannotStore() throws Exception {
    http.inbox.close();

    HttpResponse<String> answer = http.post(event("evt_1", "charge.succeeded"));

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.headers().firstValue("retry-after")).contains("10");
    assertThat(answer.body()).contains("inbox_unavailable");
    assertThat(http.get("/ready").body())
        .isEqualTo("{\"status\":\"not_ready\",\"down\":[\"inbox\"]}");
  }

  @Test
  void refusesWhenItIsStopping() throws Exception {
    http.server.refuseWebhooks();

    HttpResponse<String> answer = http.post(event("evt_1", "charge.succeeded"));

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.headers().firstValue("retry-after")).contains("1");
    assertThat(answer.body()).contains("stopping");
    assertThat(http.get("/ready").statusCode()).isEqualTo(503);
    assertThat(stored()).isEmpty();
  }

  @Test
  void tellsWhatIsDown() throws Exception {
    assertThat(http.get("/health").body()).startsWith("{\"status\":\"ok\",\"uptime_seconds\":");
    assertThat(http.get("/ready").statusCode()).isEqualTo(200);

    http.relay.set(HttpHarness.status(false, 1, List.of("stripe/webhook/v1/charge/failed/a")));
    HttpResponse<String> ready = http.get("/ready");
    assertThat(ready.statusCode()).isEqualTo(503);
    assertThat(ready.body())
        .isEqualTo(
            "{\"status\":\"not_ready\",\"down\":[\"broker\",\"topics\"],\"topics_held\":1,"
                + "\"topics\":[\"stripe/webhook/v1/charge/failed/a\"],"
                + "\"topic_causes\":{\"stripe/webhook/v1/charge/failed/a\":"
                + "\"SPOOL_OVER_QUOTA: the queue is full\"}}");
    assertThat(http.get("/health").statusCode()).isEqualTo(200);
  }

  @Test
  void leavesOutOfReadinessWhatIsExcluded() throws Exception {
    http.relay.set(HttpHarness.status(false, 1, List.of("stripe/webhook/v1/charge/failed/a")));

    HttpResponse<String> ready = http.get("/ready?exclude=broker,topics");
    assertThat(ready.statusCode()).isEqualTo(200);
    assertThat(ready.body())
        .startsWith("{\"status\":\"ready\",\"down\":[\"broker\",\"topics\"],\"topics_held\":1,");
    assertThat(http.get("/ready?exclude=broker&exclude=%20topics").statusCode()).isEqualTo(200);
    assertThat(http.get("/ready?exclude=broker").statusCode()).isEqualTo(503);
    assertThat(http.get("/ready?exclude=&verbose").statusCode()).isEqualTo(503);

    http.server.refuseWebhooks();

    assertThat(http.get("/ready?exclude=broker,topics").body())
        .startsWith("{\"status\":\"not_ready\",\"down\":[\"broker\",\"topics\",\"service\"],");
    assertThat(http.get("/ready?exclude=broker,topics").statusCode()).isEqualTo(503);
  }

  @Test
  void refusesToExcludeWhatIsNoPart() throws Exception {
    HttpResponse<String> answer = http.get("/ready?exclude=broker,topic,%1B%5B2J");

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body())
        .isEqualTo(
            "{\"error\":\"unknown_part\",\"message\":\"Unknown in exclude:"
                + " '\\\\u001b[2J', 'topic'."
                + " The parts are broker, inbox, relay, topics, loss, service.\"}");
  }

  @Test
  void tellsWhatIsMissingUntilItIsAcknowledged() throws Exception {
    Path lossy = Files.createDirectory(folder.resolve("lossy"));
    Path file = lossy.resolve("inbox.db");
    HttpHarness.openInbox(lossy).close();
    byte[] copy = Files.readAllBytes(file);
    try (Inbox inbox = HttpHarness.openInbox(lossy);
        HttpHarness before =
            new HttpHarness(inbox, HttpHarness.limits(), new HttpSettings.Admin.SamePort())) {
      before.post(event("evt_1", "charge.succeeded"));
      before.post(event("evt_2", "charge.succeeded"));
    }
    Files.write(file, copy);
    try (Inbox inbox = HttpHarness.openInbox(lossy);
        HttpHarness after =
            new HttpHarness(inbox, HttpHarness.limits(), new HttpSettings.Admin.SamePort());
        SqliteInboxAdmin admin = SqliteInboxAdmin.open(file, InstantSource.system())) {
      HttpResponse<String> ready = after.get("/ready");
      assertThat(ready.statusCode()).isEqualTo(503);
      assertThat(ready.body())
          .isEqualTo(
              "{\"status\":\"not_ready\",\"down\":[\"loss\"],\"events_missing\":2,"
                  + "\"first_sequence\":1,\"last_sequence\":2}");
      assertThat(after.get("/ready?exclude=loss").statusCode()).isEqualTo(200);
      assertThat(after.get("/metrics").body()).contains("inbox_events_missing 2.0");
      assertThat(after.post(event("evt_3", "charge.succeeded")).statusCode()).isEqualTo(200);

      admin.acknowledgeLoss();

      assertThat(after.get("/ready").statusCode()).isEqualTo(200);
      assertThat(after.get("/metrics").body()).contains("inbox_events_missing 0.0");
    }
  }

  @Test
  void showsWhatItIsAndHowItsProcessIs() throws Exception {
    assertThat(http.get("/metrics").body())
        .contains(
            "stripebridge_build_info{java_version=\""
                + Runtime.version()
                + "\",version=\"1.2.3\"} 1",
            "\nlog_lines_dropped_total 0.0",
            "\ntopics_held 0.0",
            "\nevent_processing_duration_seconds_count{event_type=\"charge.succeeded\"} 0",
            "\njvm_memory_used_bytes{",
            "\njvm_gc_collection_seconds",
            "\nprocess_cpu_seconds_total ")
        .containsPattern("\ninbox_disk_free_bytes [1-9]")
        .containsPattern("\ninbox_disk_size_bytes [1-9]")
        .contains("\ninbox_id_memory_seconds 3600.0", "\nrelay_alive 1.0")
        .doesNotContain("tls_certificate_expiry");
  }

  @Test
  void countsWhatItAnswers() throws Exception {
    String body = event("evt_1", "charge.succeeded");
    http.post(body);
    http.post(body);
    http.post(body, "t=1,v1=00");
    http.post(event("evt_2", "some.thing"));
    http.post("{}");

    HttpResponse<String> metrics = http.get("/metrics");

    assertThat(metrics.headers().firstValue("content-type").orElseThrow()).startsWith("text/plain");
    assertThat(metrics.body().lines())
        .contains(
            "stripe_webhooks_received_total{event_type=\"charge.succeeded\"} 2.0",
            "stripe_webhooks_received_total{event_type=\"other\"} 1.0",
            "stripe_webhooks_received_total{event_type=\"unverified\"} 2.0",
            "stripe_webhooks_verified_total 4.0",
            "stripe_webhook_signatures_total{label=\"unlabelled\"} 4.0",
            "stripe_webhook_signatures_total{label=\"acct_labelled\"} 0.0",
            "stripe_webhooks_invalid_signature_total 1.0",
            "stripe_events_processed_total{event_type=\"charge.succeeded\",status=\"duplicate\"}"
                + " 1.0",
            "stripe_events_processed_total{event_type=\"payout.failed\",status=\"success\"} 0.0",
            "solace_publish_attempts_total{status=\"acked\",topic=\"stripe/webhook/v1/error/"
                + "unroutable\"} 0.0",
            "solace_connection_status 1.0",
            "async_queue_size 2.0",
            "inbox_parked 0.0");
  }

  @Test
  void countsForEachSecretThatSigned() throws Exception {
    String body = event("evt_1", "charge.succeeded");
    Instant now = Instant.now();
    String second = sign(HttpHarness.SECOND_SECRET, now, body);
    http.post(body, sign(HttpHarness.SECRET, now, body) + second.substring(second.indexOf(",v1=")));
    http.server.use(List.of(new EndpointSecret("new", new Secret("whsec_new"))));
    http.post(body, sign("whsec_new", Instant.now(), body));

    assertThat(http.get("/metrics").body().lines())
        .contains(
            "stripe_webhooks_verified_total 2.0",
            "stripe_webhook_signatures_total{label=\"unlabelled\"} 1.0",
            "stripe_webhook_signatures_total{label=\"acct_labelled\"} 1.0",
            "stripe_webhook_signatures_total{label=\"new\"} 1.0");
  }

  /// The types are those of the formats' specifications.
  @Test
  void writesTheFormatThatTheClientPrefers() throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(HttpHarness.uri(http.port(), "/metrics"));
    HttpResponse<String> text = http.send(request.copy().header("Accept", "*/*"));
    assertThat(text.headers().allValues("content-type"))
        .containsExactly("text/plain; version=0.0.4; charset=utf-8");
    assertThat(text.headers().firstValue("vary")).hasValue("Accept");
    assertThat(text.body()).doesNotContain("# EOF");

    HttpResponse<String> open =
        http.send(
            request
                .header("Accept", "text/plain;q=0.5")
                .header("Accept", "application/openmetrics-text;version=1.0.0"));
    assertThat(open.headers().allValues("content-type"))
        .containsExactly("application/openmetrics-text; version=1.0.0; charset=utf-8");
    assertThat(open.body()).endsWith("\n# EOF\n");
  }

  @Test
  void tellsTheFateOfEachWebhook() throws Exception {
    http.post(event("evt_1", "charge.succeeded"));
    http.post(event("evt_1", "charge.succeeded"));
    http.post(event("evt_1", "charge.succeeded"), "t=1,v1=00");
    http.close();

    List<String> lines = http.logged().lines().toList();
    assertThat(lines).hasSize(3);
    assertThat(lines.get(0))
        .matches(
            "\\{\"ts\":\"[^\"]+\",\"level\":\"info\",\"msg\":\"webhook_stored\",\"event_id\":"
                + "\"evt_1\",\"event_type\":\"charge.succeeded\",\"account\":\"acct_own\","
                + "\"bytes\":\\d+}");
    assertThat(lines.get(1)).contains("webhook_duplicate", "evt_1");
    assertThat(lines.get(2))
        .contains("webhook_refused", "signature_mismatch")
        .doesNotContain("evt_1");
    assertThat(http.logged().toLowerCase(Locale.ROOT)).doesNotContain("whsec");
  }

  @Test
  void tellsTheFateOfTheGenuineHoweverManyAreForged() throws Exception {
    for (int i = 0; i < 30; i++) {
      http.post("{}", "t=1,v1=00");
      http.post(event("evt_" + i, "charge.succeeded"));
      http.post("[]");
    }
    http.close();

    List<String> lines = http.logged().lines().toList();
    assertThat(lines).filteredOn(line -> line.contains("webhook_stored")).hasSize(30);
    assertThat(lines).filteredOn(line -> line.contains("event_unreadable")).hasSize(30);
    long forged = lines.stream().filter(line -> line.contains("signature_mismatch")).count();
    long notLogged =
        Pattern.compile("\"refusals_not_logged\",\"count\":(\\d+)")
            .matcher(http.logged())
            .results()
            .mapToLong(found -> Long.parseLong(found.group(1)))
            .sum();
    assertThat(forged + notLogged).isEqualTo(30);
  }

  @Test
  void answersOperatorsOnAPortOfTheirOwn() throws Exception {
    try (HttpHarness two =
        new HttpHarness(
            HttpHarness.openInbox(java.nio.file.Files.createDirectory(folder.resolve("two"))),
            HttpHarness.limits(),
            new stripebridge.core.config.HttpSettings.Admin.OwnPort(0))) {
      assertThat(two.server.adminPort()).isNotEqualTo(two.server.port());
      assertThat(two.get("/health").statusCode()).isEqualTo(404);
      try (Socket socket =
          new Socket(java.net.InetAddress.getLoopbackAddress(), two.server.adminPort())) {
        HttpHarness.write(
            socket, "GET /health HTTP/1.1\r\nHost: bridge\r\nConnection: close\r\n\r\n");
        assertThat(HttpHarness.readAll(socket)).startsWith("HTTP/1.1 200");
      }
    }
  }
}
