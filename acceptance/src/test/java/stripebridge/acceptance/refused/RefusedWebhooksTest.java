package stripebridge.acceptance.refused;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.acceptance.Project;
import stripebridge.acceptance.run.Execution;
import stripebridge.acceptance.run.Outcome;
import stripebridge.cli.StripebridgeCli;
import stripebridge.core.config.Secret;
import stripebridge.core.signature.SignatureExplanation.Cause;
import stripebridge.stripe.webhook.WebhookSigner;

/// Plants each cause of a refusal in front of a running bridge, and follows the page: the log names
/// the capture, and `signature explain` the cause.
class RefusedWebhooksTest {
  private static final Duration DEADLINE = Duration.ofSeconds(60);
  private static final String SECRET = "whsec_live_of_the_test";
  private static final String OLD_SECRET = "whsec_old_of_the_test";
  @TempDir private Path folder;
  // By the cause that was planted: the capture.
  private final Map<String, String> captures = new TreeMap<>();
  private int captured;

  private Execution run(Map<String, String> environment, String... args) {
    return Execution.start(
        StripebridgeCli::run,
        List.of(args),
        new Execution.RunContext(
            environment, folder, InputStream.nullInputStream(), InstantSource.system()));
  }

  private static Map<String, String> environment(String secrets) {
    return Map.of(
        "STRIPE_WEBHOOK_SECRET",
        secrets,
        "SOLACE_HOST",
        "tcp://127.0.0.1:1",
        "SOLACE_VPN",
        "default",
        "SOLACE_USERNAME",
        "default",
        "SOLACE_PASSWORD",
        "default",
        "APP_HOST",
        "127.0.0.1",
        "APP_PORT",
        "0",
        "CAPTURE_REFUSED",
        "refused");
  }

  /// One request.
  ///
  /// @param headers complete lines, without those that every request has
  /// @param announced its length in bytes; negative for chunks, which the body then is
  @SuppressWarnings("ArrayRecordComponent") // Nobody compares requests.
  private record Request(List<String> headers, byte[] body, int announced) {
    static Request of(byte[] body, String... headers) {
      return new Request(List.of(headers), body, body.length);
    }

    Request withHeader(String line) {
      List<String> more = new ArrayList<>(headers);
      more.add(line);
      return new Request(more, body, announced);
    }
  }

  /// An event in the layout of Stripe's webhooks.
  private static String event(String id) {
    return """
    {
      "id": "evt_%s",
      "object": "event",
      "type": "charge.succeeded",
      "livemode": true,
      "data": {
        "object": {
          "id": "ch_1",
          "amount": 4200
        }
      }
    }\
    """
        .formatted(id);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static String header(String secret, String body, Duration ago) {
    return "Stripe-Signature: "
        + new WebhookSigner(new Secret(secret)).header(bytes(body), Instant.now().minus(ago));
  }

  private static Request signed(String secret, String body, Duration ago) {
    return Request.of(bytes(body), header(secret, body, ago), "User-Agent: Stripe/1.0 (+x)");
  }

  private static Request signed(String body) {
    return signed(SECRET, body, Duration.ZERO);
  }

  /// Sends a request and reads the whole answer.
  private static String post(URI url, Request request) throws Exception {
    try (Socket socket = new Socket(url.getHost(), url.getPort())) {
      StringBuilder head = new StringBuilder("POST /webhooks/stripe HTTP/1.1\r\n");
      head.append("Host: bridge\r\nConnection: close\r\n");
      head.append(
          request.announced() < 0
              ? "Transfer-Encoding: chunked\r\n"
              : "Content-Length: " + request.announced() + "\r\n");
      request.headers().forEach(line -> head.append(line).append("\r\n"));
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      out.writeBytes(head.append("\r\n").toString().getBytes(ISO_8859_1));
      out.writeBytes(request.body());
      socket.getOutputStream().write(out.toByteArray());
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }

  /// Posts a webhook that is refused, and finds its capture by the log, as an operator would.
  private void plant(Execution serve, URI url, String name, Request request) throws Exception {
    assertThat(post(url, request)).as(name).matches("(?s)HTTP/1.1 4(00|13|15) .*");
    captured++;
    Pattern line =
        Pattern.compile(
            "(?s)(?:\"capture\":\"[^\"]+\".*?){" + (captured - 1) + "}\"capture\":\"([^\"]+)\"");
    captures.put(
        name,
        serve
            .awaitOut(line, DEADLINE)
            .orElseThrow(() -> new AssertionError(name + " was not captured:\n" + serve.out()))
            .group(1));
  }

  private static URI listening(Execution serve) throws InterruptedException {
    Pattern line = Pattern.compile("\"url\":\"(http://127.0.0.1:\\d+)/");
    return URI.create(
        serve
            .awaitOut(line, DEADLINE)
            .orElseThrow(() -> new AssertionError("it never listened:\n" + serve.err()))
            .group(1));
  }

  private void stop(Execution serve) throws InterruptedException {
    serve.interrupt();
    assertThat(serve.await(DEADLINE)).isPresent();
  }

  private void plantAll(Execution serve) throws Exception {
    URI url = listening(serve);
    String body = event("1");
    plant(serve, url, "secret_wrong", signed(OLD_SECRET, body, Duration.ZERO));
    plant(
        serve,
        url,
        "secret_of_other_mode",
        signed("whsec_test", body.replace("true", "false"), Duration.ZERO));
    plant(
        serve,
        url,
        "body_reserialized",
        Request.of(
            bytes(body.replace("\n", "").replace(" ", "")),
            header(SECRET, body, Duration.ZERO),
            "Via: 1.1 gateway"));
    plant(
        serve,
        url,
        "secret_or_body",
        Request.of(bytes("{\"id\":\"evt_1\"}"), header(SECRET, body, Duration.ZERO)));
    plant(serve, url, "clock", signed(SECRET, body, Duration.ofHours(1)));
    plant(serve, url, "clock, slow", signed(SECRET, body, Duration.ofHours(-1)));
    plant(serve, url, "header_missing", Request.of(bytes(body), "User-Agent: Stripe/1.0 (+x)"));
    plant(serve, url, "sender_unknown", Request.of(bytes(body), "User-Agent: scanner/2"));
    plant(serve, url, "header_malformed", Request.of(bytes(body), "Stripe-Signature: hello"));
    String whole = header(SECRET, body, Duration.ZERO);
    plant(serve, url, "header_cut", Request.of(bytes(body), whole.substring(0, 60)));
    plant(
        serve,
        url,
        "header_rewritten",
        Request.of(
            bytes(body), "Stripe-Signature: " + whole.substring(18).toUpperCase(Locale.ROOT)));
    plant(serve, url, "event_unreadable", signed("{\n  \"hello\": 1\n}"));
    plant(serve, url, "body_encoded", signed(body).withHeader("Content-Encoding: gzip"));
    plant(serve, url, "body_too_large", new Request(signed(body).headers(), new byte[0], 2 << 20));
    plant(
        serve,
        url,
        "body_too_large, chunked",
        new Request(signed(body).headers(), bytes("200000\r\n"), -1));
    plant(serve, url, "body_broken", new Request(signed(body).headers(), bytes(body), 100_000));
  }

  private Outcome explain(String secrets, String capture, String... more) throws Exception {
    List<String> args = new ArrayList<>(List.of("signature", "explain", "--capture", capture));
    args.addAll(List.of(more));
    return run(Map.of("STRIPE_WEBHOOK_SECRET", secrets), args.toArray(String[]::new))
        .await(DEADLINE)
        .orElseThrow();
  }

  @Test
  void namesEachCauseThatIsPlanted() throws Exception {
    String live = "live=" + SECRET;
    Execution serve = run(environment(live), "serve");
    plantAll(serve);
    stop(serve);
    String cutOff = SECRET.substring("whsec_".length());
    Execution miswritten = run(environment(cutOff), "serve");
    captured = 0;
    plant(miswritten, listening(miswritten), "secret_miswritten", signed(event("2")));
    stop(miswritten);

    Map<String, String> found = new TreeMap<>();
    for (Map.Entry<String, String> planted : captures.entrySet()) {
      String secrets = planted.getKey().equals("secret_miswritten") ? cutOff : live;
      Outcome outcome = explain(secrets, planted.getValue(), "-o", "json");
      assertThat(outcome.exitCode()).as(planted.getKey()).isEqualTo(3);
      found.put(planted.getKey(), new ObjectMapper().readTree(outcome.out()).get("cause").asText());
    }
    found.forEach((planted, cause) -> assertThat(cause).isEqualTo(planted.replaceFirst(",.*", "")));

    // The secret that was rolled is configured now.
    String rolled = captures.getOrDefault("secret_wrong", "");
    Outcome added = explain(live + ",rolled=" + OLD_SECRET, rolled);
    assertThat(added.exitCode()).isZero();
    assertThat(added.out())
        .contains("cause    secret_added_since", "refused  signature_mismatch at ", "'rolled'");
    found.put("rolled", "secret_added_since");

    assertThat(Files.readString(Path.of(rolled))).doesNotContain(SECRET);
    assertThat(serve.out() + added.out()).doesNotContain("whsec_").doesNotContain("4200");
    Outcome list =
        run(Map.of("CAPTURE_REFUSED", "refused"), "signature", "captures")
            .await(DEADLINE)
            .orElseThrow();
    assertThat(list.exitCode()).isZero();
    assertThat(list.out().lines()).hasSize(captures.size() + 1);
    assertThat(pageCauses()).isEqualTo(new TreeSet<>(found.values()));
  }

  /// The causes of the page's table. `none` is not a cause.
  private static Set<String> pageCauses() throws Exception {
    String page = Files.readString(Project.root().resolve("docs/refused-webhooks.md"));
    Set<String> named =
        Pattern.compile("(?m)^\\| `([a-z_]+)` \\|")
            .matcher(page)
            .results()
            .map(row -> row.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    for (Cause cause : Cause.values()) {
      assertThat(named.contains(cause.name().toLowerCase(Locale.ROOT)))
          .as(cause.name())
          .isEqualTo(cause != Cause.NONE);
    }
    return named;
  }

  @Test
  void refusesToStartWithAFolderThatOthersMayRead() throws Exception {
    Path open = Files.createDirectory(folder.resolve("refused"));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));
    Outcome outcome = run(environment(SECRET), "serve").await(DEADLINE).orElseThrow();
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err())
        .contains("others may read or write it (mode rwxr-xr-x)", "chmod 700 the directory");
  }
}
