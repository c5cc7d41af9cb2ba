package stripebridge.service.http;

import io.helidon.http.Header;
import io.helidon.webserver.http.ServerRequest;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import stripebridge.core.capture.CaptureReason;
import stripebridge.core.capture.RefusedWebhook;
import stripebridge.core.signature.Likeness;
import stripebridge.service.capture.Captures;
import stripebridge.service.telemetry.LogEvent;
import stripebridge.service.telemetry.ServiceLog;

/// Logs refused webhooks, and has them captured if that is on. Thread-safe.
final class Refusals {
  private static final String SIGNATURE = "stripe-signature";

  private final Optional<Captures> captures;
  private final String webhookPath;
  private final ServiceLog log;
  private final InstantSource clock;

  private Refusals(
      Optional<Captures> captures, String webhookPath, ServiceLog log, InstantSource clock) {
    this.captures = captures;
    this.webhookPath = webhookPath;
    this.log = log;
    this.clock = clock;
  }

  /// For the port of the webhooks.
  static Refusals of(WebhookServer.Parts parts) {
    return new Refusals(
        parts.captures(), parts.settings().webhookPath(), parts.log(), parts.clock().wall());
  }

  /// For a port without webhooks.
  static Refusals ofOperators(ServiceLog log) {
    return new Refusals(Optional.empty(), "", log, InstantSource.system());
  }

  /// A webhook as it was verified.
  ///
  /// @param signature its header, if there is one
  /// @param tried the labels of the secrets
  @SuppressWarnings("ArrayRecordComponent") // Nobody compares webhooks.
  record Webhook(
      ServerRequest request,
      @Nullable String signature,
      byte[] body,
      Instant at,
      List<String> tried) {}

  /// A webhook that is not genuine.
  void webhook(String code, String sentence, Webhook webhook) {
    refused(
        code,
        new Captures.Line(
            LogEvent.WEBHOOK_REFUSED, true, fields(code, sentence, webhook.request())),
        () -> looksLikeStripes(code, webhook),
        () -> captured(code, sentence, webhook));
  }

  /// A webhook that is not accepted, whose sender knows a secret. Each is logged.
  void signedWebhook(String code, String sentence, Webhook webhook) {
    refused(
        code,
        new Captures.Line(
            LogEvent.WEBHOOK_REFUSED, false, fields(code, sentence, webhook.request())),
        () -> true,
        () -> captured(code, sentence, webhook));
  }

  /// A webhook whose body was not read to its end.
  void body(String code, ServerRequest request) {
    String remote = request.remotePeer().host();
    head(code, webhookPath, captures.isPresent() ? headers(request) : List.of(), remote);
  }

  /// A request whose head was refused.
  ///
  /// @param seen what was read of it, if that is enough to tell
  void head(String code, Optional<HeadReader.Seen> seen, String remote) {
    boolean isWebhook =
        seen.filter(head -> head.method().equals("POST") && head.path().equals(webhookPath))
            .isPresent();
    if (isWebhook) {
      head(code, webhookPath, seen.orElseThrow().headers(), remote);
    } else {
      log.logRefusal(LogEvent.REQUEST_REFUSED, "code", code, "remote", remote);
    }
  }

  private void head(String code, String path, List<RefusedWebhook.Header> headers, String remote) {
    Instant now = clock.instant();
    refused(
        code,
        new Captures.Line(
            LogEvent.REQUEST_REFUSED, true, new Object[] {"code", code, "remote", remote}),
        () ->
            headers.stream()
                .filter(header -> header.name().toLowerCase(Locale.ROOT).equals(SIGNATURE))
                .anyMatch(header -> Likeness.isPlausibleHeader(header.value(), now)),
        () ->
            new RefusedWebhook(
                now,
                CaptureReason.of(code).orElseThrow(),
                "",
                path,
                remote,
                List.of(),
                headers,
                Optional.empty()));
  }

  private void refused(
      String code, Captures.Line line, BooleanSupplier isLikely, Supplier<RefusedWebhook> webhook) {
    Optional<CaptureReason> reason = CaptureReason.of(code);
    if (captures.isPresent() && reason.isPresent()) {
      captures.get().refused(reason.get(), isLikely, webhook, line);
    } else if (line.isLimited()) {
      log.logRefusal(line.event(), line.fields());
    } else {
      log.log(line.event(), line.fields());
    }
  }

  private static boolean looksLikeStripes(String code, Webhook webhook) {
    CaptureReason reason = CaptureReason.of(code).orElseThrow();
    if (reason.isVerified()) {
      return true;
    }
    // A header that is missing or malformed says nothing.
    return (!reason.hasHeader() || Likeness.isPlausibleHeader(webhook.signature(), webhook.at()))
        && Likeness.isEvent(webhook.body());
  }

  private RefusedWebhook captured(String code, String sentence, Webhook webhook) {
    return new RefusedWebhook(
        webhook.at(),
        CaptureReason.of(code).orElseThrow(),
        sentence,
        webhookPath,
        webhook.request().remotePeer().host(),
        webhook.tried(),
        headers(webhook.request()),
        Optional.of(new RefusedWebhook.Bytes(webhook.body())));
  }

  private static List<RefusedWebhook.Header> headers(ServerRequest request) {
    List<RefusedWebhook.Header> found = new ArrayList<>();
    for (Header header : request.headers()) {
      if (RefusedWebhook.isHelpful(header.name())) {
        header
            .allValues()
            .forEach(value -> found.add(new RefusedWebhook.Header(header.name(), value)));
      }
    }
    return found;
  }

  private static Object[] fields(String code, String sentence, ServerRequest request) {
    return new Object[] {"code", code, "reason", sentence, "remote", request.remotePeer().host()};
  }
}
